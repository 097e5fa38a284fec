"""INSERT that says what happens when the row is there already: each database has its own word for it."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from core import db


def insert_or(table: Any) -> Any:
    """An insert with `on_conflict_do_update` and `on_conflict_do_nothing`, so that of two at once neither fails."""
    return (postgresql.insert if db.current().dialect == "postgresql" else sqlite.insert)(table)
