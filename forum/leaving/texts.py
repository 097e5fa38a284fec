"""Finding and rewriting the texts in which somebody is quoted, addressed or named."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from core.db import session
from core.events import emit
from core.text import clean_line
from forum import markup
from forum.leaving import rules
from forum.leaving.rules import Traces
from forum.moderation.models import Report
from forum.topics.models import Post, PostRevision, Topic
from forum.topics.rules import LONGEST_BODY, PostEdited, slug_of

MOST_TOPICS = 200
BATCH = 200


def mentioning(traces: Traces) -> list[int]:
    """Numbers of the posts in which the person would be taken out, a text for each."""
    found: list[int] = []
    last = 0
    wanted = select(Post.id, Post.body).where(_may_hold(Post.body, traces)).order_by(Post.id).limit(BATCH)
    while rows := session.execute(wanted.where(Post.id > last)).all():
        found += [row.id for row in rows if rules.without(row.body, traces) != row.body]
        last = rows[-1].id
    return found


def rewrite(traces: Traces) -> None:
    """Take the person out of all texts: posts with what is made of them, earlier versions, titles, reasons."""
    for post_id in mentioning(traces):
        _rewrite_post(post_id, traces)
    for column in (PostRevision.body, PostRevision.reason, Post.edit_reason, Report.reason):
        _rewrite_column(column, traces)
    for topic in session.scalars(select(Topic).where(_may_hold(Topic.title, traces)).order_by(Topic.id)):
        _rewrite_title(topic, traces)


def _rewrite_post(post_id: int, traces: Traces) -> None:
    post = session.get_one(Post, post_id, with_for_update=True, populate_existing=True)
    post.body = rules.without(post.body, traces)[:LONGEST_BODY]
    made = markup.render(post.body)
    post.html, post.excerpt, post.render_version = made.html, made.excerpt, markup.RENDER_VERSION
    session.flush()
    _tell_changed(post)


def _rewrite_column(column: Any, traces: Traces) -> None:
    table = column.class_
    for row in session.scalars(select(table).where(_may_hold(column, traces)).order_by(table.id)):
        setattr(row, column.key, rules.without(getattr(row, column.key), traces))
    session.flush()


def _rewrite_title(topic: Topic, traces: Traces) -> None:
    title = clean_line(rules.without(topic.title, traces))[:160]
    if title == topic.title:
        return
    topic.title, topic.slug = title, slug_of(title)
    session.flush()
    first = session.scalar(select(Post).where(Post.topic_id == topic.id, Post.number == 1))
    if first is not None:
        _tell_changed(first)


def _tell_changed(post: Post) -> None:
    """The search index follows; a hidden post is in none."""
    if post.hidden_at is None:
        emit(PostEdited(topic_id=post.topic_id, post_id=post.id, number=post.number))


def _may_hold(column: Any, traces: Traces) -> ColumnElement[bool]:
    words = [traces.name, *([traces.email] if traces.email else []), *_marks(traces)]
    return or_(*(column.icontains(word, autoescape=True) for word in words))


def _marks(traces: Traces) -> Iterable[str]:
    """How a quote of one of the posts ends its first line."""
    topics = sorted({topic_id for topic_id, _number in traces.posts})
    return [f', topic {topic_id}"]' for topic_id in topics] if len(topics) <= MOST_TOPICS else ['[quote="']
