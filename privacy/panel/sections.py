"""The sections of the panel: any area adds its own, with one live line about the person, and nobody edits the page.

A section is a page of its own under /account/privacy/, whose template extends `privacy/panel/_page.html`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core import menus

MENU = "panel"


@dataclass(frozen=True, kw_only=True)
class Section:
    """One row of the overview. line: what there is to say about this account just now, in a few words."""

    title: str
    address: str
    line: Callable[[int], str]
    rank: int


@dataclass(frozen=True, kw_only=True)
class Row:
    """A section as the overview draws it."""

    title: str
    address: str
    line: str


_sections: dict[str, Section] = {}


def add(title: str, address: str, line: Callable[[int], str], *, rank: int = 50) -> None:
    """Put a section into the overview and into the list beside every page of the panel; rank sorts, small first."""
    _sections[address] = Section(title=title, address=address, line=line, rank=rank)
    menus.add(MENU, title, address, rank=rank)


def rows(account_id: int) -> list[Row]:
    """Every section with its line for this person, in their order."""
    ordered = sorted(_sections.values(), key=lambda section: (section.rank, section.title))
    return [Row(title=one.title, address=one.address, line=one.line(account_id)) for one in ordered]
