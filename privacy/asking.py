"""Why a form asks for something: what the register says of the column that keeps it. Pure."""

from collections.abc import Iterable
from functools import cache

from core.asking import Door
from privacy import register


@cache
def why(label: str) -> str:
    """What a column such as "order.company" is for and how long it stays, in whole sentences. Raises Misdeclared."""
    held = register.holding(label)
    if held is None:
        raise register.Misdeclared(f"A form keeps {label}, which is not declared")
    first, *others = (register.purposes[one] for one in held.collected)
    also = f" Also for {_listed([_inside(one.name) for one in others])}." if others else ""
    return f"{first.sentence}{also} Kept {held.keep}."


def volunteered_at(doors: Iterable[Door]) -> dict[str, tuple[str, ...]]:
    """Each table with the pages from which people type into it themselves."""
    found: dict[str, dict[str, None]] = {}
    for door in doors:
        for tie in door.ties.values():
            for label in tie.told:
                found.setdefault(label.partition(".")[0], {})[door.page] = None
    return {table: tuple(pages) for table, pages in found.items()}


def _inside(name: str) -> str:
    return name[0].lower() + name[1:]


def _listed(names: list[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
