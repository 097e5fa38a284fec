"""How far somebody has read, as parts of selects: a number for a topic, a moment for a board, a moment for everything.

Nothing is noted about single posts, and no moment at which something was read. What is older than HORIZON counts as read,
and so does what was written before its reader came.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, false, func, or_, select

from core import clock
from core.accounts.models import Account
from core.db import Moment
from forum.topics.models import BoardRead, Post, ReadingMark, Topic, TopicRead

HORIZON = timedelta(days=90)
_SINCE: Any = bindparam("since", type_=Moment())


def since() -> datetime:
    """From when on something can be unread: the value of `since` in these selects."""
    return clock.now() - HORIZON


def joined(wanted: Select[Any], me: Any) -> Select[Any]:
    """A select of topics together with the marks of the account."""
    board = (BoardRead.board_id == Topic.board_id) & (BoardRead.account_id == me)
    topic = (TopicRead.topic_id == Topic.id) & (TopicRead.account_id == me)
    return wanted.outerjoin(TopicRead, topic).outerjoin(BoardRead, board).outerjoin(ReadingMark, _own(me))


def is_noted() -> ColumnElement[bool]:
    """Whether the account lets the forum note how far it reads."""
    return ~func.coalesce(ReadingMark.is_off, false())


def is_unread(me: Any) -> ColumnElement[bool]:
    """On a select with marks: there is something in the topic that the account has not seen."""
    return and_(
        is_noted(),
        Topic.last_number > func.coalesce(TopicRead.number, 0),
        Topic.last_at > func.coalesce(ReadingMark.read_at, _came(me)),
        or_(BoardRead.read_at.is_(None), Topic.last_at > BoardRead.read_at),
        Topic.last_at > _SINCE,
    )


def may_be_unread(me: Any) -> ColumnElement[bool]:
    """On topics alone: written in after the account's one mark, so that a list of what is unread ends there."""
    mark = select(ReadingMark.read_at).where(_own(me)).scalar_subquery()
    return and_(Topic.last_at > func.coalesce(mark, _came(me)), Topic.last_at > _SINCE)


def number_read(me: Any) -> ColumnElement[int]:
    """On a select with marks: up to which post the account has read the topic, by whichever mark reaches furthest."""
    mark = _later(
        _later(func.coalesce(BoardRead.read_at, _SINCE), _SINCE), func.coalesce(ReadingMark.read_at, _came(me))
    )
    before = select(Post.number).where(Post.topic_id == Topic.id, Post.created_at <= mark)
    last = before.order_by(Post.created_at.desc(), Post.number.desc()).limit(1)
    marked = func.coalesce(last.correlate_except(Post).scalar_subquery(), 0)
    return case((is_noted(), _later(func.coalesce(TopicRead.number, 0), marked)), else_=0)


def _own(me: Any) -> Any:
    return ReadingMark.account_id == me


def _came(me: Any) -> Any:
    return select(Account.created_at).where(Account.id == me).scalar_subquery()


def _later(one: Any, other: Any) -> ColumnElement[Any]:
    return case((one > other, one), else_=other)
