"""What can be done with topics and posts: start, reply, edit, hide, show, plant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Update, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from core import clock, db
from core.db import session
from core.errors import NotAllowed, NotFound, NotSignedIn
from core.events import emit
from core.text import clean_line
from forum import markup, reading
from forum.boards.models import Board
from forum.reading import posts_visible, sees, topics_visible
from forum.seen import BoardSeen, Kind, Reader, TopicFacts
from forum.topics import counting, hiding, marks, quoting, rules
from forum.topics.models import Post, PostRevision, Topic
from forum.topics.rules import PlannedTopic, PostEdited, PostWritten

recount, drift = counting.recount, counting.drift


class AlreadyWritten(Exception):
    """This composer was sent before: what it wrote is there already. The second sending is undone as a whole."""

    def __init__(self, author_id: int, submission: str) -> None:
        self.author_id, self.submission = author_id, submission
        super().__init__("sent twice")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a post stands."""

    topic_id: int
    slug: str
    number: int


def start(
    reader: Reader, board: BoardSeen, title: str, body: str, submission: str, *, product_id: int | None = None
) -> Topic:
    """Begin a topic with its first post; on a product's board it is about that product. Raises Invalid, NotConfirmed, NotFound, AlreadyWritten."""
    author_id = _check_writer(reader)
    if board.id not in reader.boards:
        raise NotFound
    named, text, now = rules.check_title(title), rules.check_body(body), clock.now()
    topic = Topic(board_id=board.id, title=named, slug=rules.slug_of(named), author_id=author_id, created_at=now)
    topic.last_at, topic.last_number, topic.last_author_id, topic.posts = now, 1, author_id, 1
    topic.product_id, topic.warm_until = board.product_id or product_id, rules.warmed(0, rules.minute_of(now))
    session.add(topic)
    session.flush()
    written = _write(_Place(topic_id=topic.id, number=1, author_id=author_id, at=now), text, submission)
    values = {"topics": Board.topics + 1, "posts": Board.posts + 1, "last_topic_id": topic.id, "last_at": now}
    session.execute(update(Board).where(Board.id == board.id).values(values))
    _tell(written)
    return topic


def reply(reader: Reader, topic_id: int, body: str, submission: str) -> PostWritten:
    """Write a post below the others. Raises Invalid, NotConfirmed, NotFound, TopicLocked, AlreadyWritten."""
    author_id = _check_writer(reader)
    text, now = rules.check_body(body), clock.now()
    number, board_id = _take_number(reader, topic_id, now)
    written = _write(_Place(topic_id=topic_id, number=number, author_id=author_id, at=now), text, submission)
    counting.count_reply(board_id, topic_id, now)
    _tell(written)
    return written


def edit(reader: Reader, post: Post, body: str, reason: str) -> None:
    """Replace the text of one's own post; the earlier text is kept. Raises Invalid, NotAllowed, TopicLocked."""
    check_may_edit(reader, post, session.get_one(Topic, post.topic_id))
    text, now = quoting.settled(rules.check_body(body)), clock.now()
    if text == post.body:
        return
    reason = clean_line(reason)[: rules.LONGEST_REASON]
    session.add(PostRevision(post_id=post.id, body=post.body, replaced_at=now, reason=reason))
    rendered = markup.render(text)
    post.body, post.html, post.excerpt = text, rendered.html, rendered.excerpt
    post.render_version, post.edited_at, post.edit_reason = markup.RENDER_VERSION, now, reason
    post.edits += 1
    session.flush()
    emit(PostEdited(topic_id=post.topic_id, post_id=post.id, number=post.number))


def hide_own(reader: Reader, post: Post) -> bool:
    """Take one's own post back: its place stays, its words are seen by moderators and oneself alone.

    True if the topic went with it, because there was no other post.
    """
    topic = session.get_one(Topic, post.topic_id)
    check_may_edit(reader, post, topic)
    hiding.hide_post(post.id)
    return topic.hidden_at is not None


def check_may_edit(reader: Reader, post: Post, topic: Topic | TopicFacts) -> None:
    """Raises NotAllowed for other people's and hidden posts, TopicLocked in a locked topic."""
    _check_writer(reader)
    if post.author_id != reader.account_id:
        raise NotAllowed("Only who wrote a post may change it. Nothing was changed.")
    if post.hidden_at is not None:
        raise NotAllowed("This post was taken back, so it cannot be changed any more.")
    if topic.locked and not reader.may_moderate:
        raise rules.TopicLocked("This topic was locked, so its posts cannot be changed any more.")


def get_topic(reader: Reader, topic_id: int) -> Topic:
    """A topic the reader may see. Raises NotFound."""
    found = session.scalar(topics_visible(reader).where(Topic.id == topic_id))
    if found is None:
        raise NotFound
    return found


def get_post(reader: Reader, topic_id: int, number: int) -> Post:
    """A post of that topic the reader may see. Raises NotFound."""
    found = session.scalar(posts_visible(reader).where(Post.topic_id == topic_id, Post.number == number))
    if found is None:
        raise NotFound
    return found


def find_sent(author_id: int, submission: str) -> Place | None:
    """What a composer wrote when it was sent before."""
    sent = (Post.author_id == author_id, Post.submission == submission)
    wanted = select(Topic.id, Topic.slug, Post.number).join(Post, Post.topic_id == Topic.id).where(*sent)
    row = session.execute(wanted).first()
    return row and Place(topic_id=row[0], slug=row[1], number=row[2])


def plant_topics(batch: Sequence[PlannedTopic]) -> list[int]:
    """Store many topics with all their posts at once; answers their numbers. Emits nothing: index them afterwards."""
    rows = [_planned_topic(plan) for plan in batch]
    planted = session.execute(insert(Topic).returning(Topic.id, sort_by_parameter_order=True), rows)
    numbers = [row.id for row in planted]
    posts = [post for topic_id, plan in zip(numbers, batch, strict=True) for post in _planned_posts(topic_id, plan)]
    session.execute(insert(Post), posts)
    recount({plan.board_id for plan in batch})
    return numbers


def _check_writer(reader: Reader) -> int:
    if reader.account_id is None:
        raise NotSignedIn
    if not reader.may_write:
        raise rules.NotConfirmed
    return reader.account_id


def _take_number(reader: Reader, topic_id: int, now: datetime) -> tuple[int, int]:
    """The next number in the topic and its board, by one statement: two writers at once get two numbers."""
    asked = {"topic": topic_id, "now": now, "minute": rules.minute_of(now), **reading.whose(reader)}
    taken = db.act(_next_number(reader.kind, may_moderate=reader.may_moderate), asked).first()
    if taken is None:
        get_topic(reader, topic_id)
        raise rules.TopicLocked
    return taken.last_number, taken.board_id


@lru_cache
def _next_number(kind: Kind, *, may_moderate: bool) -> Update:
    mine = [Topic.id == bindparam("topic"), *sees(kind), Topic.hidden_at.is_(None)]
    if not may_moderate:
        mine.append(Topic.locked.is_(False))
    last: dict[str, Any] = {"last_at": bindparam("now"), "last_author_id": bindparam("me")}
    values = {"last_number": Topic.last_number + 1, "posts": Topic.posts + 1, "warm_until": counting.warmed(), **last}
    return update(Topic).where(*mine).values(values).returning(Topic.last_number, Topic.board_id)


_NEW_POST = insert(Post).returning(Post.id)


@dataclass(frozen=True, kw_only=True)
class _Place:
    topic_id: int
    number: int
    author_id: int
    at: datetime


def _write(place: _Place, body: str, submission: str) -> PostWritten:
    row = {"topic_id": place.topic_id, "number": place.number, "author_id": place.author_id, "created_at": place.at}
    row |= {**_rendered(quoting.settled(body)), "submission": submission}
    try:
        post_id = db.act(_NEW_POST, row).scalar_one()
    except IntegrityError as error:
        raise AlreadyWritten(place.author_id, submission) from error
    return PostWritten(topic_id=place.topic_id, post_id=post_id, number=place.number, author_id=place.author_id)


def _rendered(body: str) -> dict[str, Any]:
    made = markup.render(body)
    return {"body": body, "html": made.html, "excerpt": made.excerpt, "render_version": markup.RENDER_VERSION}


def _tell(written: PostWritten) -> None:
    db.after_commit(lambda: marks.note_read(written.author_id, written.topic_id, written.number))
    emit(written)


def _planned_topic(plan: PlannedTopic) -> dict[str, Any]:
    first, last = plan.posts[0], plan.posts[-1]
    return {
        "board_id": plan.board_id,
        "product_id": plan.product_id,
        "title": plan.title,
        "slug": rules.slug_of(plan.title),
        "author_id": first.author_id,
        "created_at": first.at,
        "last_at": last.at,
        "last_number": len(plan.posts),
        "last_author_id": last.author_id,
        "posts": len(plan.posts),
        "locked": plan.locked,
        "pinned": plan.pinned,
        "answer_number": plan.answer_number,
        "warm_until": rules.warmth_of(plan.posts),
    }


def _planned_posts(topic_id: int, plan: PlannedTopic) -> list[dict[str, Any]]:
    return [
        {
            "topic_id": topic_id,
            "number": number,
            "author_id": post.author_id,
            "submission": f"planted-{topic_id}-{number}",
            "created_at": post.at,
            **_rendered(post.body),
        }
        for number, post in enumerate(plan.posts, 1)
    ]
