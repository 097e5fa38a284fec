"""Sums of use as they may be told: of five people or more, in steps of five. Pure.

A step hides whether one person came or went between two looks, and a sum minus its parts gives nothing that is exact. What
fewer than five people do is not told at all, whatever they have.
"""

from collections.abc import Mapping
from dataclasses import dataclass

FEW = STEP = 5
FAMILIES = (
    ("android", "Android"),
    ("iphone", "iOS"),
    ("ipad", "iOS"),
    ("darwin", "macOS"),
    ("win", "Windows"),
    ("linux", "Linux"),
    ("ubuntu", "Linux"),
    ("debian", "Linux"),
    ("fedora", "Linux"),
    ("mac", "macOS"),
    ("osx", "macOS"),
    ("ios", "iOS"),
)
"""Which part of what a program calls its platform means which family: the first one that is in it ("darwin" has "win")."""
OTHERS = "Others"
UNSAID = "Not said"


@dataclass(frozen=True, kw_only=True)
class Sum:
    """So many of something, which so many people have."""

    people: int
    things: int

    @property
    def told(self) -> int | None:
        """In steps of five; None where fewer than five people are behind it, or fewer than five things."""
        least = min(self.people, self.things)
        return None if least < FEW else self.things - self.things % STEP

    @property
    def said(self) -> str:
        """As words."""
        return f"fewer than {FEW}" if self.told is None else f"{self.told:,} or more"


def of_people(people: int) -> Sum:
    """A sum of people themselves."""
    return Sum(people=people, things=people)


def family(platform: str) -> str:
    """The family of systems that a program's word for its platform belongs to."""
    word = platform.strip().lower()
    if not word:
        return UNSAID
    return next((name for part, name in FAMILIES if part in word), OTHERS)


def told(sums: Mapping[str, Sum]) -> list[tuple[str, Sum]]:
    """Groups that can be told, the largest first; which others there are is not said either."""
    known = [(name, one) for name, one in sums.items() if one.told is not None]
    return sorted(known, key=lambda row: (-(row[1].told or 0), row[0]))
