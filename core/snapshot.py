"""Small things every page asks for (boards, the current policy), kept in this process instead of asked again.

A commit here that touches one of the named tables drops the copy at once; a change made by another process shows within
LIFETIME seconds. Nothing about one person is kept this way.
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar, cast

from core import clock, db

Value = TypeVar("Value")
LIFETIME = 5.0


def keep(
    name: str, load: Callable[[], Value], *, tables: Iterable[str], until: Callable[[Value], datetime] | None = None
) -> Value:
    """The kept value of that name, loaded in the present transaction when there is none or it is too old.

    What a writing transaction has changed but not stored is never kept for others. `until` reads from a value from when
    on it says something else.
    """
    store = db.current().snapshots
    found = store.get(name)
    if found is not None and time.monotonic() - found[0] < LIFETIME:
        value = cast(Value, found[1])
        if until is None or clock.now() < until(value):
            return value
    value = load()
    if not db.touched():
        store[name] = (time.monotonic(), value, frozenset(tables))
    return value


def forget(store: dict[str, tuple[float, object, frozenset[str]]], touched: frozenset[str]) -> None:
    """Drop the copies that were made from these tables."""
    for name in [name for name, kept in store.items() if kept[2] & touched]:
        store.pop(name, None)
