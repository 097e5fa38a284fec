"""Whether a browser's cookie may be followed, and for what: asked of the database each time something is shown."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select

from core import db
from privacy.consent import service as consent
from privacy.pageviews import service as pageviews
from privacy.pageviews.models import VisitTrail
from privacy.pageviews.rules import is_followed

SUGGESTIONS = "suggestions"


@dataclass(frozen=True, kw_only=True)
class Leave:
    """What may be done with a browser's cookie. is_gone: the list it led to was deleted, so the cookie can go, too.

    since: when the list began; None if this visitor's pages do not belong on it, or it is no longer wanted.
    suggests: the person's switch; a browser without an account says so itself.
    """

    is_gone: bool = False
    since: datetime | None = None
    suggests: bool | None = None


def leave_for(token: str, visitor: int | None) -> Leave:
    """What this visitor allows, by one statement. "Original purposes only" forbids suggestions (clause P14)."""
    rows = db.rows(_leave(), {"token": pageviews.hash_of(token)})
    if not rows:
        return Leave(is_gone=True)
    owner, since, wants_list, wants_suggestions, only_original = rows[0]
    if not is_followed(owner, visitor) or (owner is not None and not wants_list):
        return Leave()
    return Leave(since=since, suggests=None if owner is None else bool(wants_suggestions) and not only_original)


@lru_cache
def _leave() -> Select[Any]:
    said: list[ColumnElement[Any]] = [
        consent.last_word(VisitTrail.account_id, purpose).label(purpose)
        for purpose in (pageviews.PURPOSE, SUGGESTIONS, consent.ORIGINAL_ONLY)
    ]
    wanted: Select[Any] = select(VisitTrail.account_id, VisitTrail.started_at, *said)
    return wanted.where(VisitTrail.token_hash == bindparam("token"))
