"""Menus and slots: what a room shows on pages of the rooms below, without being imported there."""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of a menu. `permission` hides it from staff without it; rank sorts, small first."""

    label: str
    address: str
    rank: int = 50
    permission: str = ""


_menus: dict[str, dict[str, Entry]] = {}
_slots: dict[str, dict[str, Callable[..., str]]] = {}


def add(menu: str, label: str, address: str, *, rank: int = 50, permission: str = "") -> None:
    """Put a line into a menu ("main", "account", "footer", "staff")."""
    _menus.setdefault(menu, {})[address] = Entry(label=label, address=address, rank=rank, permission=permission)


def entries(menu: str) -> list[Entry]:
    """The lines of a menu in their order."""
    return sorted(_menus.get(menu, {}).values(), key=lambda entry: (entry.rank, entry.label))


def current(menu: str, path: str) -> str:
    """The address of the menu's line that the path is or stands below, the closest one; empty where there is none."""
    known = {address.rstrip("/"): address for address in _menus.get(menu, {})}
    at = path.rstrip("/")
    while at and at not in known:
        at = at.rpartition("/")[0]
    return known.get(at, "")


def fill(slot: str, maker: Callable[..., str]) -> None:
    """Let this function write a part of pages that have the slot; it receives the slot's keyword arguments."""
    _slots.setdefault(slot, {})[f"{maker.__module__}.{maker.__qualname__}"] = maker


def slot(name: str, **given: object) -> Markup:
    """Everything that was put into a slot, as safe HTML written by our own templates."""
    return Markup("").join(Markup(maker(**given)) for maker in _slots.get(name, {}).values())
