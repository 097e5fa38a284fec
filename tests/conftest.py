"""One program per database and worker, a fresh store for each test, and visitors who use the front door."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.running import planted as plant
from tests.shop import Shop
from tests.stores import PostgresStore, SqliteStore, Store

pytest_plugins = ("tests.clauses",)
settings.register_profile("house", deadline=None)
settings.load_profile("house")  # no test is about time: a busy machine must not turn one red

LONG = ("test_kill", "test_pool_concurrency", "test_large_shop", "test_canaries")
"""Begun first, so that no worker is left alone with one of them at the end."""

DATABASES = os.environ.get("DATABASES", "sqlite postgresql").split()


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Store]]:
    """The stores that were asked for so far, each started once per worker."""
    started: dict[str, Store] = {}
    yield started
    for store in started.values():
        store.stop()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first: the browser's walks, and the tests that start servers of their own."""
    items.sort(key=lambda item: (item.get_closest_marker("browser") is None, item.path.stem not in LONG))


def _store(kind: str, started: dict[str, Store], folder: Path) -> Store:
    if kind not in started:
        started[kind] = SqliteStore(folder) if kind == "sqlite" else PostgresStore(folder)
    return started[kind]


@pytest.fixture(params=DATABASES)
def shop(
    request: pytest.FixtureRequest, stores: dict[str, Store], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """The program on a fresh, migrated, empty database: once on SQLite, once on PostgreSQL."""
    store = _store(request.param, stores, tmp_path_factory.mktemp(request.param))
    yield from store.fresh_shop()


@pytest.fixture
def sqlite_shop(stores: dict[str, Store], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The same on SQLite only, for what cannot depend on the database."""
    yield from _store("sqlite", stores, tmp_path_factory.mktemp("sqlite")).fresh_shop()


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demonstration's data, the same for all workers of this run. Copy it; never change it."""
    own = tmp_path_factory.getbasetemp()
    return plant(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)
