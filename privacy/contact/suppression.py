"""Wishes for no more mail: kept for every form of an address, looked up by any of them (clause P6)."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, update

from core import clock, forgotten, keys
from core.accounts import rules
from core.db import session
from core.inserting import insert_or
from privacy import register
from privacy.contact.models import Suppression

EVERYTHING = ""
LEDGER = "stopped_mail"


def hashes_of(address: str) -> list[str]:
    """The keyed hashes under which a wish for this address counts: case, plus-tag and IDN make no difference."""
    return sorted(keys.keyed_hash("suppression", form)[:32] for form in rules.suppression_forms(address))


def suppress(hashes: Iterable[str], purpose: str = EVERYTHING, *, how: str) -> None:
    """Stop mails of this purpose, or all that can be stopped. Saying it again changes nothing."""
    now = clock.now()
    rows = [
        {"form_hash": one, "purpose": purpose, "how": how, "since": now, "lifted_at": None}
        for one in sorted(set(hashes))
    ]
    if not rows:
        return
    added = insert_or(Suppression)
    session.execute(
        added.on_conflict_do_update(index_elements=["form_hash", "purpose"], set_={"lifted_at": None}), rows
    )
    for row in rows:
        forgotten.note(LEDGER, form=str(row["form_hash"]), purpose=purpose, stopped=1)


def lift(hashes: Iterable[str], purpose: str) -> None:
    """The owner of the address, signed in, asks for this purpose again; a wish against everything ends, too."""
    own = (Suppression.form_hash.in_(set(hashes)), Suppression.purpose.in_([purpose, EVERYTHING]))
    lifted = update(Suppression).where(*own, Suppression.lifted_at.is_(None)).values(lifted_at=clock.now())
    for row in session.execute(lifted.returning(Suppression.form_hash, Suppression.purpose)):
        forgotten.note(LEDGER, form=row.form_hash, purpose=row.purpose, stopped=0)


def is_suppressed(hashes: Iterable[str], purpose: str) -> bool:
    """True if any form of the address wants no mail of this purpose."""
    own = (Suppression.form_hash.in_(set(hashes)), Suppression.purpose.in_([purpose, EVERYTHING]))
    found = select(Suppression.id).where(*own, Suppression.lifted_at.is_(None)).limit(1)
    return session.scalar(found) is not None


def say_again(lines: list[dict[str, Any]]) -> int:
    """Wishes that are younger than a backup that came back: the last word about each counts. How many."""
    last = {(line["form"], line["purpose"]): line["stopped"] for line in lines}
    for (form, purpose), stopped in last.items():
        if stopped:
            suppress([form], purpose, how="ledger")
        else:
            lift([form], purpose)
    return len(last)


def leaves_alone(address: str, purpose: str) -> bool:
    """What the gate asks before it opens an address: mail that can be stopped, and was."""
    return register.purposes[purpose].by_mail and is_suppressed(hashes_of(address), purpose)
