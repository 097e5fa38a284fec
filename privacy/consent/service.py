"""Switching purposes on and off, and asking whether one is on. The ledger only grows; what holds is derived from it."""

from contextvars import ContextVar
from dataclasses import dataclass

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute

from core import clock
from core.db import session
from core.errors import NotFound
from core.events import emit
from privacy import register
from privacy.consent import rules
from privacy.consent.models import ConsentEntry
from privacy.policies import service as policies

ORIGINAL_ONLY = "original_only"

_signaling: ContextVar[int] = ContextVar("signaling", default=0)


@dataclass(frozen=True, kw_only=True)
class PurposeSwitched:
    """A person switched a purpose (or "original_only") on or off, how, and whether it was on before."""

    account_id: int
    purpose: str
    on: bool
    how: str = "panel"
    was_on: bool = False


def switch(account_id: int, purpose: str, on: bool, *, how: str) -> None:
    """Write the person's word down; effective at once. Raises NotFound for what has no switch."""
    if purpose != ORIGINAL_ONLY and not _has_switch(purpose):
        raise NotFound
    was_on = is_given(account_id, purpose)
    entry = ConsentEntry(
        account_id=account_id,
        purpose=purpose,
        given=on,
        version=policies.current_version(),
        how=how,
        at=clock.now(),
    )
    session.add(entry)
    session.flush()
    emit(PurposeSwitched(account_id=account_id, purpose=purpose, on=on, how=how, was_on=was_on))


def is_given(account_id: int, purpose: str) -> bool:
    """True if the last word in the ledger is yes. Without a word it is no."""
    own = (ConsentEntry.account_id == account_id, ConsentEntry.purpose == purpose)
    last = select(ConsentEntry.given).where(*own).order_by(ConsentEntry.id.desc()).limit(1)
    return bool(session.scalar(last))


def last_word(account_id: InstrumentedAttribute[int | None], purpose: str) -> ScalarSelect[bool]:
    """The same as a column of a select that names the account."""
    own = (ConsentEntry.account_id == account_id, ConsentEntry.purpose == purpose)
    last = select(ConsentEntry.given).where(*own).order_by(ConsentEntry.id.desc()).limit(1)
    return last.correlate(account_id.class_).scalar_subquery()


def is_on(account_id: int, purpose: str) -> bool:
    """True if the person said yes and their browser does not ask otherwise in this very request."""
    return not is_signaling(account_id) and is_given(account_id, purpose)


def is_signaling(account_id: int) -> bool:
    """True if this very request is that person's, and their browser sends Sec-GPC or DNT."""
    return _signaling.get() == account_id


def states(account_id: int) -> dict[str, bool]:
    """All of a person's words, as the ledger has them."""
    own = select(ConsentEntry.purpose, ConsentEntry.given).where(ConsentEntry.account_id == account_id)
    return rules.state((row.purpose, row.given) for row in session.execute(own.order_by(ConsentEntry.id)))


def latest(account_id: int) -> dict[str, ConsentEntry]:
    """The person's last word on each purpose: what they said, when and how."""
    own = ConsentEntry.account_id == account_id
    last = select(func.max(ConsentEntry.id)).where(own).group_by(ConsentEntry.purpose)
    return {entry.purpose: entry for entry in session.scalars(select(ConsentEntry).where(ConsentEntry.id.in_(last)))}


def ledger(account_id: int, most: int = 50) -> list[ConsentEntry]:
    """What the person said, the latest first."""
    own = select(ConsentEntry).where(ConsentEntry.account_id == account_id)
    return list(session.scalars(own.order_by(ConsentEntry.id.desc()).limit(most)))


def hear_signal(account_id: int) -> None:
    """This request's person sends Sec-GPC or DNT; 0 for nobody. Set anew for each request."""
    _signaling.set(account_id)


def switches() -> list[register.Purpose]:
    """The purposes with a switch: the optional ones, each from the day on which its version was posted (clause P12)."""
    posted = policies.posted_version()
    return [one for one in register.purposes.values() if one.optional and one.since <= posted]


def _has_switch(purpose: str) -> bool:
    return any(one.id == purpose for one in switches())
