"""Reading the audit log: newest first, with names, and whether its chain is whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

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


def entries(before: int = 0) -> tuple[list[Line], int]:
    """The entries older than that number (0: the newest), and the number to go on before, 0 at the end."""
    wanted = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(AT_ONCE + 1)
    found = list(session.scalars(wanted.where(AuditEntry.id < before) if before else wanted))
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
