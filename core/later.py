"""Small facts noted while a page is read (seen up to post 40) and written together a moment afterwards.

A GET writes nothing; what it learns waits here in memory. For one kind and key the highest value counts (or the sum), so losing some
seconds of notes in a crash costs nothing that matters. Nothing that must not be lost belongs here.
"""

import threading
from collections.abc import Callable, Hashable

from sqlalchemy.exc import SQLAlchemyError

from core import db, logs

Writer = Callable[[dict[Hashable, int]], None]

_writers: dict[str, Writer] = {}
_waiting: dict[str, dict[Hashable, int]] = {}
_lock = threading.Lock()


def writes(kind: str, writer: Writer) -> None:
    """Name the function that stores the notes of a kind: {key: highest value}."""
    _writers[kind] = writer


def note(kind: str, key: Hashable, value: int) -> None:
    """Remember the highest value for this key until the next flush."""
    with _lock:
        kept = _waiting.setdefault(kind, {})
        kept[key] = max(value, kept.get(key, value))


def add(kind: str, key: Hashable, by: int = 1) -> None:
    """Count for this key until the next flush."""
    with _lock:
        kept = _waiting.setdefault(kind, {})
        kept[key] = kept.get(key, 0) + by


def noted(kind: str, key: Hashable) -> int:
    """What waits to be written for this key, 0 for nothing: so that a page just read is not new a second later."""
    with _lock:
        return _waiting.get(kind, {}).get(key, 0)


def waiting() -> bool:
    """True if there is something to write."""
    with _lock:
        return any(_waiting.values())


def flush() -> None:
    """Write all notes in one transaction on the current database."""
    with _lock:
        taken, kinds = dict(_waiting), list(_waiting)
        for kind in kinds:
            _waiting[kind] = {}
    if any(taken.values()):
        with db.transaction():
            for kind, notes in taken.items():
                if notes:
                    _writers[kind](notes)


class Flusher(threading.Thread):
    """Writes the notes every few seconds while the program serves."""

    def __init__(self, database: db.Database, seconds: float = 2.0) -> None:
        super().__init__(daemon=True, name="later")
        self._database, self._seconds, self._over = database, seconds, threading.Event()

    def run(self) -> None:
        """Flush until stopped, and once more at the end."""
        db.use(self._database)
        while not self._over.wait(self._seconds):
            self._try()
        self._try()

    def _try(self) -> None:
        try:
            flush()
        except SQLAlchemyError as error:  # the store is busy or away: these notes are lost, the thread goes on
            logs.log().warning("notes_not_written", error=logs.describe(error))

    def stop(self) -> None:
        """End the thread after a last flush."""
        self._over.set()
        self.join(timeout=10)
