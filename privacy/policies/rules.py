"""The policy's text: written from the register, read back into clauses, chained by fingerprints. Pure.

The text has one sentence per line, so that two versions can be compared sentence by sentence.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from privacy import register
from privacy.policies import keeping

START = "0" * 64
NAMES_WHAT_IS_KEPT = 2
"""The first version that lists, table by table, what is kept."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A section of a published text: a clause, or one of the lists that follow (then without a clause id)."""

    id: str
    title: str
    sentences: tuple[str, ...]


def render(number: int) -> str:
    """The text of this version from what the register says that came with it or before.

    What is kept is listed as it is today, so only the latest version can be written anew in full.
    """
    lines = [f"Privacy policy of {{site_name}}, version {number}"]
    for clause in register.clauses.values():
        if clause.since <= number:
            lines += ["", f"{clause.id} · {clause.title}", *clause.sentences_in(number)]
    lines += ["", "What we use data for", *(_purpose(one) for one in register.purposes.values() if one.since <= number)]
    lines += [
        "",
        "Who receives data",
        *(_recipient(one) for one in register.recipients.values() if one.since <= number),
    ]
    if number >= NAMES_WHAT_IS_KEPT:
        lines += ["", "What we keep", *keeping.sentences()]
    lines += ["", "Cookies", *(_cookie(one, number) for one in register.cookies.values() if one.since <= number)]
    return "\n".join(lines) + "\n"


def read(text: str) -> list[Part]:
    """The sections of a published text."""
    blocks = text.strip().split("\n\n")[1:]
    return [_part(block.splitlines()) for block in blocks]


def fill(text: str, ways: Mapping[str, str]) -> str:
    """Put the shop's name and its ways to be reached into the text; a way that is not set prints its substitute."""
    words = {
        "site_name": ways.get("site_name", ""),
        "support_email": _way("email", ways),
        "by_letter": _way("postal", ways),
        "by_telephone": _way("telephone", ways),
    }
    for name, value in words.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def fingerprint(before: str, text: str, posted_at: datetime, effective_at: datetime) -> str:
    """The chain's next link: changes if a word, a time or anything earlier does."""
    times = [moment.astimezone(UTC).isoformat(timespec="seconds") for moment in (posted_at, effective_at)]
    return hashlib.sha256(json.dumps([before, text, *times]).encode()).hexdigest()


def first_broken(versions: Iterable[tuple[int, str, datetime, datetime, str]]) -> int | None:
    """The first version (number, text, posted, effective, chain; oldest first) that was altered, or None."""
    before = START
    for number, text, posted_at, effective_at, chain in versions:
        if chain != fingerprint(before, text, posted_at, effective_at):
            return number
        before = chain
    return None


def _part(lines: list[str]) -> Part:
    number, dot, title = lines[0].partition(" · ")
    sentences = tuple(lines[1:])
    if not dot:
        return Part(id="", title=lines[0], sentences=sentences)
    return Part(id=number, title=title, sentences=sentences)


def _purpose(one: register.Purpose) -> str:
    return f"{one.name}: {one.sentence} ({register.BASES[one.basis][1].capitalize()}.)"


def _recipient(one: register.Recipient) -> str:
    return f"{one.name} receives {one.receives}."


def _cookie(one: register.Cookie, number: int) -> str:
    return f"{one.name} ({one.clause}, lasts {one.lifetime}): {one.said_in(number)}"


def _way(channel: str, ways: Mapping[str, str]) -> str:
    said = register.channels[channel]
    address = ways.get(said.setting, "")
    return said.sentence.replace("{address}", address) if address else said.substitute
