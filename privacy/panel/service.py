"""What is held about a person, by walking the register: one count per table, in one statement."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, Table, func, literal, select, union_all

from core.access import actor_of
from core.accounts import service as accounts
from core.accounts.models import Acceptance
from core.db import Base, session
from privacy import register
from privacy.gate import disclose


@dataclass(frozen=True, kw_only=True)
class Held:
    """One table's share: how many rows, what they are for, how long they stay, who else may read them."""

    table: str
    title: str
    rows: int
    purposes: tuple[str, ...]
    keep: tuple[str, ...]
    readers: tuple[str, ...]
    correct: tuple[str, ...]
    erase: tuple[str, ...]


def held_about(account_id: int) -> list[Held]:
    """Everything the register knows that has rows about this person."""
    counted = _count(account_id)
    tables = [table for table in register.holdings().values() if counted.get(table.name)]
    return sorted((_held(table, counted[table.name]) for table in tables), key=lambda held: held.title)


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


def _count(account_id: int) -> dict[str, int]:
    counts = [
        _count_of(Base.metadata.tables[table.name], table.subject, account_id)
        for table in register.holdings().values()
        if table.subject and table.columns and table.name in Base.metadata.tables
    ]
    return {row[0]: int(row[1]) for row in session.execute(union_all(*counts))}


def _count_of(table: Table, subject: str, account_id: int) -> Select[str, int]:
    return select(literal(table.name), func.count()).select_from(table).where(rows_about(table, subject, account_id))


def _held(table: register.Table, rows: int) -> Held:
    columns = list(table.columns.values())
    purposes = [register.purposes[one].name for held in columns for one in held.purposes]
    return Held(
        table=table.name,
        title=table.title,
        rows=rows,
        purposes=_each(purposes),
        keep=_each([held.keep for held in columns]),
        readers=_each([_reader(one) for held in columns for one in held.read_by if one != "self"]),
        correct=_each([held.correct for held in columns]),
        erase=_each([held.erase for held in columns]),
    )


def _reader(read_by: str) -> str:
    kind, _, role = read_by.partition(":")
    return f"our {role} staff" if role else kind


def _each(words: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
