"""A whole copy of the store, and the store from a copy. What is sealed in it stays sealed: the master key is not in it."""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from core.db import Database
from core.errors import Refusal


class CopyRefused(Refusal):
    """A copy cannot be made here, or this is none."""

    code = "copy_refused"


def save(database: Database, place: Path) -> None:
    """Copy the store, as it stands at this moment, into a new file that only its owner may read. Raises CopyRefused."""
    if place.exists():
        raise CopyRefused(f"{place} is there already. Nothing was written: name a new file.")
    place.touch(mode=0o600)
    try:
        _dump(database, place) if database.dialect == "postgresql" else _copy(_file(database), place)
    except BaseException:
        place.unlink()
        raise


def bring_back(database: Database, place: Path) -> None:
    """Make the store what the copy says. Nothing else may use it meanwhile. Raises CopyRefused, before anything changes."""
    if database.dialect == "postgresql":
        _check_dump(place)
        _load_dump(database, place)
        return
    _check_copy(place)
    database.close()
    _copy(place, _file(database))


def _copy(source: Path, target: Path) -> None:
    """With SQLite's own backup interface: whole, whatever is being written meanwhile."""
    with closing(sqlite3.connect(source)) as given, closing(sqlite3.connect(target)) as taken:
        given.backup(taken)
        taken.execute("pragma wal_checkpoint(truncate)")


def _check_copy(place: Path) -> None:
    refused = CopyRefused(f"{place} is no whole copy of this shop's store. Nothing was changed.")
    if not place.is_file():
        raise refused
    try:
        with closing(sqlite3.connect(f"{place.resolve().as_uri()}?mode=ro", uri=True)) as given:
            whole = given.execute("pragma integrity_check").fetchone() == ("ok",)
            known = given.execute("select count(*) from sqlite_master where name = 'alembic_version'").fetchone() == (
                1,
            )
    except sqlite3.DatabaseError:
        raise refused from None
    if not whole or not known:
        raise refused


def _file(database: Database) -> Path:
    return Path(str(database.engine.url.database))


def _dump(database: Database, place: Path) -> None:
    _run(database, "pg_dump", "--format=custom", "--no-owner", f"--file={place}")


def _check_dump(place: Path) -> None:
    listed = subprocess.run([_tool("pg_restore"), "--list", str(place)], capture_output=True, text=True, check=False)
    if listed.returncode or " alembic_version " not in listed.stdout:
        raise CopyRefused(f"{place} is no whole copy of this shop's store. Nothing was changed.")


def _load_dump(database: Database, place: Path) -> None:
    """Into an empty schema: tables that are younger than the copy must not stand in its way."""
    _tool("pg_restore")
    with database.engine.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
    database.close()
    _run(database, "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(place))


def _run(database: Database, tool: str, *options: str) -> None:
    """The password goes by the environment, so that no list of processes shows it."""
    url = database.engine.url
    address = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    command = [_tool(tool), f"--dbname={address}", *options]
    done = subprocess.run(command, env={"PGPASSWORD": str(url.password or "")}, capture_output=True, check=False)
    if done.returncode:
        raise CopyRefused(f"{tool} ended with {done.returncode}: {done.stderr.decode(errors='replace').strip()[:300]}")


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise CopyRefused(f"{name} is not on the PATH: install PostgreSQL's client programs. Nothing was changed.")
    return found
