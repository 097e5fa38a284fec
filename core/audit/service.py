"""Writing and checking the audit log."""

import hashlib
import json
from datetime import UTC

from sqlalchemy import select, text

from core import clock, db
from core.access import Actor
from core.audit.models import AuditEntry
from core.db import session

START = "0" * 64
LOCK = 7_041_776


def record(actor: Actor, verb: str, thing: str, thing_id: int, **details: str) -> AuditEntry:
    """Write one entry in the present transaction; details are facts about the thing, never personal values."""
    if db.current().dialect == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:number)"), {"number": LOCK})
    before = session.scalar(select(AuditEntry.chain).order_by(AuditEntry.id.desc()).limit(1)) or START
    entry = AuditEntry(
        at=clock.now().replace(microsecond=0),
        actor_kind=actor.kind,
        actor_id=actor.account_id or None,
        role=actor.role,
        verb=verb,
        thing=thing,
        thing_id=thing_id,
        details=details,
        chain="",
    )
    entry.chain = _link(before, entry)
    session.add(entry)
    session.flush()
    return entry


def first_broken() -> int | None:
    """The number of the first entry that does not follow from the one before, or None if the chain is whole."""
    before = START
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id)).yield_per(500):
        if entry.chain != _link(before, entry):
            return entry.id
        before = entry.chain
    return None


def _link(before: str, entry: AuditEntry) -> str:
    said = [
        before,
        entry.at.astimezone(UTC).isoformat(),
        entry.actor_kind,
        entry.role,
        entry.verb,
        entry.thing,
        entry.thing_id,
        entry.details,
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
