"""The record of corrections: rows are added in the transaction that corrects, and never changed."""

from core import clock
from core.db import session
from core.sealed import seal
from privacy.requests.models import Correction
from privacy.requests.service import Granted


def record(granted: Granted, thing: str, field: str, *, old: str, new: str) -> None:
    """Keep what a value said, what it says now, who decided and why the person asked."""
    about = granted.account_id
    session.add(
        Correction(
            request_id=granted.request_id,
            account_id=about,
            thing=thing,
            field=field,
            old=seal(old, "correction.old", subject=about),
            new=seal(new, "correction.new", subject=about),
            why=seal(granted.wish.get("why", ""), "correction.why", subject=about),
            actor_kind=granted.actor.kind,
            role=granted.actor.role,
            at=clock.now(),
        )
    )
