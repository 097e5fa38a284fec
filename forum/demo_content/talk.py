"""The voices of the demo's conversations: who speaks, from which bank, in which words."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from forum.demo_content import content

SLOT = re.compile(r"\{(p|v|os|name|job|machine|machine2|set|eff|t|s|old|file|city|me|q)\}")
Value = TypeVar("Value")
SENTENCE_ENDS = (". ", "? ", "! ", "\n")


@dataclass(frozen=True, kw_only=True)
class Author:
    """A person who may post; `holds` are the slugs of products with a valid license."""

    email: str
    name: str
    language: str = "en"
    holds: frozenset[str] = frozenset()
    staff: bool = False


@dataclass(frozen=True, kw_only=True)
class Voice:
    """What stays the same about an author from post to post."""

    job: str
    machine: str
    machine2: str
    os: str
    city: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One post before it has a date; `quotes` is the number of an earlier post or None."""

    author: Author
    body: str
    quotes: int | None = None


class Decks:
    """Deals each bank to its end before any phrase comes again."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._left: dict[str, list[int]] = {}

    def deal(self, bank: str) -> str:
        return self.pick(bank, content.phrases()[bank])

    def nth(self, bank: str, index: int) -> str:
        """For banks whose phrases answer each other line by line."""
        return content.phrases()[bank][index]

    def pick(self, key: str, values: Sequence[Value]) -> Value:
        left = self._left.get(key)
        if not left:
            left = list(range(len(values)))
            self._rng.shuffle(left)
            self._left[key] = left
        return values[left.pop()]


def voices(authors: Sequence[Author], rng: random.Random) -> dict[str, Voice]:
    decks = Decks(rng)
    return {
        author.email: Voice(
            job=decks.deal("job"),
            machine=decks.deal("machine"),
            machine2=decks.deal("machine"),
            os=decks.deal("os"),
            city=decks.deal("place"),
        )
        for author in authors
    }


def fill(template: str, slots: dict[str, str]) -> str:
    """Replaces the known slots only, so that braces in code survive; a sentence begins with a capital."""

    def value(match: re.Match[str]) -> str:
        text = slots[match[1]]
        before = template[: match.start()]
        if not before or before.endswith(SENTENCE_ENDS):
            return text[:1].upper() + text[1:]
        return text

    return SLOT.sub(value, template)
