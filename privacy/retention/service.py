"""Destroying what is over: keys first, then the rows they closed; and the sweep that finds what is over."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Table, Text, func, select, type_coerce, update

from core import clock, db, forgotten
from core.datakeys import rules as kinds
from core.datakeys import service as datakeys
from core.datakeys.service import Destroyed
from core.db import Base, session
from core.inserting import insert_or
from core.sealed import Sealed, SealedText, nothing
from privacy import register
from privacy.panel.service import rows_about
from privacy.retention import holds
from privacy.retention.models import Discarded


@dataclass(frozen=True, kw_only=True)
class Expiry:
    """Something that ends by the calendar. after: the sentence "… after what". discard deletes what is past its last
    day in the present transaction and answers how many things that were; whoever reads it checks the day as well."""

    kind: str
    title: str
    after: str
    discard: Callable[[], int]


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many things of a kind were discarded: in the last days, and ever."""

    expiry: Expiry
    lately: int
    ever: int


@dataclass(frozen=True, kw_only=True)
class KeptKind:
    """A kind of one person's data: how long it stays, and what became of its keys."""

    title: str
    sentence: str
    live: int
    destroyed: int
    last: datetime | None


_expiries: dict[str, Expiry] = {}


def expires(expiry: Expiry) -> None:
    """Let the sweep discard it. Saying it again replaces it."""
    _expiries[expiry.kind] = expiry


def expiries() -> tuple[Expiry, ...]:
    """Everything that ends by the calendar."""
    return tuple(_expiries.values())


def destroy(account_id: int, kept_as: str, part: str | None = None) -> int:
    """Destroy a person's keys of this kind (of one part, if said) and empty the columns they closed; how many keys went.

    Raises OnHold while a legal hold keeps this kind.
    """
    if kept_as in holds.held(account_id):
        raise holds.OnHold
    gone = datakeys.destroy(account_id, kept_as, part)
    if part is None:
        _empty(account_id, kept_as, None)
    finish(gone)
    return len(gone)


def destroy_marked(marks: Iterable[str]) -> int:
    """Destroy again what was destroyed before a backup came back; how many keys that were."""
    gone = datakeys.destroy_marked(list(marks))
    finish(gone)
    return len(gone)


def finish(gone: Iterable[Destroyed]) -> None:
    """Empty what destroyed keys had closed, and write them into the ledger that outlives a restored backup."""
    for one in gone:
        _empty(one.account_id, one.kept_as, one.id)
        forgotten.note("key", mark=one.mark)


def sweep() -> dict[str, int]:
    """Discard all that is past its last day, each kind in a transaction of its own; how many of each."""
    return {expiry.kind: _discard(expiry) for expiry in expiries()}


def kept_of(account_id: int) -> list[KeptKind]:
    """Every kind with the person's keys."""
    counts = datakeys.counts_of(account_id)
    none = datakeys.Count()
    return [
        KeptKind(
            title=kind.title,
            sentence=kind.sentence,
            live=counts.get(kind.name, none).live,
            destroyed=counts.get(kind.name, none).destroyed,
            last=counts.get(kind.name, none).last,
        )
        for kind in kinds.kinds()
    ]


def is_there(account_id: int, kept_as: str) -> bool:
    """True if something of this kind about the person can still be opened."""
    if not datakeys.counts_of(account_id).get(kept_as, datakeys.Count()).live:
        return False
    found = (
        select(column).where(rows_about(table, subject, account_id), column.is_not(None)).limit(1)
        for table, column, subject in _columns(kept_as)
    )
    return any(session.execute(wanted).first() is not None for wanted in found)


def tallies(days: int = 30) -> list[Tally]:
    """What was discarded, by kind."""
    with_days = select(Discarded.kind, func.sum(Discarded.times)).group_by(Discarded.kind)
    lately = with_days.where(Discarded.day > clock.now().date() - timedelta(days=days))
    ever, recent = ({kind: int(times) for kind, times in session.execute(wanted)} for wanted in (with_days, lately))
    return [Tally(expiry=one, lately=recent.get(one.kind, 0), ever=ever.get(one.kind, 0)) for one in expiries()]


def _discard(expiry: Expiry) -> int:
    with db.transaction():
        times = expiry.discard()
        if times:
            count(expiry.kind, times)
    return times


def count(kind: str, times: int) -> None:
    """Add to today's tally."""
    added = insert_or(Discarded).values(day=clock.now().date(), kind=kind, times=times)
    more = {"times": Discarded.times + added.excluded.times}
    session.execute(added.on_conflict_do_update(index_elements=["day", "kind"], set_=more))


def _empty(account_id: int, kept_as: str, key: int | None) -> None:
    """Take the ciphertext out of every column of this kind, of the values under one key or of all."""
    for table, column, subject in _columns(kept_as):
        own = [rows_about(table, subject, account_id), column.is_not(None)]
        if key is not None:
            own.append(type_coerce(column, Text).like(f"2.{account_id}.{key}.%"))
        label = f"{table.name}.{column.name}"
        value: Sealed | None = None if column.nullable else nothing(label, account_id)
        session.execute(update(table).where(*own).values({column: value}))


def _columns(kept_as: str) -> Iterator[tuple[Table, Column[Sealed], str]]:
    for entry in register.holdings().values():
        table = Base.metadata.tables.get(entry.name)
        if table is None or not entry.subject:
            continue
        for column in table.columns:
            if isinstance(column.type, SealedText) and column.type.kept_as == kept_as:
                yield table, column, entry.subject
