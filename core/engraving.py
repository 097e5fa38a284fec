"""Guilloche ornaments drawn from a word: the same word gives the same drawing, on a screen and on paper.

Pure. A drawing is a few rings; a ring is one closed line and its turned copies. A line runs round the circle with a
swell of `petals` and a wave of `lobes`; because the two share no divisor, turning the line by one petal moves the wave
and leaves the swell where it is, which weaves the net that banknotes wear.
"""

import hashlib
from dataclasses import dataclass, replace
from math import cos, gcd, pi, sin

from core.strokes import Point, document, short, smooth

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
    """A line r(t) = radius + swell·cos(petals·t) + wave(lobes·t), drawn once for each petal; lengths are shares of one."""

    radius: float
    wave: float
    petals: int
    lobes: int
    swell: float = 0
    harmonic: float = 0
    width: float = 0.0045
    ink: int = 0

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
    """The ink that the seed picked from the palette, by name."""
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
        for copy in range(ring.petals)
    )


def rosette_svg(seed: str, *, size: int = 320, label: str | None = None) -> str:
    """The rosette as a document of its own, `size` pixels wide; `label` becomes its title, else it is decoration."""
    inks = INKS[ink_name(seed)]
    body = "".join(_woven(ring, inks[ring.ink], seed) for ring in _rosette(seed))
    return document(f'<g fill="none" stroke-linejoin="round">{body}</g>', (size, size), _ROUND, label)


def seal_svg(seed: str, *, size: int = 160, label: str | None = None) -> str:
    """A round seal with a scalloped edge: a full body of ink with the net left out of it in white."""
    ink, (edge, net, star) = INKS[ink_name(seed)][0], _seal(seed)
    nets = _woven(net, "#fff", seed) + _woven(star, "#fff", seed)
    lines = f'<g fill="none" stroke="#fff" stroke-opacity=".9">{_SEAL_CIRCLES}{nets}</g>'
    return document(f'<path d="{smooth(_scaled(edge))}" fill="{ink}"/>{lines}', (size, size), _ROUND, label)


def band_svg(seed: str, width: int = 480, height: int = 24) -> str:
    """A strip of guilloche for headers and borders; its left and right ends meet, so it can be repeated."""
    inks, waves = INKS[ink_name(seed)], _band(seed, width, height)
    lines = ""
    for number, wave in enumerate(waves):
        path = smooth(_strand(width, height, wave), closed=False)
        lines += f'<path d="{path}" stroke="{inks[number % 2]}"/>'
    rails = f'<path d="M0 .5H{width}M0 {height - 0.5}H{width}" stroke="{inks[0]}"/>'
    return document(
        f'<g fill="none" stroke-width=".7">{lines}{rails}</g>', (width, height), (0, 0, width, height), None
    )


def seal_curves(seed: str) -> tuple[Curve, tuple[Curve, ...]]:
    """The seal's body, and the lines that are left out of it, for a writer that draws its own lines."""
    name, (edge, net, star) = ink_name(seed), _seal(seed)
    body = Curve(points=edge.points(), hue=name, color=INKS[name][0], width=edge.width)
    left_out = tuple(
        Curve(points=_turned(ring.points(), 2 * pi * copy / ring.petals), hue=name, color="#ffffff", width=ring.width)
        for ring in (net, star)
        for copy in range(ring.petals)
    )
    return body, left_out


def band_curves(seed: str, width: int, height: int) -> tuple[Curve, ...]:
    """The strip's lines, open ones, from 0 to `width` and `height`; their width is a share of the height."""
    name = ink_name(seed)
    return tuple(
        Curve(points=_strand(width, height, wave, 28), hue=name, color=INKS[name][number % 2], width=0.012)
        for number, wave in enumerate(_band(seed, width, height))
    )


_ROUND = (-200, -200, 400, 400)
_SEAL_CIRCLES = "".join(
    f'<circle r="{radius}" stroke-width="{width}"/>' for radius, width in ((168, 2.4), (161, 1), (70, 1), (66, 2))
)


def _rosette(seed: str) -> tuple[_Ring, ...]:
    """Border, petals, veil and heart, each with its own numbers; the heart alone counts its petals differently."""
    pick = _Choice(seed)
    pick.among(len(INKS))
    petals, inner = (8, 9, 10, 11, 12, 14, 16)[pick.among(7)], pick.between(0.53, 0.6)
    border = _border(pick, petals)
    petal = _Ring(
        radius=inner, swell=pick.between(0.04, 0.1), wave=pick.between(0.13, 0.18), petals=petals,
        lobes=_coprime(9 + pick.among(16), petals), harmonic=pick.between(-0.35, 0.35), ink=1,
    )  # fmt: skip
    veil = _Ring(
        radius=inner - 0.13, swell=-pick.between(0.03, 0.1), wave=pick.between(0.09, 0.16), petals=petals,
        lobes=_coprime(13 + pick.among(14), petals), harmonic=pick.between(-0.6, 0.6),
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
        harmonic=pick.between(-0.4, 0.4),
    )  # fmt: skip
    return (ring, replace(ring, swell=-swell, ink=1)) if kind == 0 else (ring,)


def _heart(pick: _Choice) -> _Ring:
    petals = (5, 6, 7, 8, 9)[pick.among(5)]
    return _Ring(
        radius=0.19, swell=pick.between(-0.03, 0.03), wave=pick.between(0.1, 0.14), petals=petals,
        lobes=_coprime(4 + pick.among(9), petals), harmonic=pick.between(-0.3, 0.3),
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
    step, mark = 360 / ring.petals, f"{ring}{seed}".encode("utf-8", "surrogatepass")
    name = "g" + hashlib.sha256(mark).hexdigest()[:7]
    line = f'<path id="{name}" d="{smooth(_scaled(ring))}"/>'
    uses = "".join(f'<use href="#{name}" transform="rotate({short(step * copy)})"/>' for copy in range(1, ring.petals))
    return f'<g stroke="{color}" stroke-width="{short(ring.width * 200)}">{line}{uses}</g>'


def _scaled(ring: _Ring) -> tuple[Point, ...]:
    return tuple((x * 200, y * 200) for x, y in ring.points())


def _seal(seed: str) -> tuple[_Ring, _Ring, _Ring]:
    """Its edge, the net inside, and the star in the middle."""
    pick = _Choice("seal " + seed)
    scallops, petals = 28 + 4 * pick.among(3), 9 + 2 * pick.among(3)
    net = _Ring(
        radius=0.56, wave=0.17, petals=petals, lobes=_coprime(20, petals), swell=0.06, harmonic=0.2, width=0.009
    )
    star = replace(net, radius=0.2, wave=0.13, lobes=_coprime(5 + pick.among(3), petals), swell=0, harmonic=0.1)
    return _Ring(radius=0.94, wave=0.035, petals=1, lobes=scallops), net, star


def _band(seed: str, width: int, height: int) -> list[tuple[float, int, float]]:
    """Reach, turns and phase of each line."""
    pick, waves = _Choice("band " + seed), max(1, round(width / (height * 2.5)))
    return [(height * pick.between(0.3, 0.42), waves * (1 + number % 3), 2 * pi * number / 8) for number in range(8)]


def _strand(width: int, height: int, wave: tuple[float, int, float], per_turn: int = 8) -> tuple[Point, ...]:
    reach, turns, phase = wave
    steps = turns * per_turn
    return tuple(
        (
            width * step / steps,
            height / 2 + reach * sin(2 * pi * turns * step / steps + phase),
        )
        for step in range(-1, steps + 2)
    )
