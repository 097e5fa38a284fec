"""Full-text search over posts: the index is written with the post, and only what the reader may see is found.

SQLite keeps the index in FTS5, PostgreSQL as a tsvector with a GIN index; both hold the words of `rules.index_text`. Work
is bounded: of the newest WINDOW posts with the words, those that the reader may see are shown, the best of them first, or
page by page the newest first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CTE, Float, bindparam, column, select, text
from sqlalchemy.orm import aliased

from core import db
from core.accounts.models import Account
from core.db import Big, session
from core.events import on
from forum import markup, reading
from forum.boards.models import Board
from forum.search import rules
from forum.seen import Reader
from forum.topics.models import Post, Topic
from forum.topics.rules import PostEdited, PostHidden, PostShown, PostWritten

WINDOW = 2000
SHOWN = 30

FIND = {
    "sqlite": (
        "select rowid, -bm25(post_search) as rank from post_search where post_search match :words "
        "and rowid < :before order by rowid desc limit :window"
    ),
    "postgresql": (
        "select rowid, ts_rank(vector, to_tsquery('simple', :words)) as rank from post_search "
        "where vector @@ to_tsquery('simple', :words) and rowid < :before order by rowid desc limit :window"
    ),
}
WRITE = {
    "sqlite": "insert into post_search (rowid, words) values (:id, :words)",
    "postgresql": (
        "insert into post_search (rowid, words, vector) values (:id, :words, to_tsvector('simple', :words)) "
        "on conflict (rowid) do update set words = excluded.words, vector = excluded.vector"
    ),
}
_WRITE = {dialect: text(written) for dialect, written in WRITE.items()}
BEGINNING = 2**53
_WORDS = (
    select(Topic.title, Post.body, Post.number)
    .join(Topic, Topic.id == Post.topic_id)
    .where(Post.id == bindparam("post"))
)


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A post that was found; fragments are plain text pieces, of which some are hits."""

    post_id: int
    topic_id: int
    slug: str
    title: str
    number: int
    board_slug: str
    board_name: str
    author: str
    written_at: datetime
    fragments: tuple[rules.Fragment, ...]


@dataclass(frozen=True, kw_only=True)
class Found:
    """Hits, and below which post (its id) the next ones by age are; 0 if these were all. Ranked hits have no next page."""

    hits: Sequence[Hit]
    older: int = 0
    has_more: bool = False


def find(
    reader: Reader,
    typed: str,
    *,
    board_id: int | None = None,
    before: int = 0,
    by_age: bool = False,
    most: int = SHOWN,
) -> Found:
    """The best hits that this reader may see, or with `by_age` the newest below `before`. An empty query finds nothing."""
    query = rules.read_query(typed)
    if query.is_empty:
        return Found(hits=())
    hits, author = _window(query, before), aliased(Account)
    wanted = (
        select(Post, Topic, Board.slug, Board.name, author.name_shown, hits.c.rowid)
        .join(hits, hits.c.rowid == Post.id)
        .join(Topic, Topic.id == Post.topic_id)
        .join(Board, Board.id == Topic.board_id)
        .outerjoin(author, author.id == Post.author_id)
        .where(reading.sees_topic(reader), reading.sees_post(reader))
        .order_by(*(() if by_age else (hits.c.rank.desc(),)), Post.id.desc())
        .limit(most + 1)
    )
    if board_id is not None:
        wanted = wanted.where(Topic.board_id == board_id)
    rows = session.execute(wanted).all()
    shown = [_hit(row[0], row[1], (row[2], row[3]), row[4], query) for row in rows[:most]]
    has_more = len(rows) > most
    return Found(hits=shown, older=shown[-1].post_id if has_more and by_age else 0, has_more=has_more)


def index(posts: Iterable[tuple[int, str]]) -> None:
    """Take posts into the index: number and text. For planting many at once, and for one that was written."""
    rows = [{"id": number, "words": rules.index_text(words)} for number, words in posts]
    if rows:
        session.execute(_WRITE[db.current().dialect], rows)


def forget(post_id: int) -> None:
    """Take a post out of the index."""
    session.execute(text("delete from post_search where rowid = :id"), {"id": post_id})


def words_of(title: str, body: str, number: int) -> str:
    """What a post is found by: its text, and the topic's title for the post that began it."""
    plain = markup.plain_text(body)
    return f"{title}\n{plain}" if number == 1 else plain


def listen() -> None:
    """Keep the index in the transaction that writes."""
    on(PostWritten, _written)
    on(PostEdited, _edited)
    on(PostHidden, _hidden)
    on(PostShown, _shown)


def _written(event: PostWritten) -> None:
    _index_one(event.post_id)


def _edited(event: PostEdited) -> None:
    forget(event.post_id)
    _index_one(event.post_id)


def _hidden(event: PostHidden) -> None:
    forget(event.post_id)


def _shown(event: PostShown) -> None:
    forget(event.post_id)
    _index_one(event.post_id)


def _index_one(post_id: int) -> None:
    title, body, number = db.rows(_WORDS, {"post": post_id})[0]
    index([(post_id, words_of(title, body, number))])


def _window(query: rules.Query, before: int) -> CTE:
    """The newest hits, worked out before anything is ordered or joined (PostgreSQL would walk the key otherwise)."""
    dialect = db.current().dialect
    words = rules.fts5_match(query) if dialect == "sqlite" else rules.tsquery_text(query)
    given = {"words": words, "before": before or BEGINNING, "window": WINDOW}
    found = text(FIND[dialect]).bindparams(**given).columns(column("rowid", Big), column("rank", Float))
    return found.cte("hits").prefix_with("MATERIALIZED")


def _hit(post: Post, topic: Topic, board: tuple[str, str], author: str | None, query: rules.Query) -> Hit:
    return Hit(
        post_id=post.id,
        topic_id=topic.id,
        slug=topic.slug,
        title=topic.title,
        number=post.number,
        board_slug=board[0],
        board_name=board[1],
        author=author or "somebody who left",
        written_at=post.created_at,
        fragments=_snippet(post, query),
    )


def _snippet(post: Post, query: rules.Query) -> tuple[rules.Fragment, ...]:
    """From the stored excerpt where that holds a hit; otherwise the text is read anew, which costs a millisecond."""
    short = rules.snippet(post.excerpt, query)
    if any(piece.is_hit for piece in short):
        return short
    return rules.snippet(markup.plain_text(post.body), query)
