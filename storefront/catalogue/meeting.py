"""Whom a change of an edition would meet. Other rooms say it of what is theirs, before the change is saved."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Supposed:
    """A change that is thought of: of what an edition costs, or of its terms; `devices` from how many to how many."""

    edition_id: int
    price: bool = False
    devices: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Met:
    """What would be met: `name` says what it is, `count` how many, `sentence` what happens to each; `numbers` are those of
    licenses that would not be the same."""

    name: str
    count: int
    sentence: str
    numbers: tuple[str, ...] = ()


Tell = Callable[[Supposed], Met]
_tellers: dict[str, Tell] = {}


def tell(name: str, teller: Tell) -> None:
    """Let a room say what of its own a change would meet."""
    _tellers[name] = teller


def met_by(supposed: Supposed) -> list[Met]:
    """All that the change would meet, by the rooms' order."""
    return [teller(supposed) for teller in _tellers.values()]


def fingerprint(supposed: Supposed, facts: Sequence[tuple[str, str]], met: Sequence[Met]) -> str:
    """What stands for exactly this change and what it was shown to meet."""
    return hashlib.sha256(repr((supposed, facts, met)).encode()).hexdigest()[:32]
