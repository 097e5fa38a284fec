"""Nothing is missing: every declared column of every table that leads to a person is in the data, documented."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Date, Integer, Table, event, insert

import wsgi
from core import db
from core.db import Base, Moment, session
from core.sealed import SealedText, seal
from privacy import register
from privacy.export import rules
from privacy.export.book import Book
from privacy.export.explaining import readme, schema
from privacy.export.walking import Node, trees
from tests.shop import Shop

assert wsgi.AREAS  # the tables and declarations of all areas are there


class Planter:
    """Puts one row into every declared table, with a value of its own in every declared column."""

    def __init__(self, account_id: int) -> None:
        self.account_id, self.planted = account_id, dict[tuple[str, str], object]()
        self._number, self._ids = 70_000_000, dict[str, int]()

    def plant(self, table: Table, path: str = "") -> int:
        """A row of the table that belongs to the person; its id. `path`: how, where the table itself does not say."""
        if table.name in self._ids:
            return self._ids[table.name]
        entry = register.holdings().get(table.name)
        step, _, rest = (entry.subject if entry and entry.subject else path).partition(".")
        self._number += 1
        self._ids[table.name] = self._number
        values = {
            one.name: self._owner(one, rest) if one.name == step and one.foreign_keys else self._value(one, entry)
            for one in table.columns
        }
        session.execute(insert(table).values(values))
        if [key.name for key in table.primary_key] == [step]:
            self._ids[table.name] = values[step]
        return self._ids[table.name]

    def _value(self, column: Column[Any], entry: register.Table | None) -> object:
        if column.primary_key and not column.foreign_keys:
            return self._ids[column.table.name]
        if column.foreign_keys:
            return self._number
        value, sealed = self._fresh(column), isinstance(column.type, SealedText)
        if entry and column.name in entry.columns and not rules.is_kept_back(entry.columns[column.name]):
            self.planted[column.table.name, column.name] = rules.plain(self._word if sealed else value)
        return value

    def _owner(self, column: Column[Any], rest: str) -> int:
        target = next(iter(column.foreign_keys)).column.table
        return self.account_id if target.name == "account" else self.plant(target, rest)

    def _fresh(self, column: Column[Any]) -> object:
        self._number += 1
        self._word = word = f"w{self._number}"
        if isinstance(column.type, SealedText):
            return seal(word, column.type.label, subject=self.account_id)
        if isinstance(column.type, Moment):
            return datetime(2035, 1, 1, tzinfo=UTC) + timedelta(seconds=self._number - 70_000_000)
        if isinstance(column.type, Boolean):
            return True
        if isinstance(column.type, Integer):
            return self._number
        if isinstance(column.type, Date):
            return datetime(2035, 1, 1, tzinfo=UTC).date()
        if isinstance(column.type, JSON):
            return {"said": word}
        return "EUR" if "currency" in column.name else word


def exported(account_id: int) -> zipfile.ZipFile:
    """The person's ZIP, without the files that come along."""
    out = io.BytesIO()
    book = Book(account_id)
    book.files = {}
    book.write(out, lambda _done: None)
    return zipfile.ZipFile(out)


def flat(nodes: list[Node]) -> Iterator[Node]:
    """All nodes, parts too."""
    for node in nodes:
        yield node
        yield from flat(list(node.parts))


@pytest.fixture
def careless_shop(sqlite_shop: Shop) -> Iterator[Shop]:
    """A shop whose database takes any value in any column, so that a test need not know what may stand there."""
    engine = sqlite_shop.database.engine

    def let_all_in(connection: Any, _record: Any) -> None:
        for pragma in ("foreign_keys=OFF", "ignore_check_constraints=ON"):
            connection.execute(f"PRAGMA {pragma}")

    engine.dispose()
    event.listen(engine, "connect", let_all_in)
    yield sqlite_shop
    event.remove(engine, "connect", let_all_in)
    engine.dispose()


@pytest.mark.clause("P15a", "P15b", "P15c")
def test_every_declared_column_of_a_person_is_in_the_data(careless_shop: Shop) -> None:
    account_id = careless_shop.make_account()
    planter = Planter(account_id)
    with careless_shop.transaction():
        for name, entry in register.holdings().items():
            if entry.subject and name != "account":
                planter.plant(Base.metadata.tables[name])
    with careless_shop.app.test_request_context():
        db.use(careless_shop.database)
        data = json.loads(exported(account_id).read("data.json"))["data"]
    found = list(cells(data))
    missing = [
        f"{table}.{column}"
        for (table, column), value in planter.planted.items()
        if ((table, column), value) not in found
    ]
    assert missing == []
    assert len(planter.planted) > 100


def cells(data: dict[str, Any]) -> Iterator[tuple[tuple[str, str], object]]:
    """Every value of the data by table and column; most tables have one row."""
    for table, rows in data.items():
        for row in rows:
            parts = {
                name: value for name, value in row.items() if isinstance(value, list) and name in Base.metadata.tables
            }
            yield from (((table, name), value) for name, value in row.items() if name not in parts)
            yield from cells(parts)


def test_every_table_that_leads_to_a_person_is_walked() -> None:
    walked = {node.name for node in flat(trees())}
    leading = {
        table.name
        for table in Base.metadata.tables.values()
        if any(key.column.table.name == "account" for key in table.foreign_keys)
    }
    declared = {name for name, entry in register.holdings().items() if entry.subject and entry.columns}
    bare = {name for name, entry in register.holdings().items() if not entry.columns}
    assert (leading - bare) | declared == walked - {"account"} | {"account"}


def test_every_field_of_the_data_is_documented() -> None:
    nodes = trees()
    said = schema(nodes, "LicensePal")["properties"]["data"]["properties"]
    for node in nodes:
        _check_documented(node, said[node.name]["items"]["properties"])
    assert all(node.entry.title in readme(nodes, "LicensePal") for node in flat(nodes))


def _check_documented(node: Node, fields: dict[str, Any]) -> None:
    for column in node.columns:
        said = fields[column.name]
        assert said["title"] and said["description"], f"{node.name}.{column.name}"
        if column.name in node.entry.columns:
            assert said["x-held"]["dpv"].startswith("dpv") and said["x-held"]["kept"]
    for part in node.parts:
        _check_documented(part, fields[part.name]["items"]["properties"])
