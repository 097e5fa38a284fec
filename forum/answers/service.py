"""Saying which post solved a topic, and taking that back."""

from sqlalchemy import update

from core.db import session
from core.errors import Invalid, NotAllowed
from forum.seen import Reader, TopicFacts
from forum.topics.models import Topic
from forum.topics.rules import may_choose
from forum.topics.service import get_post


def choose(reader: Reader, topic: TopicFacts, number: int) -> None:
    """This post solved the topic. Raises NotFound, NotAllowed, and Invalid for the question and for hidden posts."""
    post = get_post(reader, topic.id, number)
    _check(reader, topic)
    if number == 1 or post.hidden_at is not None:
        raise Invalid("A reply that others can read solves a topic. Nothing was changed.")
    session.execute(update(Topic).where(Topic.id == topic.id).values(answer_number=number))


def choose_none(reader: Reader, topic: TopicFacts) -> None:
    """The topic is open again. Raises NotAllowed."""
    _check(reader, topic)
    session.execute(update(Topic).where(Topic.id == topic.id).values(answer_number=None))


def _check(reader: Reader, topic: TopicFacts) -> None:
    if not may_choose(reader, topic):
        raise NotAllowed("Who began a topic says what solved it, and moderators do. Nothing was changed.")
