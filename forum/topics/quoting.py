"""Quotes of posts whose author is gone, or never was: the name that a writer's composer still had is not kept."""

from sqlalchemy import select, tuple_

from core.db import session
from forum import markup
from forum.topics.models import Post


def settled(body: str) -> str:
    """The text, in which nobody is named as the author of a post that has none."""
    quoted = markup.quoted_posts(body)
    if not quoted:
        return body
    named = tuple_(Post.topic_id, Post.number).in_(sorted(quoted))
    rows = session.execute(select(Post.topic_id, Post.number).where(named, Post.author_id.is_(None)))
    return markup.without_names(body, {(row[0], row[1]) for row in rows})
