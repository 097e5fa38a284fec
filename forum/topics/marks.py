"""How far readers have read. A GET writes nothing: what was seen is noted and stored a moment later."""

from collections.abc import Hashable
from typing import Any, cast

from sqlalchemy import insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from core import clock, db, later
from core.accounts.models import Account
from core.db import session
from forum.boards.models import Board
from forum.topics.models import BoardRead, Topic, TopicRead


def note_read(account_id: int, topic_id: int, number: int) -> None:
    """This reader has seen the topic up to this number."""
    later.note("topic_read", (account_id, topic_id), number)


def noted_read(account_id: int | None, topic_id: int) -> int:
    """Up to which number this reader has read since the last marks were stored; 0 for nothing."""
    return later.noted("topic_read", (account_id, topic_id)) if account_id is not None else 0


def write_read(notes: dict[Hashable, int]) -> None:
    """Store {(account, topic): number}. Marks only rise; those of an account that is closed or a topic that is gone are dropped."""
    for key, number in sorted(cast(dict[tuple[int, int], int], notes).items()):
        account_id, topic_id = key
        both = select(Account.id, Topic.id, literal(number)).join_from(Account, Topic, Topic.id == topic_id)
        there = both.where(Account.id == account_id, Account.closed_at.is_(None))
        put = _insert(TopicRead).from_select(["account_id", "topic_id", "number"], there)
        lower = TopicRead.number < put.excluded.number
        session.execute(
            put.on_conflict_do_update(
                index_elements=["account_id", "topic_id"], set_={"number": put.excluded.number}, where=lower
            )
        )


def mark_board_read(account_id: int, board_id: int) -> None:
    """Everything written on the board until now counts as read."""
    there = select(literal(account_id), Board.id, literal(clock.now())).where(Board.id == board_id)
    put = _insert(BoardRead).from_select(["account_id", "board_id", "read_at"], there)
    values = {"read_at": put.excluded.read_at}
    session.execute(put.on_conflict_do_update(index_elements=["account_id", "board_id"], set_=values))


def listen() -> None:
    """Store marks with the other notes."""
    later.writes("topic_read", write_read)


def _insert(table: Any) -> Any:
    kinds: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
    return kinds.get(db.current().dialect, insert)(table)
