"""Saying which post solved a topic, and who else has its problem; and taking that back."""

from sqlalchemy import delete, update

from core import clock
from core.db import session
from core.errors import Invalid, NotAllowed
from forum.answers.models import SameProblem
from forum.seen import Reader, TopicFacts
from forum.topics import counting
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


def have_too(reader: Reader, topic: TopicFacts) -> None:
    """This member has the same problem. A second time changes nothing. Raises NotAllowed for who began the topic."""
    if reader.account_id is None or topic.author_id == reader.account_id:
        raise NotAllowed("Your topic says already that you have this problem. Nothing was changed.")
    if session.get(SameProblem, (reader.account_id, topic.id)) is None:
        session.add(SameProblem(account_id=reader.account_id, topic_id=topic.id, since=clock.now()))
        session.flush()
        counting.count_same(topic.id, 1)


def have_no_more(reader: Reader, topic: TopicFacts) -> None:
    """This member does not have it any more. A second time changes nothing."""
    mine = (SameProblem.account_id == reader.account_id, SameProblem.topic_id == topic.id)
    if session.execute(delete(SameProblem).where(*mine).returning(SameProblem.topic_id)).all():
        counting.count_same(topic.id, -1)


def forget(account_id: int) -> None:
    """Whoever leaves has no problems any more, and the numbers follow."""
    gone = delete(SameProblem).where(SameProblem.account_id == account_id).returning(SameProblem.topic_id)
    for topic_id in sorted(session.scalars(gone)):
        counting.count_same(topic_id, -1)


def _check(reader: Reader, topic: TopicFacts) -> None:
    if not may_choose(reader, topic):
        raise NotAllowed("Who began a topic says what solved it, and moderators do. Nothing was changed.")
