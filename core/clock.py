"""The one place that reads the time. Tests set it; rules receive it as an argument."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_shift = timedelta()


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC) + _shift


@contextmanager
def moved(by: timedelta) -> Iterator[None]:
    """Let time be later (or earlier) by this much within the block: for tests and for planting past demo data."""
    global _shift
    before = _shift
    _shift = before + by
    try:
        yield
    finally:
        _shift = before
