"""Texts as QR codes, drawn as one path that a page puts into an SVG of its own."""

from dataclasses import dataclass

import segno

MOST = 2000
"""Characters: more would be drawn too finely for a telephone to read from a screen."""
MARGIN = 4
"""Modules of quiet around the code (ISO/IEC 18004, 5.3.8)."""


@dataclass(frozen=True, kw_only=True)
class Code:
    """A drawn code. size: its edge with the quiet around it; path: what an SVG of that size draws, in whole units."""

    size: int
    path: str


def draw(text: str) -> Code:
    """The code for this text. Raises ValueError for one that is longer than `MOST`."""
    if len(text) > MOST:
        raise ValueError("too long for a code that a telephone reads")
    rows = segno.make_qr(text, error="l").matrix
    strokes = [_run(x, y, length) for y, row in enumerate(rows) for x, length in _runs(row)]
    return Code(size=len(rows) + 2 * MARGIN, path="".join(strokes))


def _run(x: int, y: int, length: int) -> str:
    return f"M{x + MARGIN} {y + MARGIN}h{length}v1h-{length}z"


def _runs(row: bytearray) -> list[tuple[int, int]]:
    """Where dark modules begin in a row, and how many follow each other."""
    found: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and found and sum(found[-1]) == x:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif dark:
            found.append((x, 1))
    return found
