"""Who sees what in the forum: the one module that builds every select of boards, topics and posts.

A board for holders, with everything in it, does not exist for anybody but holders of its product's license and
moderators. On a board where everybody sees only their own topics, the others' do not exist, nor do its counts. Every list,
count, excerpt, search, feed and mail starts from `topics_visible` or `posts_visible`.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, false, func, literal, null, or_, select, true
from sqlalchemy.orm import aliased

from core import clock, db, later, snapshot
from core.access import Permission
from core.accounts.models import Account, StaffGrant
from core.accounts.person import Person
from core.db import session
from core.errors import NotFound
from forum import watermarks
from forum.answers.models import SameProblem
from forum.boards.models import Board
from forum.bookmarks.models import Bookmark
from forum.drafts.models import Draft
from forum.notifications.models import Watch
from forum.polls.models import Poll
from forum.seen import BoardSeen, Kind, PostSeen, Reader, TopicFacts, TopicFound, TopicLine
from forum.topics.models import Post, Topic
from storefront.catalogue.models import Product
from storefront.licenses.service import SELECT_HELD, held_products


def reader_for(person: Person | None) -> Reader:
    """Somebody as a reader; asks for licenses only where a board for holders exists."""
    if person is None:
        return _reader(None, may_moderate=False, may_write=False)
    return _reader(person.id, may_moderate=person.may(Permission.MODERATION), may_write=person.confirmed)


def reader_of_account(account_id: int) -> Reader:
    """The same where nobody is signed in: for mails and jobs. A closed account sees what strangers see."""
    granted = (StaffGrant.account_id == account_id, StaffGrant.permission == Permission.MODERATION.value)
    open_account = (Account.id == account_id, Account.closed_at.is_(None))
    wanted = select(Account.confirmed_at, StaffGrant.id).outerjoin(StaffGrant, granted[0] & granted[1])
    found = session.execute(wanted.where(*open_account)).first()
    if found is None:
        return _reader(None, may_moderate=False, may_write=False)
    return _reader(account_id, may_moderate=found[1] is not None, may_write=found[0] is not None)


def everything() -> Reader:
    """The program itself, which sees every board and writes for nobody: for indexing and for counting."""
    boards = frozenset(board.id for board in _all_boards())
    return Reader(account_id=None, boards=boards, may_moderate=True, may_write=False)


def boards_of(reader: Reader) -> list[BoardSeen]:
    """The boards that exist for this reader, in their order."""
    found = [board for board in _all_boards() if board.id in reader.boards]
    return [_uncounted(board) if board.id in reader.own else board for board in found] if reader.own else found


def get_board(reader: Reader, slug: str) -> BoardSeen:
    """The board of this address. Raises NotFound, also for a board that does not exist for this reader."""
    return _first(board for board in boards_of(reader) if board.slug == slug)


def get_board_by_id(reader: Reader, board_id: int) -> BoardSeen:
    """The board of this number. Raises NotFound, also for a board that does not exist for this reader."""
    return _first(board for board in boards_of(reader) if board.id == board_id)


def topics_visible(reader: Reader) -> Select[Topic]:
    """Every topic this reader may see."""
    return select(Topic).where(sees_topic(reader))


def posts_visible(reader: Reader) -> Select[Post]:
    """Every post this reader may see, joined with its topic."""
    return select(Post).join(Topic, Topic.id == Post.topic_id).where(sees_topic(reader), sees_post(reader))


@lru_cache
def topic_lines(kind: Kind, *, of_board: bool, own: bool = False) -> Select[Any]:
    """Rows with the columns of TopicLine: of one board, or of all that exist for the reader; to be run with `given`.

    `own` is for a board on which the reader sees only their own topics. Written once per kind of reader, because a select
    costs more to write than to run.
    """
    there = Topic.board_id == bindparam("board") if of_board else _there(kind, Topic.board_id + 0)
    if own:
        there = there & (Topic.author_id == ME)
    wanted = _LINES.add_columns(watermarks.is_unread(ME) if kind.is_known else literal(False)).where(there)
    if kind.is_known:
        wanted = watermarks.joined(wanted, ME)
    return wanted.where(true() if kind.may_moderate else Topic.hidden_at.is_(None))


def given(reader: Reader, board_id: int = 0, **further: Any) -> dict[str, Any]:
    """The parameters for this module's selects; a board that does not exist for the reader is board 0, which nobody has."""
    there = board_id if board_id in reader.boards else 0
    return {
        **whose(reader),
        "board": there,
        "since": watermarks.since(),
        **further,
    }


def whose(reader: Reader) -> dict[str, Any]:
    """The parameters of `sees` alone."""
    own = {"own": sorted(reader.own)} if reader.kind.has_own else {}
    return {"me": reader.account_id or 0, "boards": reader.whole, **own}


def lines(reader: Reader, rows: Iterable[Any]) -> tuple[TopicLine, ...]:
    """What `topic_lines` found, as values. What was read a moment ago and not stored yet is read."""
    found = tuple(TopicLine(*row) for row in rows)
    return tuple(
        [line._replace(is_unread=_is_still_unread(reader, line)) if line.is_unread else line for line in found]
    )


def _is_still_unread(reader: Reader, line: TopicLine) -> bool:
    return later.noted("topic_read", (reader.account_id, line.id)) < line.last_number


def find_topic(reader: Reader, topic_id: int) -> TopicFound | None:
    """One topic and what it is to the reader, or None."""
    found = db.rows(_head(reader.kind), given(reader, topic=topic_id))
    return TopicFound(TopicFacts(*found[0][:-8]), *found[0][-8:]) if found else None


def posts_between(
    reader: Reader, topic_id: int, first: int, last: int, *, also: int | None = None
) -> tuple[PostSeen, ...]:
    """The posts of a topic that the reader has found, by number; `also` is one more, wherever it stands."""
    asked = {"me": reader.account_id or 0, "topic": topic_id, "first": first, "last": last}
    asked |= {"also": also} if also else {}
    return tuple(PostSeen(*row) for row in db.rows(_between(reader.kind, one_more=bool(also)), asked))


@lru_cache
def _head(kind: Kind) -> Select[Any]:
    following = (Watch.topic_id == Topic.id) & (Watch.account_id == ME)
    same = (SameProblem.topic_id == Topic.id) & (SameProblem.account_id == ME)
    own = (
        watermarks.number_read(ME),
        Watch.since.is_not(None),
        watermarks.is_noted(),
        SameProblem.since.is_not(None),
        Draft.body,
        Draft.saved_at,
    )
    columns: list[Any] = [getattr(Topic, name) for name in TopicFacts._fields]
    poll = (Poll.many, Poll.closed_at.is_not(None))
    wanted: Select[Any] = select(*columns, *(own if kind.is_known else _NOBODYS), *poll)
    wanted = wanted.select_from(Topic).outerjoin(Poll, Poll.topic_id == Topic.id)
    if kind.is_known:
        wanted = watermarks.joined(wanted, ME).outerjoin(Watch, following).outerjoin(SameProblem, same)
        wanted = wanted.outerjoin(Draft, (Draft.topic_id == Topic.id) & (Draft.account_id == ME))
    return wanted.where(Topic.id == bindparam("topic"), *sees(kind))


def sees(kind: Kind) -> tuple[ColumnElement[bool], ...]:
    """The conditions of `sees_topic` for a select that is kept and run with `given`, or with `whose`."""
    return (_there(kind, Topic.board_id), true() if kind.may_moderate else Topic.hidden_at.is_(None))


@lru_cache
def _between(kind: Kind, *, one_more: bool) -> Select[Any]:
    own = Post.author_id == ME if kind.is_known else false()
    seen = true() if kind.may_moderate else or_(Post.hidden_at.is_(None), own)
    within = Post.number.between(bindparam("first"), bindparam("last"))
    wanted = within | (Post.number == bindparam("also")) if one_more else within
    kept = exists().where(Bookmark.post_id == Post.id, Bookmark.account_id == ME) if kind.is_known else false()
    return _POSTS.add_columns(kept).where(Post.topic_id == bindparam("topic"), wanted, seen).order_by(Post.number)


def sees_topic(reader: Reader) -> ColumnElement[bool]:
    """The condition on Topic: its board exists for the reader, and it is not hidden (moderators see those, too).

    Of a board where everybody sees their own topics, it is one that the reader began.
    """
    there: ColumnElement[bool] = Topic.board_id.in_(reader.whole)
    if reader.kind.has_own:
        there = there | (Topic.board_id.in_(sorted(reader.own)) & (Topic.author_id == reader.account_id))
    return there if reader.may_moderate else there & Topic.hidden_at.is_(None)


def sees_post(reader: Reader) -> ColumnElement[bool]:
    """The condition on Post beside `sees_topic`: hidden ones are seen by moderators and by who wrote them."""
    if reader.may_moderate:
        return true()
    if reader.account_id is None:
        return Post.hidden_at.is_(None)
    return or_(Post.hidden_at.is_(None), Post.author_id == reader.account_id)


def _reader(account_id: int | None, *, may_moderate: bool, may_write: bool) -> Reader:
    fresh: list[Any] = []

    def load() -> list[BoardSeen]:
        fresh[:] = _ask_boards(account_id)
        return [BoardSeen(**_board(row)) for row in fresh]

    boards = _keep(load)
    guarded = {board.id: board.product_id for board in boards if board.holders_only}
    held = {row.id for row in fresh if row.is_held}
    if guarded and not fresh and account_id is not None and not may_moderate:
        products = held_products(account_id)
        held = {board_id for board_id, product_id in guarded.items() if product_id in products}
    seen = (board.id for board in boards if may_moderate or board.id not in guarded or board.id in held)
    own = () if may_moderate else (board.id for board in boards if board.own_topics_only)
    there = frozenset(seen)
    return Reader(
        account_id=account_id,
        boards=there,
        may_moderate=may_moderate,
        may_write=may_write,
        own=there.intersection(own),
    )


def _uncounted(board: BoardSeen) -> BoardSeen:
    """Without what would tell of the topics of others."""
    return replace(board, **_NOTHING)


def _there(kind: Kind, board: ColumnElement[int] | Any) -> ColumnElement[bool]:
    """The board exists for the reader, and if only their own topics do there, it is one of those."""
    whole: ColumnElement[bool] = board.in_(_BOARDS)
    return whole | (board.in_(_OWN_BOARDS) & (Topic.author_id == ME)) if kind.has_own else whole


def _all_boards() -> list[BoardSeen]:
    return _keep(lambda: [BoardSeen(**_board(row)) for row in _ask_boards(None)])


def _keep(load: Callable[[], list[BoardSeen]]) -> list[BoardSeen]:
    return snapshot.keep("boards", load, tables=("board", "topic", "account", "product"))


def _ask_boards(account_id: int | None) -> list[Any]:
    """All boards, and along with them which of them this account's licenses open: one statement for both."""
    return list(db.rows(_BOARDS_SEEN, {"me": account_id or 0, "now": clock.now()}))


def _board(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row._asdict().items() if name != "is_held"}


ME: Any = bindparam("me")
_NOBODYS = (literal(0), false(), false(), false(), null(), null())
_BOARDS: Any = bindparam("boards", expanding=True)
_OWN_BOARDS: Any = bindparam("own", expanding=True)
_starter, _last = aliased(Account), aliased(Account)
_line_columns: list[Any] = [getattr(Topic, name) for name in TopicLine._fields[:-3]]
_LINES: Select[Any] = (
    select(*_line_columns, _starter.name_shown, _last.name_shown)
    .outerjoin(_starter, _starter.id == Topic.author_id)
    .outerjoin(_last, _last.id == Topic.last_author_id)
)
_post_columns: list[Any] = [getattr(Post, name) for name in PostSeen._fields[:-3]]
_by_staff = exists().where(StaffGrant.account_id == Post.author_id)
_POSTS: Select[Any] = select(*_post_columns, Account.name_shown, _by_staff).outerjoin(
    Account, Account.id == Post.author_id
)
_OWN = ("id", "slug", "name", "sentence", "category", "product_id", "holders_only", "own_topics_only")
_COUNTED = ("topics", "posts", "last_at")
_LAST = ("last_at", "last_topic_id", "last_title", "last_slug", "last_number", "last_name")
_NOTHING: dict[str, Any] = {"topics": 0, "posts": 0, **dict.fromkeys(_LAST)}
_BOARDS_SEEN: Select[Any] = (
    select(
        *(getattr(Board, name) for name in _OWN + _COUNTED),
        Board.last_topic_id,
        Product.slug.label("product_slug"),
        Topic.title.label("last_title"),
        Topic.slug.label("last_slug"),
        Topic.last_number.label("last_number"),
        Account.name_shown.label("last_name"),
        func.coalesce(Board.holders_only & Board.product_id.in_(SELECT_HELD), false()).label("is_held"),
    )
    .outerjoin(Product, Product.id == Board.product_id)
    .outerjoin(Topic, (Topic.id == Board.last_topic_id) & Topic.hidden_at.is_(None))
    .outerjoin(Account, Account.id == Topic.last_author_id)
    .order_by(Board.rank, Board.id)
)


def _first(found: Iterable[BoardSeen]) -> BoardSeen:
    for board in found:
        return board
    raise NotFound
