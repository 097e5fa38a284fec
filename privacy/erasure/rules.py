"""What an erasure says about itself before it is done. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class Posts(StrEnum):
    """What becomes of what a person wrote in public: their choice."""

    KEEP = "keep"
    REMOVE = "remove"


class Fate(StrEnum):
    """What happens to one kind of thing. NAMELESS: it stays, and nothing leads from it to the person any more."""

    GOES = "goes"
    STAYS = "stays"
    NAMELESS = "nameless"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One kind of thing: how many there are and what happens to them.

    until: the last day on which it stays. remains: how many rows about the person each table has afterwards, so that
    what was said can be compared with what is there. choice: true only if the posts are kept, or removed. weighs: a
    person who saw another number has to look again before confirming. warns: people should know it before all else.
    """

    title: str
    count: int
    fate: Fate
    sentence: str
    until: date | None = None
    remains: Mapping[str, int] = field(default_factory=dict)
    choice: Posts | None = None
    weighs: bool = True
    warns: bool = False


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one area says: its lines, and what stands in the way just now, as whole sentences."""

    lines: tuple[Line, ...] = ()
    obstacles: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """The person who leaves, as the areas need it: by which words they may be found in texts of others."""

    account_id: int
    posts: Posts
    name: str = field(repr=False)
    email: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Everything that would happen."""

    lines: tuple[Line, ...]
    obstacles: tuple[str, ...]

    @property
    def seen(self) -> str:
        """Stands for what was shown: another count or another date gives another text."""
        weighty = [(line.title, line.count, line.fate.value, str(line.until)) for line in self.lines if line.weighs]
        return hashlib.sha256(json.dumps(weighty).encode()).hexdigest()[:24]

    def of(self, *fates: Fate, posts: Posts | None = None) -> list[Line]:
        """The lines with one of these fates: those that are true for this choice, or without one, for either."""
        return [line for line in self.lines if line.fate in fates and line.choice in {None, posts}]

    def choices(self, posts: Posts) -> list[Line]:
        """What is true only with this choice."""
        return [line for line in self.lines if line.choice is posts]

    def last_day(self) -> date | None:
        """The day on which the last of what stays for a time goes."""
        return max((line.until for line in self.lines if line.until), default=None)

    def first_day(self) -> date | None:
        """The day on which the first of what stays for a time goes."""
        return min((line.until for line in self.lines if line.until), default=None)


def joined(shares: Iterable[Share]) -> Preview:
    """The shares of all areas together."""
    kept = list(shares)
    return Preview(
        lines=tuple(line for share in kept for line in share.lines if line.count),
        obstacles=tuple(sentence for share in kept for sentence in share.obstacles),
    )


def as_said(preview: Preview, posts: Posts) -> list[dict[str, Any]]:
    """What was said, as it is kept with the erasure: plain JSON without anything personal."""
    chosen = [line for line in preview.lines if line.choice in {None, posts}]
    return [{**asdict(line), "until": line.until.isoformat() if line.until else None} for line in chosen]


def remains(said: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many rows of each table were said to remain."""
    counts: dict[str, int] = {}
    for line in said:
        for table, rows in line["remains"].items():
            counts[table] = counts.get(table, 0) + rows
    return counts
