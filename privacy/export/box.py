"""A file that only its key opens, written and read in pieces, so that its size does not matter.

The STREAM construction over AES-256-GCM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): each piece has its number and a mark
for the last one in its nonce, so that pieces cannot be cut off, swapped or repeated. A key serves one file only.
"""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PIECE = 64 * 1024
MARK = b"LPBOX1\n"
_TAG = 16


class Damaged(ValueError):
    """The file was altered or cut off, or this is not its key."""


class Writer:
    """What zipfile writes into: a stream that cannot be wound back. `size` counts what was written, before encryption."""

    def __init__(self, place: Path, key: bytes) -> None:
        self._file: BinaryIO = place.open("xb")
        self._cipher, self._number, self._waiting = AESGCM(key), 0, bytearray()
        self.size = 0
        self._file.write(MARK)

    def write(self, data: bytes) -> int:
        """Take bytes; full pieces go to the disk."""
        self._waiting += data
        self.size += len(data)
        while len(self._waiting) > PIECE:
            self._put(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(data)

    def flush(self) -> None:
        """Pieces are written when they are full."""

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        if kind is None:
            self._put(bytes(self._waiting), last=True)
        self._file.close()

    def _put(self, piece: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, MARK))
        self._number += 1


def read(place: Path, key: bytes) -> Iterator[bytes]:
    """The content, piece by piece. Raises Damaged, at the latest at the piece that is."""
    cipher, number = AESGCM(key), 0
    with place.open("rb") as file:
        if file.read(len(MARK)) != MARK:
            raise Damaged("this is no such file")
        piece, following = file.read(PIECE + _TAG), file.read(PIECE + _TAG)
        while True:
            try:
                yield cipher.decrypt(_nonce(number, last=not following), piece, MARK)
            except InvalidTag:
                raise Damaged(f"piece {number} cannot be opened") from None
            if not following:
                return
            number, piece, following = number + 1, following, file.read(PIECE + _TAG)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
