"""The walk over the schema along the register's paths: every row about a person, with what hangs on it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, ColumnElement, RowMapping, Table, and_, func, select, tuple_

from core import db
from core.access import PROGRAM, actor_of
from core.db import Base, session
from core.sealed import Sealed
from privacy import register
from privacy.export import rules, telling
from privacy.gate import Closed, disclose
from privacy.panel.service import rows_about

PURPOSE = "privacy_requests"
CHUNK = 200


@dataclass(frozen=True, kw_only=True)
class Node:
    """A table of the walk: what is declared about it, the columns that come along, and the tables that hang on it.

    joint: the column by which its rows hang on a parent's, None for a table that is reached by itself.
    """

    entry: register.Table
    table: Table
    columns: tuple[Column[Any], ...]
    joint: Column[Any] | None = None
    parts: tuple["Node", ...] = ()

    @property
    def name(self) -> str:
        """The table's name."""
        return self.entry.name


@dataclass(kw_only=True)
class Entry:
    """One row: plain values, what makes it readable, and its parts by table. Sealed values are open: it is not kept."""

    node: Node
    values: dict[str, object]
    readable: dict[str, str] = field(default_factory=dict)
    parts: dict[str, list["Entry"]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Its heading, "" where its area gave none."""
        return self.readable.get("title", "")

    def as_data(self) -> dict[str, object]:
        """As JSON has it."""
        told: dict[str, object] = {"readable": self.readable} if self.readable else {}
        return self.values | told | {name: [one.as_data() for one in rows] for name, rows in self.parts.items()}


def trees() -> list[Node]:
    """Every declared table that leads to a person, parts below the things they are parts of."""
    held = {name: entry for name, entry in register.holdings().items() if _is_walked(entry)}
    return [_node(entry, held, None) for entry in held.values() if _parent(entry, held) is None]


def count(nodes: Iterable[Node], account_id: int) -> dict[str, int]:
    """How many rows each has about the person, parts not counted."""
    return {node.name: session.scalar(_counting(node, account_id)) or 0 for node in nodes}


def entries(node: Node, account_id: int) -> Iterator[list[Entry]]:
    """All rows about the person, some at a time, each lot read in a transaction of its own."""
    last: tuple[Any, ...] | None = None
    while True:
        with db.transaction(reading=True):
            rows = _read(node, rows_about(node.table, node.entry.subject, account_id), last)
            found = _open(node, rows, account_id)
        if found:
            yield found
        if len(rows) < CHUNK:
            return
        last = tuple(rows[-1][key.name] for key in node.table.primary_key)


def _is_walked(entry: register.Table) -> bool:
    return bool(entry.subject) and bool(entry.columns) and entry.name in Base.metadata.tables


def _parent(entry: register.Table, held: dict[str, register.Table]) -> str | None:
    """The table on whose rows these hang: the first step of the path leads there, and its own path is the rest."""
    first, _, rest = entry.subject.partition(".")
    if not rest:
        return None
    target = next(iter(Base.metadata.tables[entry.name].c[first].foreign_keys)).column.table.name
    return target if target in held and held[target].subject == rest else None


def _node(entry: register.Table, held: dict[str, register.Table], parent: str | None) -> Node:
    table = Base.metadata.tables[entry.name]
    below = [one for one in held.values() if _parent(one, held) == entry.name]
    return Node(
        entry=entry,
        table=table,
        columns=tuple(column for column in table.columns if _comes_along(column, entry)),
        joint=table.c[entry.subject.partition(".")[0]] if parent else None,
        parts=tuple(_node(one, held, entry.name) for one in below),
    )


def _comes_along(column: Column[Any], entry: register.Table) -> bool:
    """What is declared and not kept back, and the numbers that tie entries together. Never another account's number."""
    if any(key.column.table.name == "account" for key in column.foreign_keys):
        return False
    if column.name in entry.columns:
        return not rules.is_kept_back(entry.columns[column.name])
    return column.primary_key or bool(column.foreign_keys) or column.name in telling.of(entry.name).also


def _counting(node: Node, account_id: int) -> Any:
    about = rows_about(node.table, node.entry.subject, account_id)
    return select(func.count()).select_from(node.table).where(about)


def _read(node: Node, about: ColumnElement[bool], last: tuple[Any, ...] | None = None) -> Sequence[RowMapping]:
    keys = tuple(node.table.primary_key)
    after = (about,) if last is None else (about, tuple_(*keys) > last)
    wanted = select(node.table).where(and_(*after)).order_by(*keys)
    return session.execute(wanted.limit(CHUNK) if node.joint is None else wanted).mappings().all()


def _open(node: Node, rows: Sequence[RowMapping], account_id: int) -> list[Entry]:
    found = [_entry(node, row, account_id) for row in rows]
    reading = telling.of(node.name).reading
    if reading is not None and found:
        for entry, told in zip(found, reading(account_id, [one.values for one in found]), strict=True):
            entry.readable = dict(told)
    for part in node.parts if found else ():
        _hang(part, found, rows, account_id)
    return found


def _hang(part: Node, found: Sequence[Entry], rows: Sequence[RowMapping], account_id: int) -> None:
    """Read the parts of all these rows at once and give each row its own."""
    assert part.joint is not None
    target = next(iter(part.joint.foreign_keys)).column.name
    owners = {row[target]: entry for row, entry in zip(rows, found, strict=True)}
    below = _read(part, part.joint.in_(list(owners)))
    for owner in found:
        owner.parts[part.name] = []
    for row, entry in zip(below, _open(part, below, account_id), strict=True):
        owners[row[part.joint.name]].parts[part.name].append(entry)


def _entry(node: Node, row: RowMapping, account_id: int) -> Entry:
    return Entry(node=node, values={column.name: _value(row[column.name], account_id) for column in node.columns})


def _value(value: object, account_id: int) -> object:
    """A plain value; sealed ones are opened, and those that were destroyed are nothing."""
    if not isinstance(value, Sealed):
        return rules.plain(value)
    try:
        return _reveal(value, account_id) if value.box else None
    except Closed as refused:
        if refused.reason != "forgotten":
            raise
        return None


def _reveal(value: Sealed, account_id: int) -> str:
    """For the person themselves; a value that came before anybody knew whose it was opens for its first purpose."""
    if value.subject == account_id:
        return disclose(value, purpose=PURPOSE, actor=actor_of(account_id))
    held = register.holding(value.label)
    purpose = held.collected[0] if held and PURPOSE not in held.purposes else PURPOSE
    return disclose(value, purpose=purpose, actor=PROGRAM)
