"""What the cookie `lp_visit` says. Pure.

`<token>` leads to the list of pages. Behind it `.<1 or 0>` says whether a signed-out browser wants suggestions, and for
each thing looked at lately follows `.<its id>-<milliseconds since 1970, base 36>`, the newest first. A cookie without a
dot was set before its owner could read of that: it stays what it was.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from privacy.pageviews.rules import discard_at

MOST = 8
LONGEST = 400
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Look:
    """Something looked at, by its id, and when."""

    thing: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """The cookie read. is_told: its owner could read that it remembers things, too."""

    token: str
    is_told: bool = True
    suggests: bool = False
    looks: tuple[Look, ...] = ()


def read(text: str) -> Remembered:
    """What a cookie's text says; what makes no sense in it is left out."""
    token, *rest = text[:LONGEST].split(".")
    looks = [look for part in rest[1 : MOST + 1] if (look := _look(part))]
    return Remembered(token=token, is_told=bool(rest), suggests=rest[:1] == ["1"], looks=_once(looks))


def write(said: Remembered) -> str:
    """The cookie's text."""
    if not said.is_told:
        return said.token
    looks = [f"{look.thing}-{_in_36(round((look.at - BEGINNING) / timedelta(milliseconds=1)))}" for look in said.looks]
    return ".".join((said.token, "1" if said.suggests else "0", *looks))


def with_look(said: Remembered, thing: int, at: datetime) -> Remembered:
    """The same after one more look; one thing stands there once."""
    if not said.is_told:
        return said
    return replace(said, looks=_once([Look(thing=thing, at=at), *said.looks]))


def kept(said: Remembered, since: datetime, now: datetime) -> Remembered:
    """Without what is older than the list it belongs to, or past its last day (clause P4a)."""
    started = since.replace(microsecond=since.microsecond // 1000 * 1000)
    return replace(said, looks=tuple(look for look in said.looks if started <= look.at and now < discard_at(look.at)))


def _once(looks: Iterable[Look]) -> tuple[Look, ...]:
    newest: dict[int, Look] = {}
    for look in looks:
        newest.setdefault(look.thing, look)
    return tuple(newest.values())[:MOST]


def _look(part: str) -> Look | None:
    thing, _, at = part.partition("-")
    if not (thing.isascii() and thing.isdigit() and len(thing) < 16 and at.isascii() and at.isalnum() and len(at) < 10):
        return None
    try:
        return Look(thing=int(thing), at=BEGINNING + timedelta(milliseconds=int(at, 36)))
    except OverflowError:
        return None


def _in_36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return digits or "0"
