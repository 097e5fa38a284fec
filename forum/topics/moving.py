"""Posts that go to another topic. They get new numbers there, at its end; their old addresses lead to them for ever.

Who may is asked by whoever calls. Numbers that were left are never given again.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, insert, literal, select, update

from core import clock
from core.db import session
from core.errors import Invalid, NotFound
from core.events import emit
from forum import reading
from forum.seen import BoardSeen, Reader
from forum.topics import counting, rules
from forum.topics.models import Post, PostAlias, Topic
from forum.topics.rules import PostEdited, TopicMerged


class _Counted(NamedTuple):
    topics: int
    posts: int


def split(topic_id: int, numbers: Sequence[int], title: str, board: BoardSeen) -> Topic:
    """Let these posts begin a topic of their own, in their order. Raises Invalid, NotFound.

    The topic keeps its first post, and at least that.
    """
    named, source = rules.check_title(title), _lock(topic_id)[0]
    before = _count(source)
    if 1 in numbers:
        raise Invalid("The first post stays: a topic is what it asks. Nothing was changed.")
    posts = list(
        session.scalars(select(Post).where(Post.topic_id == topic_id, Post.number.in_(numbers)).order_by(Post.number))
    )
    if len(posts) != len(set(numbers)):
        raise Invalid("Not all of these numbers are posts of this topic. Nothing was changed.")
    first = posts[0]
    begun = Topic(board_id=board.id, title=named, slug=rules.slug_of(named), author_id=first.author_id)
    begun.created_at = begun.last_at = first.created_at
    begun.product_id, begun.last_number = board.product_id or source.product_id, len(posts)
    session.add(begun)
    session.flush()
    _leave_aliases(Post.id.in_([post.id for post in posts]))
    for number, post in enumerate(posts, 1):
        post.topic_id, post.number = begun.id, number
    session.flush()
    _settle((before, _Counted(0, 0)), source, begun)
    emit(PostEdited(topic_id=begun.id, post_id=first.id, number=1))
    return begun


def merge(topic_id: int, into_id: int) -> Topic:
    """Put all posts of a topic at the end of another one. Raises Invalid, NotFound."""
    if topic_id == into_id:
        raise Invalid("A topic cannot be put into itself. Nothing was changed.")
    source, target = _lock(topic_id, into_id)
    before = (_count(source), _count(target))
    first = session.scalar(select(Post.id).where(Post.topic_id == topic_id, Post.number == 1))
    after = target.last_number
    _leave_aliases(Post.topic_id == topic_id)
    moved = {"topic_id": into_id, "number": Post.number + after}
    session.execute(update(Post).where(Post.topic_id == topic_id).values(moved))
    highest = select(func.max(Post.number)).where(Post.topic_id == into_id).scalar_subquery()
    session.execute(update(Topic).where(Topic.id == into_id).values(last_number=highest))
    emit(TopicMerged(topic_id=topic_id, into_id=into_id))
    _settle(before, source, target)
    if first is not None:
        emit(PostEdited(topic_id=into_id, post_id=first, number=after + 1))
    return target


def find_moved(reader: Reader, topic_id: int, number: int) -> str | None:
    """The address of a post that stood here once; None if none did, or if the reader does not see it where it is now."""
    there = (PostAlias.topic_id == topic_id, PostAlias.number == number)
    if session.scalar(select(literal(1)).where(*there)) is None:
        return None
    seen = reading.posts_visible(reader).join(PostAlias, PostAlias.post_id == Post.id).where(*there)
    row = session.execute(seen.with_only_columns(Topic.id, Topic.slug, Post.number)).first()
    if row is None:
        raise NotFound
    return rules.post_address(row[0], row[1], row[2])


def _lock(*topic_ids: int) -> list[Topic]:
    """The topics, held in the order of their numbers so that two moderators never wait in a circle. Raises NotFound."""
    held = {one: session.get(Topic, one, with_for_update=True, populate_existing=True) for one in sorted(topic_ids)}
    found = [topic for one in topic_ids if (topic := held[one]) is not None]
    if len(found) != len(topic_ids):
        raise NotFound
    return found


def _leave_aliases(chosen: object) -> None:
    posts = select(Post.topic_id, Post.number, Post.id).where(chosen)  # type: ignore[arg-type]
    session.execute(insert(PostAlias).from_select(["topic_id", "number", "post_id"], posts))


def _settle(before: Sequence[_Counted], source: Topic, target: Topic) -> None:
    """The counters of both topics and their boards; what solved a topic stays with it only if it stayed there."""
    session.flush()
    answered = select(Post.id).where(Post.topic_id == Topic.id, Post.number == Topic.answer_number).exists()
    session.execute(update(Topic).where(Topic.id == source.id, ~answered).values(answer_number=None))
    for topic in (source, target):
        shown = select(func.count()).where(Post.topic_id == topic.id, Post.hidden_at.is_(None)).scalar_subquery()
        session.execute(update(Topic).where(Topic.id == topic.id).values(posts=shown))
        counting.settle_last(topic.id, posts=0)
    empty = (Topic.id == source.id, Topic.posts == 0, Topic.hidden_at.is_(None))
    session.execute(update(Topic).where(*empty).values(hidden_at=clock.now()))
    for topic, old in zip((source, target), before, strict=True):
        session.refresh(topic)
        new = _count(topic)
        counting.count_topics(topic.board_id, topics=new.topics - old.topics, posts=new.posts - old.posts)


def _count(topic: Topic) -> _Counted:
    """What the topic is in its board's counters."""
    return _Counted(0, 0) if topic.hidden_at or not topic.posts else _Counted(1, topic.posts)
