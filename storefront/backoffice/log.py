"""Reading the audit log: newest first, with names, and whether its chain is whole."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import Select, select

from core.accounts import service as accounts
from core.audit import service as audit
from core.audit.models import AuditEntry
from core.db import session

AT_ONCE = 50
CHECKED_UNASKED = 2_000
"""Up to so many entries the chain is checked whenever its first page is opened; above that, when asked."""


class Chain(StrEnum):
    """What is known about the chain."""

    WHOLE = "whole"
    BROKEN = "broken"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The result of a check; `number` is the first entry that does not follow, 0 where all do."""

    chain: Chain
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry as it is read. `who` is a name, "the program", or "an account that is gone"."""

    number: int
    at: datetime
    who: str
    role: str
    verb: str
    thing: str
    thing_id: int
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which entries are looked for. did: letters of what was done; to: a thing, or a thing and its number; days in UTC."""

    did: str = ""
    to: str = ""
    role: str = ""
    since: date | None = None
    until: date | None = None


def read(given: Mapping[str, str]) -> Wanted:
    """What a page was asked for; a day that cannot be read is no day."""
    did, to, role = (given.get(name, "").strip()[:80] for name in ("did", "to", "role"))
    return Wanted(did=did, to=to, role=role, since=_day(given.get("since", "")), until=_day(given.get("until", "")))


def roles() -> list[str]:
    """In which roles something was done."""
    return sorted(one for one in session.scalars(select(AuditEntry.role).distinct()) if one)


def rows(wanted: Wanted, most: int) -> Iterator[tuple[str, ...]]:
    """The entries as a table for machines, the oldest first: who stands there as a number, for names pass away."""
    yield ("entry", "at", "actor", "account", "role", "did", "thing", "number", "details", "chain")
    found = session.scalars(_chosen(wanted).order_by(AuditEntry.id).limit(most)).yield_per(500)
    for one in found:
        at, details = one.at.astimezone(UTC).isoformat(), json.dumps(one.details, sort_keys=True, ensure_ascii=False)
        who = (one.actor_kind, str(one.actor_id or ""), one.role)
        yield (str(one.id), at, *who, one.verb, one.thing, str(one.thing_id), details, one.chain)


def _chosen(wanted: Wanted) -> Select[AuditEntry]:
    found = select(AuditEntry)
    if wanted.did:
        found = found.where(AuditEntry.verb.icontains(wanted.did, autoescape=True))
    if wanted.role:
        found = found.where(AuditEntry.role == wanted.role)
    thing, _, number = wanted.to.rpartition(" ")
    if wanted.to and number.isascii() and number.isdigit() and len(number) < 16 and thing:
        found = found.where(AuditEntry.thing == thing, AuditEntry.thing_id == int(number))
    elif wanted.to:
        found = found.where(AuditEntry.thing == wanted.to)
    if wanted.since:
        found = found.where(AuditEntry.at >= datetime.combine(wanted.since, time(), UTC))
    if wanted.until:
        found = found.where(AuditEntry.at < datetime.combine(wanted.until, time(), UTC) + timedelta(days=1))
    return found


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2999 else None


def entries(wanted: Wanted, before: int = 0) -> tuple[list[Line], int]:
    """The entries older than that number (0: the newest), and the number to go on before, 0 at the end."""
    chosen = _chosen(wanted).order_by(AuditEntry.id.desc()).limit(AT_ONCE + 1)
    found = list(session.scalars(chosen.where(AuditEntry.id < before) if before else chosen))
    shown = found[:AT_ONCE]
    names = accounts.names_shown({entry.actor_id for entry in shown if entry.actor_id})
    lines = [_line(entry, names) for entry in shown]
    return lines, lines[-1].number if len(found) > AT_ONCE else 0


def check(shown: Sequence[Line], *, wanted: bool) -> Checked:
    """Whether each entry follows from the one before: looked at when wanted, or when that is quickly done."""
    if not wanted and shown and shown[0].number > CHECKED_UNASKED:
        return Checked(chain=Chain.UNCHECKED)
    broken = audit.first_broken()
    return Checked(chain=Chain.WHOLE) if broken is None else Checked(chain=Chain.BROKEN, number=broken)


def _line(entry: AuditEntry, names: dict[int, str]) -> Line:
    return Line(
        number=entry.id,
        at=entry.at,
        who=_who(entry, names),
        role=entry.role,
        verb=entry.verb,
        thing=entry.thing,
        thing_id=entry.thing_id,
        details=tuple(sorted(entry.details.items())),
    )


def _who(entry: AuditEntry, names: dict[int, str]) -> str:
    if entry.actor_id:
        return names.get(entry.actor_id, "an account that is gone")
    return "the program" if entry.actor_kind == "program" else "an account that is gone"
