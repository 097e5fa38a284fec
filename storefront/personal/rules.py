"""In which order things are shown again, and how reasons name them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")

NAMED = 3


def in_order(ids: Iterable[int], found: Mapping[int, Thing]) -> tuple[Thing, ...]:
    """What was found, in the order of the ids."""
    return tuple(found[number] for number in ids if number in found)


def said(names: Sequence[str], most: int = NAMED) -> tuple[tuple[str, str], ...]:
    """Names as a sentence lists them: each with the words before it, and words alone for those that are too many."""
    first, more = names[:most], len(names) - most
    last = len(first) - 1 if more <= 0 else None
    joints = ["" if place == 0 else " and " if place == last else ", " for place in range(len(first))]
    rest = [(f" and {more} more", "")] if more > 0 else []
    return (*zip(joints, first, strict=True), *rest)
