"""The ledger of what must not come back: one line of JSON each, appended to `instance/forgotten`, beside the database.

A backup is older than what was deleted or stopped since. `flask restore` reads this ledger and does it again. It holds
random marks and keyed hashes, and no personal value.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core import clock, db, web

Replay = Callable[[list[dict[str, Any]]], int]
_replays: dict[str, Replay] = {}


def replays(kind: str, replay: Replay) -> None:
    """Name the function that does it again: it gets the lines of its kind, oldest first, and answers how many counted."""
    _replays[kind] = replay


def note(kind: str, **facts: str | int) -> None:
    """Add a line once the present transaction is stored. facts: numbers and marks, never personal values."""
    at = place()
    line = {"kind": kind, "at": clock.now().isoformat(), **facts}
    db.after_commit(lambda: append(at, [line]))


def complete(kind: str, fact: str, known: list[str]) -> None:
    """Add the lines that are missing: those whose fact the store knows and the ledger does not."""
    noted = {line.get(fact) for line in read() if line["kind"] == kind}
    now = clock.now().isoformat()
    missing = [{"kind": kind, "at": now, fact: one} for one in known if one not in noted]
    if missing:
        append(place(), missing)


def append(at: Path, lines: list[dict[str, Any]]) -> None:
    """Write whole lines to the end, in one go and to the disk. Each begins anew, whatever a crash left before it."""
    said = "".join("\n" + json.dumps(line, sort_keys=True) for line in lines)
    descriptor = os.open(at, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, said.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read() -> list[dict[str, Any]]:
    """All lines, oldest first; a line cut off by a crash is left out, its key is in the database as destroyed."""
    if not place().exists():
        return []
    found = []
    for line in place().read_text().splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def replay() -> dict[str, int]:
    """Do again, in the present transaction, whatever the ledger says; how much of each kind."""
    lines = read()
    return {kind: again([line for line in lines if line["kind"] == kind]) for kind, again in _replays.items()}


def place() -> Path:
    """Where the ledger lies."""
    return web.settings().instance / "forgotten"
