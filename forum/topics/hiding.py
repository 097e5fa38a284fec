"""Posts and topics that are to be seen no more, again, or elsewhere; the counters follow. Who may is asked by whoever calls."""

from datetime import datetime

from sqlalchemy import update

from core import clock
from core.db import session
from core.errors import NotFound
from core.events import emit
from forum.topics import counting
from forum.topics.models import Post, Topic
from forum.topics.rules import PostHidden, PostShown


def hide_post(post_id: int) -> None:
    """Let a post be seen no more; a topic without any visible post is hidden with it. A second time changes nothing."""
    topic_id = _set_hidden(post_id, clock.now())
    if topic_id is None:
        return
    counting.answer_no_more(post_id, topic_id)
    topic = counting.settle_last(topic_id, posts=-1)
    if topic.hidden_at is None:
        counting.count_topics(topic.board_id, topics=0, posts=-1)
    if topic.posts == 0:
        hide_topic(topic.id)
    emit(PostHidden(topic_id=topic.id, post_id=post_id))


def show_post(post_id: int) -> None:
    """Let a hidden post be seen again, and its topic if it had none left. A second time changes nothing."""
    topic_id = _set_hidden(post_id, None)
    if topic_id is None:
        return
    topic = counting.settle_last(topic_id, posts=1)
    if topic.hidden_at is None:
        counting.count_topics(topic.board_id, topics=0, posts=1)
    elif topic.posts == 1:
        show_topic(topic.id)
    emit(PostShown(topic_id=topic.id, post_id=post_id))


def hide_topic(topic_id: int) -> None:
    """Let a topic with all its posts be seen no more. A second time changes nothing."""
    shown = update(Topic).where(Topic.id == topic_id, Topic.hidden_at.is_(None)).values(hidden_at=clock.now())
    found = session.execute(shown.returning(Topic.board_id, Topic.posts)).first()
    if found is not None:
        counting.count_topics(found.board_id, topics=-1, posts=-found.posts)


def show_topic(topic_id: int) -> None:
    """Let a hidden topic be seen again. A second time changes nothing."""
    hidden = update(Topic).where(Topic.id == topic_id, Topic.hidden_at.is_not(None)).values(hidden_at=None)
    found = session.execute(hidden.returning(Topic.board_id, Topic.posts)).first()
    if found is not None:
        counting.count_topics(found.board_id, topics=1, posts=found.posts)


def move_topic(topic_id: int, board_id: int) -> None:
    """Put a topic on another board; both boards' counters follow. Raises NotFound."""
    topic = session.get(Topic, topic_id, with_for_update=True)
    if topic is None:
        raise NotFound
    before, topic.board_id = topic.board_id, board_id
    session.flush()
    if topic.hidden_at is None and before != board_id:
        counting.count_topics(before, topics=-1, posts=-topic.posts)
        counting.count_topics(board_id, topics=1, posts=topic.posts)


def _set_hidden(post_id: int, moment: datetime | None) -> int | None:
    """The topic of a post whose state really changed."""
    before = Post.hidden_at.is_(None) if moment else Post.hidden_at.is_not(None)
    changed = update(Post).where(Post.id == post_id, before).values(hidden_at=moment)
    return session.execute(changed.returning(Post.topic_id)).scalar()
