"""The engravings are the shop's hand: the same word must give the same drawing everywhere, whatever the word."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from math import hypot
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engraving import INKS, band_svg, ink_name, rosette_curves, rosette_svg, seal_svg

SLUGS = [f"{maker}-{what}" for maker in ("ledger", "ink", "tide", "north", "quill") for what in range(40)]
HOSTILE = [
    "",
    "\"'<>&",
    "</svg><script>alert(1)</script>",
    "]]>",
    "🦉🔏",
    "مفتاح",
    "a" * 10_000,
    "\x00\x0b\x1f",
    "\ud800",
    "../../etc",
]
DRAWINGS: list[Callable[[str], str]] = [rosette_svg, seal_svg, band_svg]


@pytest.mark.parametrize("draw", DRAWINGS)
def test_a_word_always_gives_the_same_drawing(draw: Callable[[str], str]) -> None:
    assert draw("ledgerlark") == draw("ledgerlark")
    assert draw("ledgerlark") != draw("ledgerlarks")


def test_a_drawing_does_not_depend_on_the_process() -> None:
    """Python's own hash() differs from one process to the next; an invoice printed tomorrow must match today's page."""
    program = "from core.engraving import rosette_svg; print(rosette_svg('ledgerlark'), end='')"
    outside = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert outside.stdout == rosette_svg("ledgerlark")


def test_two_hundred_slugs_have_two_hundred_rosettes_in_every_ink() -> None:
    assert len({rosette_svg(slug) for slug in SLUGS}) == len(SLUGS)
    assert {ink_name(slug) for slug in SLUGS} == set(INKS)


@pytest.mark.parametrize("draw", DRAWINGS)
@pytest.mark.parametrize("seed", HOSTILE)
def test_any_word_gives_well_formed_markup_that_holds_nothing_of_it(draw: Callable[[str], str], seed: str) -> None:
    svg = draw(seed)
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}
    assert tags <= {"svg", "g", "path", "use", "circle"}


@given(st.text(max_size=300))
def test_any_label_becomes_a_title_and_nothing_else(label: str) -> None:
    root = ElementTree.fromstring(rosette_svg("ledgerlark", label=label))
    assert root.get("role") == "img"
    assert root.get("aria-hidden") is None
    assert root[0].tag.endswith("title")
    assert len(root[0]) == 0


def test_a_label_is_shown_as_it_was_written() -> None:
    root = ElementTree.fromstring(rosette_svg("x", label='Tallow & "Pine" <4>'))
    assert root[0].text == 'Tallow & "Pine" <4>'


def test_without_a_label_it_is_decoration() -> None:
    assert ElementTree.fromstring(rosette_svg("x")).get("aria-hidden") == "true"


@pytest.mark.parametrize("draw", DRAWINGS)
def test_every_drawing_is_small_enough_to_send_two_dozen(draw: Callable[[str], str]) -> None:
    assert max(len(draw(slug)) for slug in (*SLUGS, *HOSTILE)) < 14_000


def test_sizes_are_the_ones_asked_for() -> None:
    assert 'width="56" height="56"' in rosette_svg("x", size=56)
    assert 'viewBox="0 0 300 20"' in band_svg("x", 300, 20)


def test_the_ends_of_a_band_meet() -> None:
    """A header repeats the band: a step where two copies meet would be seen."""
    strands = [path for path in re.findall(r'd="M([^"]+)"', band_svg("x", 300, 20)) if "q" in path]
    assert len(strands) == 8
    for strand in strands:
        heights = dict(_knots(strand))
        pairs = [(y, heights[x + 300]) for x, y in heights.items() if x + 300 in heights]
        assert pairs
        assert all(abs(left - right) <= 0.4 for left, right in pairs)


def _knots(path: str) -> Iterator[tuple[float, float]]:
    """The points that a path of relative quadratic arcs passes through, x rounded to whole units."""
    start, _, rest = path.partition("q")
    x, y = _numbers(start)
    moves = _numbers(rest.replace("t", " "))[2:]
    for across, down in zip(moves[::2], moves[1::2], strict=True):
        x, y = x + across, y + down
        yield round(x), y


def _numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", text)]


@given(st.text(max_size=40))
def test_curves_for_paper_stay_in_the_unit_circle(seed: str) -> None:
    for curve in rosette_curves(seed):
        assert len(curve.points) > 30
        assert max(hypot(x, y) for x, y in curve.points) <= 1.0
        assert curve.hue == ink_name(seed)
        assert curve.color in INKS[curve.hue]
        assert 0 < curve.width < 0.02


def test_paper_and_screen_show_as_many_lines() -> None:
    svg = ElementTree.fromstring(rosette_svg("ledgerlark"))
    drawn = [element for element in svg.iter() if element.tag.endswith(("path", "use"))]
    assert len(drawn) == len(rosette_curves("ledgerlark"))
