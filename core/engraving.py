"""Guilloche ornaments drawn from a word: the same word gives the same drawing, on a screen and on paper.

Pure. A drawing is a few rings; a ring is one closed line and its turned copies. A line runs round the circle with a
swell of `petals` and a wave of `lobes`; because the two share no divisor, turning the line by one petal moves the wave
and leaves the swell where it is, which weaves the net that banknotes wear.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from math import cos, gcd, pi, sin

Point = tuple[float, float]

INKS: dict[str, tuple[str, str]] = {
    "viridian": ("#12866f", "#4d9a5b"),
    "prussian": ("#3277c0", "#4a8f9f"),
    "plum": ("#a3569f", "#7a70c4"),
    "vermilion": ("#d0573a", "#b5713a"),
    "ochre": ("#a97d1b", "#7f8a3a"),
    "indigo": ("#6a6bce", "#4b87c4"),
    "moss": ("#5c8a3a", "#2f8c7c"),
    "garnet": ("#bf4a6b", "#a3618f"),
}
"""Name to (ink, its companion): each is told apart on white paper and on a dark page."""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One closed line in the unit circle. `hue` names an ink, `color` is its hex, `width` is a share of the radius."""

    points: tuple[Point, ...]
    hue: str
    color: str
    width: float


@dataclass(frozen=True, kw_only=True)
class _Ring:
    """A line r(t) = radius + swell·cos(petals·t) + wave(lobes·t), woven with its copies; lengths are unit shares."""

    radius: float
    swell: float
    wave: float
    petals: int
    lobes: int
    harmonic: float
    width: float
    ink: int
    copies: int

    def points(self, per_lobe: int = 8) -> tuple[Point, ...]:
        steps = max(self.lobes * per_lobe, self.petals * 10)
        return tuple(self._at(2 * pi * step / steps) for step in range(steps))

    def _at(self, turn: float) -> Point:
        phase = self.lobes * turn
        wave = (cos(phase) + self.harmonic * sin(2 * phase)) / (1 + 0.7 * abs(self.harmonic))
        reach = self.radius + self.swell * cos(self.petals * turn) + self.wave * wave
        return reach * cos(turn), reach * sin(turn)


class _Choice:
    """Numbers out of a seed, in the order they are asked for."""

    def __init__(self, seed: str) -> None:
        self._bytes = hashlib.shake_256(seed.encode("utf-8", "surrogatepass")).digest(64)
        self._next = 0

    def among(self, count: int) -> int:
        """A whole number from 0 to count − 1."""
        self._next += 2
        return int.from_bytes(self._bytes[self._next - 2 : self._next]) % count

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.among(1024) / 1023


def ink_name(seed: str) -> str:
    """The ink that the seed picked from the palette, by name; the style sheets know it as `ink-<name>`."""
    return tuple(INKS)[_Choice(seed).among(len(INKS))]


def rosette_curves(seed: str) -> tuple[Curve, ...]:
    """Every line of the seed's rosette, outermost ring first, for a writer that draws its own lines."""
    name = ink_name(seed)
    return tuple(
        Curve(
            points=_turned(ring.points(), 2 * pi * copy / ring.petals),
            hue=name,
            color=INKS[name][ring.ink],
            width=ring.width,
        )
        for ring in _rosette(seed)
        for copy in range(ring.copies)
    )


def rosette_svg(seed: str, *, size: int = 320, label: str | None = None) -> str:
    """The rosette as a document of its own, `size` pixels wide; `label` becomes its title, without one it is decoration."""
    inks = INKS[ink_name(seed)]
    body = "".join(_woven(ring, inks[ring.ink], seed) for ring in _rosette(seed))
    return _document(
        f'<g fill="none" stroke-linejoin="round">{body}</g>',
        (size, size),
        (-200, -200, 400, 400),
        label,
    )


def seal_svg(seed: str, *, size: int = 160, label: str | None = None) -> str:
    """A round seal with a scalloped edge: a full body of ink with the net left out of it in white."""
    pick, ink = _Choice("seal " + seed), INKS[ink_name(seed)][0]
    scallops, petals = 28 + 4 * pick.among(3), 9 + 2 * pick.among(3)
    edge = _Ring(
        radius=0.94,
        swell=0,
        wave=0.035,
        petals=1,
        lobes=scallops,
        harmonic=0,
        width=0.01,
        ink=0,
        copies=1,
    )
    net = _Ring(
        radius=0.56,
        swell=0.06,
        wave=0.17,
        petals=petals,
        lobes=_coprime(20, petals),
        harmonic=0.2,
        width=0.009,
        ink=0,
        copies=petals,
    )
    star = _Ring(
        radius=0.2,
        swell=0.0,
        wave=0.13,
        petals=petals,
        lobes=_coprime(5 + pick.among(3), petals),
        harmonic=0.1,
        width=0.01,
        ink=0,
        copies=petals,
    )
    rings = "".join(
        f'<circle r="{radius}" stroke-width="{width}"/>' for radius, width in ((168, 2.4), (161, 1), (70, 1), (66, 2))
    )
    body = (
        f'<path d="{_path(_scaled(edge))}" fill="{ink}"/><g fill="none" stroke="#fff" stroke-opacity=".9">{rings}'
        f"{_woven(net, '#fff', seed)}{_woven(star, '#fff', seed)}</g>"
    )
    return _document(body, (size, size), (-200, -200, 400, 400), label)


def band_svg(seed: str, width: int = 480, height: int = 24) -> str:
    """A strip of guilloche for headers and borders; its left and right ends meet, so it can be repeated."""
    pick, inks = _Choice("band " + seed), INKS[ink_name(seed)]
    waves = max(1, round(width / (height * 2.5)))
    strands = tuple(
        (
            inks[number % 2],
            height * pick.between(0.3, 0.42),
            waves * (1 + number % 3),
            2 * pi * number / 8,
        )
        for number in range(8)
    )
    lines = "".join(
        f'<path d="{_path(_strand(width, height, strand[1:]), closed=False)}" stroke="{strand[0]}"/>'
        for strand in strands
    )
    rails = f'<path d="M0 .5H{width}M0 {height - 0.5}H{width}" stroke="{inks[0]}"/>'
    return _document(
        f'<g fill="none" stroke-width=".7">{lines}{rails}</g>',
        (width, height),
        (0, 0, width, height),
        None,
    )


def _rosette(seed: str) -> tuple[_Ring, ...]:
    """Border, petals, veil and heart, each with its own numbers; the heart alone counts its petals differently."""
    pick = _Choice(seed)
    pick.among(len(INKS))
    petals, inner = (8, 9, 10, 11, 12, 14, 16)[pick.among(7)], pick.between(0.53, 0.6)
    border = _border(pick, petals)
    petal = _Ring(
        radius=inner, swell=pick.between(0.04, 0.1), wave=pick.between(0.13, 0.18), petals=petals,
        lobes=_coprime(9 + pick.among(16), petals), harmonic=pick.between(-0.35, 0.35), width=0.0045, ink=1, copies=petals,
    )  # fmt: skip
    veil = _Ring(
        radius=inner - 0.13, swell=-pick.between(0.03, 0.1), wave=pick.between(0.09, 0.16), petals=petals,
        lobes=_coprime(13 + pick.among(14), petals), harmonic=pick.between(-0.6, 0.6), width=0.0045, ink=0, copies=petals,
    )  # fmt: skip
    return *border, petal, veil, _heart(pick)


def _border(pick: _Choice, petals: int) -> tuple[_Ring, ...]:
    """One of three: two tubes that cross into a chain of eyes, an open lace, or a single thick braid."""
    kind, swell = pick.among(3), pick.between(0.025, 0.045)
    reach, lobes = (
        ((0.028, 0.034), (0.085, 0.105), (0.05, 0.065))[kind],
        (26, 2 * petals + 1, 34)[kind],
    )
    ring = _Ring(
        radius=0.985 - (swell + reach[1], reach[1] + 0.012, swell + reach[1])[kind], swell=(swell, 0.012, swell)[kind],
        wave=pick.between(*reach), petals=petals, lobes=_coprime(lobes + pick.among(9), petals),
        harmonic=pick.between(-0.4, 0.4), width=0.0045, ink=0, copies=petals,
    )  # fmt: skip
    return (ring, replace(ring, swell=-swell, ink=1)) if kind == 0 else (ring,)


def _heart(pick: _Choice) -> _Ring:
    petals = (5, 6, 7, 8, 9)[pick.among(5)]
    return _Ring(
        radius=0.19, swell=pick.between(-0.03, 0.03), wave=pick.between(0.1, 0.14), petals=petals,
        lobes=_coprime(4 + pick.among(9), petals), harmonic=pick.between(-0.3, 0.3), width=0.0045, ink=0, copies=petals,
    )  # fmt: skip


def _coprime(number: int, other: int) -> int:
    """The first whole number from `number` up that shares no divisor with `other`."""
    while gcd(number, other) != 1:
        number += 1
    return number


def _turned(points: tuple[Point, ...], angle: float) -> tuple[Point, ...]:
    across, along = cos(angle), sin(angle)
    return tuple((x * across - y * along, x * along + y * across) for x, y in points)


def _woven(ring: _Ring, color: str, seed: str) -> str:
    """The ring's line once, and its copies as turned references: a tenth of the letters.

    The references are named after seed and ring, so that several drawings can stand in one document.
    """
    step, name = (
        360 / ring.petals,
        "g" + hashlib.sha256(f"{ring}{seed}".encode("utf-8", "surrogatepass")).hexdigest()[:7],
    )
    line = f'<path id="{name}" d="{_path(_scaled(ring))}"/>'
    uses = "".join(f'<use href="#{name}" transform="rotate({_short(step * copy)})"/>' for copy in range(1, ring.copies))
    return f'<g stroke="{color}" stroke-width="{_short(ring.width * 200)}">{line}{uses}</g>'


def _scaled(ring: _Ring) -> tuple[Point, ...]:
    return tuple((x * 200, y * 200) for x, y in ring.points())


def _strand(width: int, height: int, wave: tuple[float, int, float]) -> tuple[Point, ...]:
    reach, turns, phase = wave
    steps = turns * 8
    return tuple(
        (
            width * step / steps,
            height / 2 + reach * sin(2 * pi * turns * step / steps + phase),
        )
        for step in range(-1, steps + 2)
    )


def _path(points: tuple[Point, ...], *, closed: bool = True) -> str:
    """A smooth path near the points: quadratic arcs through the middles, each control point the mirror of the last.

    The mirror would carry every rounding on to the end of the path, so each middle is chosen from the control point
    that a reader of the rounded path arrives at: no point is ever more than a tenth of a unit away.
    """
    first, *rest = points
    start = _middle(points[-1] if closed else first, first)
    end = [first, start] if closed else []
    letters = [f"M{_short(start[0])} {_short(start[1])}"]
    control, here = first, _rounded(start)
    for number, target in enumerate((*rest, *end[:1])):
        middle = _rounded(_middle(control, target))
        shift = f"{_short(middle[0] - here[0])} {_short(middle[1] - here[1])}"
        lead = f"{_short(control[0] - here[0])} {_short(control[1] - here[1])} " if number == 0 else ""
        letters.append(f"q{lead}{shift}" if number == 0 else f"t{shift}" if number == 1 else f" {shift}")
        control, here = (2 * middle[0] - control[0], 2 * middle[1] - control[1]), middle
    return "".join(letters).replace(" -", "-") + ("z" if closed else "")


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _rounded(point: Point) -> Point:
    return round(point[0], 1), round(point[1], 1)


def _short(number: float) -> str:
    """One decimal, or two below one, without zeros that say nothing."""
    text = f"{number:.1f}" if abs(number) >= 1 else f"{number:.2f}"
    text = text.rstrip("0").rstrip(".") or "0"
    return "0" if text == "-0" else text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _document(body: str, size: tuple[int, int], view: tuple[int, int, int, int], label: str | None) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" viewBox="{" ".join(map(str, view))}"'
    if label is None:
        return f'{head} aria-hidden="true">{body}</svg>'
    return f'{head} role="img"><title>{escape(_printable(label))}</title>{body}</svg>'


def _printable(text: str) -> str:
    """Only letters that XML 1.0 allows; the first two hundred are enough for a title."""
    return "".join(_allowed(text[:200]))


def _allowed(text: str) -> Iterator[str]:
    for letter in text:
        if letter in "\t\n\r" or " " <= letter <= "\ud7ff" or "\ue000" <= letter <= "\ufffd" or letter >= "\U00010000":
            yield letter
