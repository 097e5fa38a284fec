"""How far readers have read. A GET writes nothing: what was seen is noted and stored a moment later."""

from collections.abc import Hashable
from typing import Any, cast

from sqlalchemy import ColumnElement, delete, exists, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from core import clock, db, later
from core.accounts.models import Account
from core.db import session
from forum import watermarks
from forum.boards.models import Board
from forum.topics.models import BoardRead, ReadingMark, Topic, TopicRead
from privacy.retention.service import Expiry, expires


def note_read(account_id: int, topic_id: int, number: int) -> None:
    """This reader has seen the topic up to this number."""
    later.note("topic_read", (account_id, topic_id), number)


def noted_read(account_id: int | None, topic_id: int) -> int:
    """Up to which number this reader has read since the last marks were stored; 0 for nothing."""
    return later.noted("topic_read", (account_id, topic_id)) if account_id is not None else 0


def write_read(notes: dict[Hashable, int]) -> None:
    """Store {(account, topic): number}. Marks only rise; those of an account that is closed, or that wants nothing noted, and
    of a topic that is gone are dropped.

    Accounts are held first: whoever switches it off meanwhile waits, and then deletes what was stored.
    """
    asked = cast(dict[tuple[int, int], int], notes)
    _hold({account_id for account_id, _ in asked})
    for (account_id, topic_id), number in sorted(asked.items()):
        both = select(Account.id, Topic.id, literal(number)).join_from(Account, Topic, Topic.id == topic_id)
        there = both.where(Account.id == account_id, Account.closed_at.is_(None), ~_is_off(account_id))
        put = _insert(TopicRead).from_select(["account_id", "topic_id", "number"], there)
        lower = TopicRead.number < put.excluded.number
        session.execute(
            put.on_conflict_do_update(
                index_elements=["account_id", "topic_id"], set_={"number": put.excluded.number}, where=lower
            )
        )


def is_noted(account_id: int) -> bool:
    """Whether the account lets the forum note how far it reads."""
    return not session.scalar(select(_is_off(account_id)))


def mark_board_read(account_id: int, board_id: int) -> None:
    """Everything written on the board until now counts as read, by one mark instead of one for each topic."""
    there = select(literal(account_id), Board.id, literal(clock.now())).where(Board.id == board_id)
    put = _insert(BoardRead).from_select(["account_id", "board_id", "read_at"], there.where(~_is_off(account_id)))
    values = {"read_at": put.excluded.read_at}
    session.execute(put.on_conflict_do_update(index_elements=["account_id", "board_id"], set_=values))
    there_begun = select(Topic.id).where(Topic.board_id == board_id)
    session.execute(delete(TopicRead).where(TopicRead.account_id == account_id, TopicRead.topic_id.in_(there_begun)))


def mark_all_read(account_id: int) -> None:
    """Everything written until now counts as read: one mark takes the place of all others."""
    if is_noted(account_id):
        _set(account_id, read_at=clock.now(), is_off=False)
        _forget(account_id)


def note_no_more(account_id: int) -> None:
    """Note nothing from now on, and delete what was noted."""
    session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
    _set(account_id, read_at=None, is_off=True)
    _forget(account_id)


def note_again(account_id: int) -> None:
    """Note again how far the account reads; what was written until now counts as read, since nobody knows otherwise."""
    if not is_noted(account_id):
        _set(account_id, read_at=clock.now(), is_off=False)


def discard() -> int:
    """Delete marks that say nothing any more, because nothing so old can be unread; how many."""
    old = select(Topic.id).where(Topic.last_at < watermarks.since())
    gone = session.execute(delete(TopicRead).where(TopicRead.topic_id.in_(old)).returning(TopicRead.topic_id)).all()
    past = delete(BoardRead).where(BoardRead.read_at < watermarks.since())
    return len(gone) + len(session.execute(past.returning(BoardRead.board_id)).all())


def listen() -> None:
    """Store marks with the other notes, and let old ones go."""
    later.writes("topic_read", write_read)
    after = f"{watermarks.HORIZON.days} days after the last post there"
    expires(Expiry(kind="reading marks", title="How far members read", after=after, discard=discard))


def _hold(account_ids: set[int]) -> None:
    wanted = select(Account.id).where(Account.id.in_(sorted(account_ids))).order_by(Account.id)
    session.execute(wanted.with_for_update(read=True, key_share=True)).all()


def _is_off(account_id: int) -> ColumnElement[bool]:
    return exists().where(ReadingMark.account_id == account_id, ReadingMark.is_off)


def _set(account_id: int, **values: Any) -> None:
    put = _insert(ReadingMark).values(account_id=account_id, **values)
    session.execute(put.on_conflict_do_update(index_elements=["account_id"], set_=values))


def _forget(account_id: int) -> None:
    session.execute(delete(TopicRead).where(TopicRead.account_id == account_id))
    session.execute(delete(BoardRead).where(BoardRead.account_id == account_id))


def _insert(table: Any) -> Any:
    kinds: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
    return kinds.get(db.current().dialect, insert)(table)
