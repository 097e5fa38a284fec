"""The counters of topics and boards: how they are set right, and whether they drifted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, ScalarSelect, bindparam, case, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from core import db
from core.db import session
from forum.answers.models import SameProblem
from forum.boards.models import Board
from forum.polls.models import PollOption, PollVote
from forum.topics import rules
from forum.topics.models import Post, PostAlias, Topic

_COUNT_REPLY = (
    update(Board)
    .where(Board.id == bindparam("board"))
    .values(posts=Board.posts + 1, last_topic_id=bindparam("topic"), last_at=bindparam("at"))
)


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A counter that is not what a count finds."""

    table: str
    id: int
    column: str
    stored: object
    counted: object


def count_reply(board_id: int, topic_id: int, at: datetime) -> None:
    """One more visible post on a board, the latest."""
    db.act(_COUNT_REPLY, {"board": board_id, "topic": topic_id, "at": at})


def count_topics(board_id: int, *, topics: int, posts: int) -> None:
    """A board gains or loses visible topics with their posts; its last post is found again."""
    last = {"last_topic_id": _last_topic(Topic.id), "last_at": _last_topic(Topic.last_at)}
    values = {"topics": Board.topics + topics, "posts": Board.posts + posts, **last}
    session.execute(update(Board).where(Board.id == board_id).values(values))


def settle_last(topic_id: int, *, posts: int) -> Topic:
    """A topic gains or loses a visible post; its last post is found again. Answers the topic as it is now."""
    values = {
        "posts": Topic.posts + posts,
        "last_at": func.coalesce(_last_post(Post.created_at), Topic.last_at),
        "last_author_id": _last_post(Post.author_id),
    }
    session.execute(update(Topic).where(Topic.id == topic_id).values(values))
    return session.get_one(Topic, topic_id, populate_existing=True)


def answer_no_more(post_id: int, topic_id: int) -> None:
    """What nobody sees cannot be what solved a topic."""
    number = select(Post.number).where(Post.id == post_id).scalar_subquery()
    answered = (Topic.id == topic_id, Topic.answer_number == number)
    session.execute(update(Topic).where(*answered).values(answer_number=None))


def count_same(topic_id: int, by: int) -> None:
    """So many more have the topic's problem, too."""
    session.execute(update(Topic).where(Topic.id == topic_id).values(same_problem=Topic.same_problem + by))


def warmed() -> ColumnElement[int]:
    """`rules.warmth_of`, one post further, as the database reckons it."""
    minute: Any = bindparam("minute", type_=Integer)
    more = case((Topic.warm_until > minute, Topic.warm_until), else_=minute) + rules.WARMS
    most = minute + rules.WARMEST
    return case((Topic.last_author_id == bindparam("me"), Topic.warm_until), (more > most, most), else_=more)


def recount(board_ids: Iterable[int] | None = None) -> None:
    """Set all counters right, or those of these boards and their topics; after planting, and when drift was found."""
    chosen = None if board_ids is None else sorted(board_ids)
    topics, boards = update(Topic), update(Board)
    if chosen is not None:
        topics, boards = topics.where(Topic.board_id.in_(chosen)), boards.where(Board.id.in_(chosen))
    session.execute(topics.values({name: value for name, value in _topic_truth().items()}))
    session.execute(update(PollOption).values(_option_truth()))
    session.execute(boards.values({name: value for name, value in _board_truth().items()}))


def drift() -> list[Drift]:
    """Every counter that is wrong; empty when all is well."""
    return _drift(Topic, _topic_truth()) + _drift(Board, _board_truth()) + _drift(PollOption, _option_truth())


def _drift(table: type[Topic] | type[Board] | type[PollOption], truth: dict[str, ColumnElement[Any]]) -> list[Drift]:
    found: list[Drift] = []
    for name, counted in truth.items():
        column = getattr(table, name)
        wrong = or_(column != counted, column.is_(None) != counted.is_(None))
        rows = session.execute(select(table.id, column, counted).where(wrong))
        found += [
            Drift(table=table.__tablename__, id=row[0], column=name, stored=row[1], counted=row[2]) for row in rows
        ]
    return found


def _topic_truth() -> dict[str, ColumnElement[Any]]:
    visible = (Post.topic_id == Topic.id, Post.hidden_at.is_(None))
    return {
        "last_number": _highest(),
        "same_problem": _same(),
        "posts": select(func.count()).select_from(Post).where(*visible).correlate(Topic).scalar_subquery(),
        "last_at": func.coalesce(_last_post(Post.created_at), Topic.last_at),
        "last_author_id": _last_post(Post.author_id),
    }


def _option_truth() -> dict[str, ColumnElement[Any]]:
    chosen = select(func.count()).select_from(PollVote).where(PollVote.option_id == PollOption.id)
    return {"votes": chosen.correlate(PollOption).scalar_subquery()}


def _same() -> ScalarSelect[int]:
    told = select(func.count()).select_from(SameProblem).where(SameProblem.topic_id == Topic.id)
    return told.correlate(Topic).scalar_subquery()


def _highest() -> ColumnElement[int]:
    """The highest number that was ever given in the topic, also to a post that was moved away."""
    given = (select(func.max(kind.number)).where(kind.topic_id == Topic.id) for kind in (Post, PostAlias))
    here, gone = (func.coalesce(one.correlate(Topic).scalar_subquery(), 0) for one in given)
    return case((here > gone, here), else_=gone)


def _board_truth() -> dict[str, ColumnElement[Any]]:
    visible = (Topic.board_id == Board.id, Topic.hidden_at.is_(None))
    posts = select(func.coalesce(func.sum(Topic.posts), 0)).where(*visible)
    return {
        "topics": select(func.count()).select_from(Topic).where(*visible).correlate(Board).scalar_subquery(),
        "posts": posts.correlate(Board).scalar_subquery(),
        "last_topic_id": _last_topic(Topic.id),
        "last_at": _last_topic(Topic.last_at),
    }


def _last_post(column: InstrumentedAttribute[Any]) -> ScalarSelect[Any]:
    """A column of the last visible post of the topic around it."""
    visible = (Post.topic_id == Topic.id, Post.hidden_at.is_(None))
    return select(column).where(*visible).order_by(Post.number.desc()).limit(1).correlate(Topic).scalar_subquery()


def _last_topic(column: InstrumentedAttribute[Any]) -> ScalarSelect[Any]:
    """A column of the visible topic of the board around it that was written in last."""
    visible = (Topic.board_id == Board.id, Topic.hidden_at.is_(None))
    latest = select(column).where(*visible).order_by(Topic.last_at.desc(), Topic.id.desc()).limit(1)
    return latest.correlate(Board).scalar_subquery()
