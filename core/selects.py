"""Kept selects made ready: written and bound once for each database, so that a page's list costs little more than its rows."""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Select
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.engine.interfaces import Compiled
from sqlalchemy.exc import OperationalError

Shape = tuple[tuple[str, int], ...]


class Ready:
    """One select as text, with what turns its values into the driver's and the driver's into ours."""

    def __init__(self, statement: Select[*tuple[Any, ...]], dialect: Dialect, given: Mapping[str, Any]) -> None:
        compiled = statement.compile(dialect=dialect)
        state = compiled.construct_expanded_state(dict(given))
        self.text, self._order = state.statement, state.positiontup
        self._constant = dict(state.parameters)
        self._to_driver = {**_writers(compiled, dialect), **state.processors}
        self._lists = {name: names for name, names in state.parameter_expansion.items() if name in given}
        columns = list(statement.selected_columns)
        self._row: Callable[[Iterable[Any]], Any] = _row([str(column.key) for column in columns])
        self._from_driver = tuple(_readers(columns, dialect))

    def rows(self, connection: Connection, given: Mapping[str, Any]) -> list[Any]:
        """What it answers, as named tuples."""
        found: Iterable[Sequence[Any]] = self._asked(connection, self._bound(given))
        if self._from_driver:
            found = [self._read(row) for row in found]
        return [self._row(row) for row in found]

    def _asked(self, connection: Connection, bound: Any) -> list[Sequence[Any]]:
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(self.text, bound)
            return list(cursor.fetchall())

    def _bound(self, given: Mapping[str, Any]) -> Any:
        values = dict(self._constant)
        for name, value in given.items():
            if name in self._lists:
                values.update(zip(self._lists[name], value, strict=True))
            else:
                values[name] = value
        for name, process in self._to_driver.items():
            values[name] = process(values[name])
        return tuple([values[name] for name in self._order]) if self._order is not None else values

    def _read(self, row: Sequence[Any]) -> list[Any]:
        read = list(row)
        for place, process in self._from_driver:
            read[place] = process(read[place])
        return read


class Selects:
    """The selects of one database that were made ready, each as long as somebody keeps the select itself."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect, self._broken = dialect, dialect.loaded_dbapi.OperationalError
        self.watchers: list[Callable[[str], None]] = []
        self._ready: WeakKeyDictionary[Select[*tuple[Any, ...]], dict[Shape, Ready]] = WeakKeyDictionary()

    def rows(self, connection: Connection, statement: Select[*tuple[Any, ...]], given: Mapping[str, Any]) -> list[Any]:
        """What a kept select answers to these values; a list among them makes a text of its own for each length.

        Raises OperationalError where the database is busy or gone, as SQLAlchemy does.
        """
        shapes = self._ready.setdefault(statement, {})
        shape = tuple(
            [(name, len(value)) for name, value in given.items() if isinstance(value, list | tuple | frozenset)]
        )
        found = shapes.get(shape)
        if found is None:
            found = shapes[shape] = Ready(statement, self._dialect, given)
        for tell in self.watchers:
            tell(found.text)
        try:
            return found.rows(connection, given)
        except self._broken as error:
            raise OperationalError(None, None, error) from error


def _row(names: list[str]) -> Callable[[Iterable[Any]], Any]:
    return namedtuple("Row", names, rename=True)._make  # type: ignore[attr-defined,no-any-return]


def _writers(compiled: Compiled, dialect: Dialect) -> dict[str, Any]:
    """What values need on their way, but for lists: the state knows their parts alone."""
    single = [(name, bind) for bind, name in compiled.bind_names.items() if not bind.expanding]  # type: ignore[attr-defined]
    found = ((name, bind.type.dialect_impl(dialect).bind_processor(dialect)) for name, bind in single)
    return {name: process for name, process in found if process is not None}


def _readers(columns: Iterable[Any], dialect: Dialect) -> Iterable[tuple[int, Callable[[Any], Any]]]:
    for place, column in enumerate(columns):
        process = column.type.dialect_impl(dialect).result_processor(dialect, None)
        if process is not None:
            yield place, process
