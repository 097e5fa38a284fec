"""Taking a person out of a text: their name where it says whose words these are or whom they address, their address,
and the words of posts that they removed. What others say about somebody in words of their own stays."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from core.accounts.rules import name_key
from forum.markup import FORMER

ADDRESSED = "a former member"
NO_ADDRESS = "(address removed)"
REMOVED = "This post was removed by its author."
REMOVED_TITLE = "A topic that its author removed"
_MARK = re.compile(r'\[quote="([^"\n\[\]]{1,60}), post ([0-9]{1,9}), topic ([0-9]{1,9})"\]|\[/quote\]')


@dataclass(frozen=True, kw_only=True)
class Traces:
    """By what a person is found in texts. posts: (topic, number) of what they wrote; removed: those are to be gone."""

    name: str = field(repr=False)
    email: str = field(default="", repr=False)
    posts: frozenset[tuple[int, int]] = frozenset()
    removed: bool = False

    @cached_property
    def key(self) -> str:
        """The name as names are compared."""
        return name_key(self.name)

    @cached_property
    def patterns(self) -> list[tuple[re.Pattern[str], str]]:
        """What is replaced, and by what."""
        name = r"\s+".join(re.escape(part) for part in self.name.split())
        verb = r"(?:\s+(?:wrote|writes|said|says))?"
        shapes = [
            (rf"(?<![\w@/.])@{name}(?![\w-]|\.\w)", ADDRESSED),
            (rf"(?m)^([>\s*_]*){name}([*_]*{verb}\s*:)", rf"\1{FORMER}\2"),
            (rf"(?m)^([>\s*_~–—-]*){name}([\s*_.,!]*)$", rf"\1{FORMER}\2"),
        ]
        if self.email:
            shapes.append((rf"(?<![\w.+-]){re.escape(self.email)}(?![\w-])", NO_ADDRESS))
        return [(re.compile(shape, re.IGNORECASE), put) for shape, put in shapes]


def without(text: str, traces: Traces) -> str:
    """The text with the person taken out."""
    kept = _without_quotes(text, traces)
    for pattern, put in traces.patterns:
        kept = pattern.sub(put, kept)
    return kept


def _without_quotes(text: str, traces: Traces) -> str:
    pieces, at = [], 0
    for opening, closing in _quotes(text):
        whose = (int(opening[3]), int(opening[2]))
        if opening.start() < at or not (whose in traces.posts or name_key(opening[1]) == traces.key):
            continue
        pieces += [text[at : opening.start()], f'[quote="{FORMER}, post {opening[2]}, topic {opening[3]}"]']
        at = opening.end()
        if traces.removed and closing is not None and whose in traces.posts:
            pieces.append(REMOVED)
            at = closing.start()
    return "".join([*pieces, text[at:]])


def _quotes(text: str) -> Iterator[tuple[re.Match[str], re.Match[str] | None]]:
    """Each beginning of a quote with its end, None where nothing ends it; in the order of the beginnings."""
    ends: dict[int, re.Match[str]] = {}
    opened: list[re.Match[str]] = []
    marks = list(_MARK.finditer(text))
    for mark in marks:
        if mark[1] is not None:
            opened.append(mark)
        elif opened:
            ends[opened.pop().start()] = mark
    for mark in marks:
        if mark[1] is not None:
            yield mark, ends.get(mark.start())
