"""The database's shape: bringing it up to date, and finding out whether tables and migrations tell the same story."""

from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Table

from core.db import Base, Database

MIGRATIONS = Path(__file__).parent / "migrations"
SEARCH_TABLES = "_search"  # full-text tables are written by hand in migrations, each database in its own way


def upgrade(database: Database, revision: str = "head") -> None:
    """Run all revisions that are missing."""
    _with_connection(database, lambda config: command.upgrade(config, revision))


@cache
def head() -> str:
    """The newest revision that this program knows; a database that is ready has it."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head() or ""


def draft(database: Database, revision: str, message: str, areas: tuple[str, ...]) -> None:
    """Write a revision for the tables whose modules lie in these areas, compared with this (up to date) database."""
    tables = [(mapper.class_.__module__, mapper.local_table) for mapper in Base.registry.mappers]
    wanted = {table.name for module, table in tables if isinstance(table, Table) and module.startswith(areas)}

    def only_theirs(thing: Any, name: str | None, kind: str, _reflected: bool, _to: Any) -> bool:
        return kind != "table" or name in wanted

    _with_connection(
        database,
        lambda config: command.revision(config, message, autogenerate=True, rev_id=revision),
        include_object=only_theirs,
    )


def differences(database: Database) -> list[Any]:
    """What the tables in the code and the migrated database disagree on; empty when all is well."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": _is_ours,
                "compare_type": True,
                "target_metadata": Base.metadata,
            },
        )
        found: list[Any] = compare_metadata(context, Base.metadata)
        return found


def _is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    return not (kind == "table" and name is not None and SEARCH_TABLES in name)


def _with_connection(database: Database, act: Any, **attributes: Any) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s")
    with database.engine.begin() as connection:
        config.attributes.update(connection=connection, include_name=_is_ours, **attributes)
        act(config)
