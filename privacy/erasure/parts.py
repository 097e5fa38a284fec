"""The areas' shares in an erasure. Privacy imports none of them: each says here what it answers for and does it.

A declared table that no part answers for loses its rows about the person; see `rest`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from privacy.erasure.rules import Leaving, Share


def _nothing_waits(_account_id: int, _today: date) -> date | None:
    return None


@dataclass(frozen=True, kw_only=True)
class Part:
    """One area's share. tables: what it answers for. preview: what would happen to this account. erase: do it, in the
    present transaction; done twice it changes nothing. sweep: remove what had to stay until today, and answer the last
    day of what stays longer (None for nothing)."""

    name: str
    tables: tuple[str, ...]
    preview: Callable[[int], Share]
    erase: Callable[[Leaving], None]
    sweep: Callable[[int, date], date | None] = _nothing_waits
    rank: int = 50


_parts: dict[str, Part] = {}


def on_erase(part: Part) -> None:
    """Take an area's share; the same name again replaces it."""
    _parts[part.name] = part


def every() -> list[Part]:
    """All shares in the order in which they are said and done: small ranks first."""
    return sorted(_parts.values(), key=lambda part: (part.rank, part.name))


def answered() -> frozenset[str]:
    """The tables that some part answers for."""
    return frozenset(table for part in _parts.values() for table in part.tables)
