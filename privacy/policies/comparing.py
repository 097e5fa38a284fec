"""Two versions side by side: sections, sentences and, within a changed sentence, words. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from itertools import zip_longest

from privacy.policies.rules import Part, read

ALIKE = 0.5
"""From this likeness on (0 to 1) a sentence counts as changed, below as taken out and another put in."""


class Kind(StrEnum):
    """What happened to a sentence, or to some words of it."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True)
class Words:
    """Some words of a changed sentence: same, added or removed."""

    kind: Kind
    text: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A sentence before and after ("" where there was or is none), with its words where it changed."""

    kind: Kind
    before: str = ""
    after: str = ""
    words: tuple[Words, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Section:
    """A clause, or a list that follows the clauses (then without an id)."""

    id: str
    title: str
    lines: tuple[Line, ...]

    @property
    def is_changed(self) -> bool:
        """True if any sentence is not what it was."""
        return any(line.kind is not Kind.SAME for line in self.lines)


@lru_cache(maxsize=32)
def compare(before: str, after: str) -> tuple[Section, ...]:
    """Every section of both texts, in the order of the later one; sections that are gone stand at the end."""
    old = {_key(part): part for part in read(before)}
    new = {_key(part): part for part in read(after)}
    kept = [_section(part, old[key].sentences if key in old else (), part.sentences) for key, part in new.items()]
    gone = [_section(part, part.sentences, ()) for key, part in old.items() if key not in new]
    return (*kept, *gone)


def _key(part: Part) -> str:
    return part.id or part.title


def _section(part: Part, before: Sequence[str], after: Sequence[str]) -> Section:
    return Section(id=part.id, title=part.title, lines=tuple(_lines(before, after)))


def _lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for step, start, end, new_start, new_end in steps:
        if step == "equal":
            yield from (Line(kind=Kind.SAME, before=text, after=text) for text in before[start:end])
        else:
            yield from _replaced(before[start:end], after[new_start:new_end])


def _replaced(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    for old, new in zip_longest(before, after, fillvalue=""):
        if old and new and SequenceMatcher(None, old.split(), new.split(), autojunk=False).ratio() >= ALIKE:
            yield Line(kind=Kind.CHANGED, before=old, after=new, words=tuple(_words(old.split(), new.split())))
            continue
        if old:
            yield Line(kind=Kind.REMOVED, before=old)
        if new:
            yield Line(kind=Kind.ADDED, after=new)


def _words(before: list[str], after: list[str]) -> Iterator[Words]:
    for step, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if step == "equal":
            yield Words(kind=Kind.SAME, text=" ".join(before[start:end]))
            continue
        if end > start:
            yield Words(kind=Kind.REMOVED, text=" ".join(before[start:end]))
        if new_end > new_start:
            yield Words(kind=Kind.ADDED, text=" ".join(after[new_start:new_end]))
