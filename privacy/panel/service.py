"""What is held about a person, by walking the register: counts and dates of every table, in one statement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    cast,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)

from core.access import actor_of
from core.accounts import service as accounts
from core.accounts.models import Acceptance
from core.db import Base, Moment, session
from privacy import register
from privacy.gate import disclose

AHEAD = frozenset({"expires_at", "due_at", "discard_at", "effective_at", "reserved_until", "closes_at", "keep_until"})
"""Columns that speak of the future: they say nothing about how old a row is."""


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many rows a table has about somebody, and from when to when (None where rows carry no time)."""

    rows: int
    oldest: datetime | None
    newest: datetime | None


@dataclass(frozen=True, kw_only=True)
class Held:
    """One table's share: how many rows from when, what they are for, how long they stay, who else may read them.

    corrections: how its columns are corrected, each with the page where that is done ("" where nobody can)."""

    table: str
    title: str
    count: Count
    purposes: tuple[str, ...]
    keep: tuple[str, ...]
    readers: tuple[str, ...]
    corrections: dict[str, str]
    erase: tuple[str, ...]


def held_about(account_id: int) -> list[Held]:
    """Everything the register knows that has rows about this person."""
    counted = _count(account_id)
    tables = [table for table in register.holdings().values() if table.name in counted and counted[table.name].rows]
    return sorted((_held(table, counted[table.name]) for table in tables), key=lambda held: held.title)


def sum_up(account_id: int) -> str:
    """How much there is, in a few words."""
    counts = [count for count in _count(account_id).values() if count.rows]
    rows, oldest = sum(count.rows for count in counts), [count.oldest for count in counts if count.oldest]
    since = f", the oldest of {min(oldest).year}" if oldest else ""
    return f"{rows} entries of {len(counts)} kinds{since}"


def own_email(account_id: int) -> str:
    """The person's own address, for the person."""
    sealed = accounts.get(account_id).email
    return disclose(sealed, purpose="account", actor=actor_of(account_id)) if sealed else ""


def accepted_by(account_id: int) -> list[Acceptance]:
    """The versions of terms and policy that the person accepted, the latest first."""
    own = select(Acceptance).where(Acceptance.account_id == account_id)
    return list(session.scalars(own.order_by(Acceptance.id.desc())))


def rows_about(table: Table, subject: str, account_id: int) -> ColumnElement[bool]:
    """The condition under which a row of this table is about the person, along the declared path over parents."""
    first, _, rest = subject.partition(".")
    column = table.c[first]
    if not rest:
        return column == account_id
    parent = next(iter(column.foreign_keys)).column
    return column.in_(select(parent).where(rows_about(parent.table, rest, account_id)))


def _count(account_id: int) -> dict[str, Count]:
    counts = [
        _count_of(Base.metadata.tables[table.name], table.subject, account_id)
        for table in register.holdings().values()
        if table.subject and table.columns and table.name in Base.metadata.tables
    ]
    rows = session.execute(union_all(*counts))
    return {name: Count(rows=int(times), oldest=oldest, newest=newest) for name, times, oldest, newest in rows}


def _count_of(table: Table, subject: str, account_id: int) -> Select[str, int, datetime, datetime]:
    source, dated = _dated(table, subject)
    none = cast(null(), Moment)
    times = (func.min(dated), func.max(dated)) if dated is not None else (none, none)
    wanted = select(
        literal(table.name), func.count(), type_coerce(times[0], Moment), type_coerce(times[1], Moment)
    ).select_from(source)
    return wanted.where(rows_about(table, subject, account_id))


def _dated(table: Table, subject: str) -> tuple[FromClause, ColumnElement[Any] | None]:
    """Where a row's age stands: in the table itself, or in the parent along the declared path."""
    own = next((one for one in table.c if isinstance(one.type, Moment) and one.name not in AHEAD), None)
    first, _, rest = subject.partition(".")
    if own is not None or not rest:
        return table, own
    key = table.c[first]
    parent = next(iter(key.foreign_keys)).column
    source, dated = _dated(parent.table, rest)
    return table.join(source, key == parent), dated


def _held(table: register.Table, count: Count) -> Held:
    columns = list(table.columns.values())
    purposes = [register.purposes[one].name for held in columns for one in held.purposes]
    return Held(
        table=table.name,
        title=table.title,
        count=count,
        purposes=_each(purposes),
        keep=_each([held.keep for held in columns]),
        readers=_each([_reader(one) for held in columns for one in held.read_by if one != "self"]),
        corrections=dict(held.correction for held in columns),
        erase=_each([held.erase for held in columns]),
    )


def _reader(read_by: str) -> str:
    kind, _, role = read_by.partition(":")
    return f"our {role} staff" if role else kind


def _each(words: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
