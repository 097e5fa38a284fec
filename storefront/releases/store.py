"""Where the files of releases lie: a folder of the instance. Whoever keeps them elsewhere writes these five functions."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core import web
from core.errors import NotFound

_STORED = re.compile(r"[0-9a-f]{32,64}", re.ASCII)
PIECE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a stored file is: its length and its fingerprints."""

    size: int
    sha256: str
    sha512: str


def place(stored: str) -> Path:
    """Where a file lies, or will. Raises NotFound for what is no name of ours."""
    if not _STORED.fullmatch(stored):
        raise NotFound
    folder = web.settings().instance.resolve() / "releases"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / stored


def received(stored: str) -> int:
    """How many bytes of it are here."""
    path = place(stored)
    return path.stat().st_size if path.is_file() else 0


def append(stored: str, source: BinaryIO, most: int) -> int:
    """Add what comes to its end, never beyond `most` bytes in all; how many bytes are here now."""
    have = received(stored)
    with place(stored).open("ab") as target:
        while have < most and (piece := source.read(min(PIECE, most - have))):
            target.write(piece)
            have += len(piece)
    return have


def measure(stored: str) -> Measured:
    """Read it once, and tell its length and fingerprints."""
    short, long, size = hashlib.sha256(), hashlib.sha512(), 0
    with place(stored).open("rb") as source:
        while piece := source.read(PIECE):
            short.update(piece)
            long.update(piece)
            size += len(piece)
    return Measured(size=size, sha256=short.hexdigest(), sha512=long.hexdigest())


def drop(stored: str) -> None:
    """Forget it."""
    place(stored).unlink(missing_ok=True)
