"""QR codes, drawn by us: every dark module of the code once, and nothing beside them."""

import re

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as some

from core import qr


@settings(max_examples=30, deadline=None)
@given(some.text(min_size=1, max_size=300))
def test_every_dark_module_is_drawn_once_and_nothing_else(text: str) -> None:
    code = qr.draw(text)
    drawn = set[tuple[int, int]]()
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", code.path):
        run = {(int(x) + one, int(y)) for one in range(int(length))}
        assert not run & drawn
        drawn |= run
    wanted = segno.make_qr(text, error="l").matrix
    assert drawn == {(x + 4, y + 4) for y, row in enumerate(wanted) for x, dark in enumerate(row) if dark}
    assert code.size == len(wanted) + 8


def test_what_no_telephone_could_read_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        qr.draw("x" * 2001)
