"""Writing down who looked, and reading it back."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import func, insert, or_, select

from core import clock, db, later
from core.access import Actor
from core.db import session
from privacy.looks.models import AccessEntry

KIND = "looks"
PAGE = 25
LARGEST = 2**53


@dataclass(frozen=True, kw_only=True)
class Look:
    """One opening or refusal. subject: account number, 0 for nobody we know."""

    subject: int
    labels: tuple[str, ...]
    purpose: str
    actor: Actor
    allowed: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class Routine:
    """How often the program itself opened something for a purpose, and when last."""

    purpose: str
    times: int
    last: datetime


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some looks, and the number before which the next page begins (0: there is none)."""

    entries: list[AccessEntry]
    older: int


def note(look: Look) -> None:
    """Keep one row: with the present transaction, or, where that cannot write or is undone, a moment later."""
    now = clock.now()

    def note_later() -> None:
        later.note(KIND, look, int(now.timestamp()))

    if look.allowed and db.may_write():
        session.execute(insert(AccessEntry), [_row(look, now)])
        db.after_rollback(note_later)
        return
    note_later()


def write_notes(notes: dict[Hashable, int]) -> None:
    """Store what was noted while pages were only read or a transaction was undone."""
    looks = ((cast(Look, look), seconds) for look, seconds in notes.items())
    session.execute(insert(AccessEntry), [_row(look, datetime.fromtimestamp(at, tz=UTC)) for look, at in looks])


def page_of(account_id: int, *, before: int = 0, most: int = PAGE) -> Page:
    """Openings by staff, and refusals of anybody, the latest first; those with a number below `before`, if one is given."""
    wanted = select(AccessEntry).where(
        AccessEntry.account_id == account_id, or_(AccessEntry.actor_kind != "program", ~AccessEntry.allowed)
    )
    if 0 < before < LARGEST:
        wanted = wanted.where(AccessEntry.id < before)
    found = list(session.scalars(wanted.order_by(AccessEntry.id.desc()).limit(most + 1)))
    return Page(entries=found[:most], older=found[most - 1].id if len(found) > most else 0)


def by_people(account_id: int, most: int = 50) -> list[AccessEntry]:
    """The latest looks by staff, allowed or refused, the latest first."""
    own = (AccessEntry.account_id == account_id, AccessEntry.actor_kind != "program")
    return list(session.scalars(select(AccessEntry).where(*own).order_by(AccessEntry.id.desc()).limit(most)))


def by_program(account_id: int) -> list[Routine]:
    """What the program opened by itself, as sums by purpose."""
    own = (AccessEntry.account_id == account_id, AccessEntry.actor_kind == "program", AccessEntry.allowed)
    wanted = select(AccessEntry.purpose, func.count(), func.max(AccessEntry.at)).where(*own)
    rows = session.execute(wanted.group_by(AccessEntry.purpose).order_by(AccessEntry.purpose))
    return [Routine(purpose=purpose, times=times, last=last) for purpose, times, last in rows]


def _row(look: Look, at: datetime) -> dict[str, object]:
    return {
        "account_id": look.subject or None,
        "labels": ", ".join(look.labels)[:200],
        "purpose": look.purpose[:40],
        "actor_kind": look.actor.kind,
        "actor_id": look.actor.account_id or None,
        "role": look.actor.role,
        "at": at,
        "allowed": look.allowed,
        "reason": look.reason,
    }


later.writes(KIND, write_notes)
