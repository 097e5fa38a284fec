"""Setting and lifting legal holds. A hold keeps the one kind that it names and nothing else."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, func, select

from core import clock
from core.access import Actor
from core.accounts.models import Account
from core.audit import service as audit
from core.datakeys import rules as kinds
from core.datakeys import service as datakeys
from core.db import session
from core.errors import Conflict, Invalid, NotFound
from privacy.retention.models import LegalHold

SHORTEST_REASON, LONGEST_REASON = 8, 300


class OnHold(Conflict):
    """A legal hold stands against destroying this."""

    code = "on_hold"
    title = "A legal hold keeps this"
    sentence = "A legal hold keeps this for now, so nothing was deleted. Your privacy panel says which and why."


class HoldRefused(Invalid):
    """A hold names a person, a kind and a reason."""

    code = "hold_refused"
    sentence = (
        f"Please say why, in {SHORTEST_REASON} to {LONGEST_REASON} characters. The person can read it. "
        "Nothing was changed."
    )


@dataclass(frozen=True, kw_only=True)
class HoldLine:
    """A hold with the customer number it is about, for staff."""

    hold: LegalHold
    number: str


def put(actor: Actor, number: str, kept_as: str, reason: str) -> LegalHold:
    """Hold one kind of the data of the person with this customer number. Raises NotFound, HoldRefused, Conflict."""
    account_id = session.scalar(select(Account.id).where(Account.number == number.strip().upper()))
    if account_id is None:
        raise NotFound("There is no account with this customer number. Nothing was changed.")
    said = _checked(reason)
    if kept_as not in {kind.name for kind in kinds.kinds()}:
        raise HoldRefused("Please choose what is to be kept. Nothing was changed.")
    if kept_as in held(account_id):
        raise Conflict("This is on hold already. Nothing was changed.")
    hold = LegalHold(
        account_id=account_id, kept_as=kept_as, reason=said, set_at=clock.now(), lifted_at=None, lift_reason=""
    )
    session.add(hold)
    session.flush()
    datakeys.keep_open(account_id, kept_as)
    audit.record(actor, "hold", "legal_hold", hold.id, kept_as=kept_as)
    return hold


def lift(actor: Actor, hold_id: int, reason: str) -> LegalHold:
    """End a hold; what is past its last day goes with the next sweep. Raises NotFound, HoldRefused."""
    hold = session.get(LegalHold, hold_id, with_for_update=True)
    if hold is None or hold.lifted_at is not None:
        raise NotFound("There is no such hold any more.")
    hold.lift_reason, hold.lifted_at = _checked(reason), clock.now()
    datakeys.keep_to_period(hold.account_id, hold.kept_as)
    audit.record(actor, "lift hold", "legal_hold", hold.id, kept_as=hold.kept_as)
    return hold


def held(account_id: int) -> frozenset[str]:
    """The kinds of this person's data that are on hold now."""
    own = (LegalHold.account_id == account_id, LegalHold.lifted_at.is_(None))
    return frozenset(session.scalars(select(LegalHold.kept_as).where(*own)))


def is_free(
    account_id: SQLColumnExpression[int] | SQLColumnExpression[int | None], kept_as: str | SQLColumnExpression[str]
) -> ColumnElement[bool]:
    """As a condition: no hold keeps this kind of that account's data."""
    live = (LegalHold.account_id == account_id, LegalHold.kept_as == kept_as, LegalHold.lifted_at.is_(None))
    return ~exists().where(*live)


def of(account_id: int) -> list[LegalHold]:
    """All holds of a person, the latest first."""
    return list(
        session.scalars(select(LegalHold).where(LegalHold.account_id == account_id).order_by(LegalHold.id.desc()))
    )


def lines(most: int = 100) -> list[HoldLine]:
    """The holds of everybody for staff: those that stand first, then the latest."""
    wanted = select(LegalHold, Account.number).join(Account, Account.id == LegalHold.account_id)
    newest = wanted.order_by(LegalHold.lifted_at.is_not(None), LegalHold.id.desc()).limit(most)
    return [HoldLine(hold=row.LegalHold, number=row.number) for row in session.execute(newest)]


def standing() -> int:
    """How many holds stand now."""
    return session.scalar(select(func.count()).select_from(LegalHold).where(LegalHold.lifted_at.is_(None))) or 0


def _checked(reason: str) -> str:
    said = reason.strip()
    if not SHORTEST_REASON <= len(said) <= LONGEST_REASON:
        raise HoldRefused
    return said
