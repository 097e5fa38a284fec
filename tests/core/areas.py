"""Small rooms of their own, in which tests try the house's rules without the shop around."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from core import app as house
from core import db, later, store
from core.settings import Environment, Settings

ROOT = str(Path(__file__).parent.parent.parent)


@contextmanager
def program(folder: Path, area: Callable[[Flask], None], config: Any = None, **given: Any) -> Iterator[Flask]:
    """A program with one room, on a migrated SQLite file."""
    given = {"environment": Environment.TEST, "secret_key": "k" * 40, "bcrypt_cost": 4, **given}
    app = house.build(Settings(instance=folder, **given), [area], root=ROOT, config={"TESTING": True, **(config or {})})
    app.jinja_env.globals["cart_count"] = None
    database: db.Database = app.extensions["database"]
    store.upgrade(database)
    later._waiting.clear()  # what another program of this process noted is not for this one's tables
    try:
        yield app
    finally:
        database.close()
