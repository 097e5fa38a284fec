"""What a page that is only looked at reads with. A GET writes nothing."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

from core.selects import Selects


class ReadOnlySession(Session):
    """The session of a page that is only looked at."""

    def flush(self, objects: Any = None) -> None:
        """Refuse to write."""
        if self.new or self.dirty or self.deleted:
            raise RuntimeError("a page that is only read tried to write: make it a POST, or note it for later")


class Reading:
    """One connection, and a session on it for whoever needs objects: each opened when it is first asked for.

    Most pages read rows only, and a session costs as much as a statement.
    """

    def __init__(self, engine: Engine, selects: Selects) -> None:
        self._engine, self._selects = engine, selects
        self._connection: Connection | None = None
        self._session: ReadOnlySession | None = None

    def connection(self) -> Connection:
        """The connection; each statement is taken by itself."""
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def rows(self, statement: Select[*tuple[Any, ...]], given: Mapping[str, Any]) -> list[Any]:
        """What a kept select answers."""
        try:
            return self._selects.rows(self.connection(), statement, given)
        except Exception as error:
            self.connection().invalidate(error)  # a connection that broke is not given to the next page
            raise

    def session(self) -> Session:
        """A session on it."""
        if self._session is None:
            self._session = ReadOnlySession(self.connection(), expire_on_commit=False)
        return self._session

    def finish(self) -> None:
        """Refuse what somebody meant to write. Raises RuntimeError."""
        if self._session is not None:
            self._session.flush()

    def undo(self) -> None:
        """Forget what was read."""
        if self._session is not None:
            self._session.rollback()

    def close(self) -> None:
        """Give the connection back."""
        if self._session is not None:
            self._session.close()
        if self._connection is not None:
            self._connection.close()
