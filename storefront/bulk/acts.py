"""What can be done with many things at once. Each room's acts are named here by what stands beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select

from core.access import Actor, Permission
from core.errors import NotFound
from storefront.bulk.rules import MOST, Looked, Task
from storefront.catalogue.meeting import Met

Ids = Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Field:
    """Something that staff type for an act; `reads` refuses what cannot be meant."""

    name: str
    label: str
    hint: str
    reads: Callable[[str], str]
    mode: str = "text"


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A list in which things are ticked. `matching`: those that the list's own address would show, all pages of it."""

    name: str
    title: str
    address: str
    one: str
    many: str
    permission: Permission
    matching: Callable[[Mapping[str, str]], Select[int]]


@dataclass(frozen=True, kw_only=True)
class Act:
    """`look` says of each thing what would change; `lock` keeps others from it; `does` changes it and leaves an audit entry."""

    name: str
    label: str
    done: str
    listing: str
    look: Callable[[Ids, Task], list[Looked]]
    lock: Callable[[int], None]
    does: Callable[[int, Task, Actor], None]
    fields: tuple[Field, ...] = ()
    also_from: Mapping[str, Callable[[Ids], list[int]]]
    met: Callable[[Ids], list[Met]] | None = None
    most: int = MOST


_listings: dict[str, Listing] = {}
_acts: dict[str, Act] = {}


def add_listing(listing: Listing) -> None:
    """Let things of this list be ticked."""
    _listings[listing.name] = listing


def add(*acts: Act) -> None:
    """Let these be done with many things."""
    _acts.update({act.name: act for act in acts})


def get(name: str) -> Act:
    """Raises NotFound."""
    if name not in _acts:
        raise NotFound("There is no such action. Nothing was changed.")
    return _acts[name]


def listing(name: str) -> Listing:
    """Raises NotFound."""
    if name not in _listings:
        raise NotFound("There is no such list. Nothing was changed.")
    return _listings[name]


def of_listing(name: str) -> list[Act]:
    """What can be done with what is ticked there."""
    return [act for act in _acts.values() if name == act.listing or name in act.also_from]


def permission_of(act: Act) -> Permission:
    """Who may do it."""
    return listing(act.listing).permission


def known() -> list[Act]:
    """All acts."""
    return list(_acts.values())
