"""Alembic's door: the database and the tables come from the running program, the filter from `flask db draft`."""

from typing import Any

from alembic import context

from core.db import Base, Moment
from core.sealed import SealedText


def plainly(kind: str, thing: Any, _autogen: Any) -> Any:
    """Our column types by what the database sees, so that old revisions never depend on today's code."""
    if kind == "type" and isinstance(thing, SealedText):
        return "sa.Text()"
    if kind == "type" and isinstance(thing, Moment):
        return "sa.DateTime(timezone=True)"
    return False


def migrate() -> None:
    """Run the asked-for revisions on the current database."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=False,
        include_name=context.config.attributes.get("include_name"),
        include_object=context.config.attributes.get("include_object"),
        render_item=plainly,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


migrate()
