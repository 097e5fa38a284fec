"""Requests as pages show them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from core import clock
from core.access import Actor
from core.accounts.models import Account
from core.db import session
from core.errors import NotFound
from core.sealed import Sealed
from privacy.gate import Closed, disclose_all
from privacy.requests import rules
from privacy.requests.models import Correction, Request, RequestEvent
from privacy.requests.rules import OPEN, State

PAGE, LARGEST = 30, 2**53
PURPOSE = "privacy_requests"
TEXTS = ("text", "proof", "delay", "answer")


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A line of the staff's queue, without anything personal but the customer's number."""

    request: Request
    customer: str
    is_overdue: bool


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """One corrected value, opened."""

    thing: str
    field: str
    old: str
    new: str
    why: str
    at: datetime


def get(number: str) -> Request:
    """Any request, for staff. Raises NotFound."""
    return _get(Request.number == number)


def get_for(account_id: int, number: str) -> Request:
    """One's own request. Raises NotFound, also for other people's."""
    return _get(Request.number == number, Request.account_id == account_id)


def requests_of(account_id: int, before: int = 0) -> list[Request]:
    """One's own requests, the latest first, a page of PAGE and one more."""
    own = select(Request).where(Request.account_id == account_id).order_by(Request.id.desc()).limit(PAGE + 1)
    return list(session.scalars(own.where(Request.id < before) if 0 < before < LARGEST else own))


def queue(*, closed: bool = False) -> list[Waiting]:
    """What waits for an answer, the most urgent first; or what was answered last."""
    states = [state.value for state in State if (state not in OPEN) is closed]
    wanted = select(Request, Account.number).join(Account, Account.id == Request.account_id)
    order = Request.id.desc() if closed else Request.due_at
    rows = session.execute(wanted.where(Request.state.in_(states)).order_by(order).limit(200))
    return [Waiting(request=one, customer=customer, is_overdue=is_overdue(one)) for one, customer in rows]


def is_overdue(request: Request) -> bool:
    """True if its deadline has passed."""
    return rules.is_overdue(State(request.state), request.due_at, clock.now())


def events_of(request_id: int) -> list[RequestEvent]:
    """What happened to it, oldest first."""
    own = select(RequestEvent).where(RequestEvent.request_id == request_id)
    return list(session.scalars(own.order_by(RequestEvent.id)))


def texts_of(request: Request, actor: Actor) -> dict[str, str]:
    """Its texts, opened for somebody who may read them; "" for what was not said."""
    sealed = {name: getattr(request, name) for name in TEXTS}
    given = {name: value for name, value in sealed.items() if value is not None}
    opened = _opened(list(given.values()), actor) if given else []
    return dict.fromkeys(TEXTS, "") | dict(zip(given, opened, strict=True))


def corrections_of(request_id: int, actor: Actor) -> list[Corrected]:
    """What was corrected because of it."""
    own = select(Correction).where(Correction.request_id == request_id).order_by(Correction.id)
    return [_corrected(one, actor) for one in session.scalars(own)]


def customer_of(account_id: int) -> str:
    """The customer's number."""
    return session.get_one(Account, account_id).number


def find_customer(number: str) -> int:
    """The account with this customer number. Raises NotFound."""
    typed = number.strip().upper()
    wanted = select(Account.id).where(Account.number == typed, Account.closed_at.is_(None))
    found = session.scalar(wanted) if typed.isprintable() else None
    if found is None:
        raise NotFound("There is no customer with this number.")
    return found


def _get(*conditions: ColumnElement[bool]) -> Request:
    found = session.scalar(select(Request).where(*conditions))
    if found is None:
        raise NotFound("There is no request with this number.")
    return found


def _opened(values: list[Sealed], actor: Actor) -> list[str]:
    """The texts; where their key was destroyed on its day, the sentence that says so. Any other refusal is one."""
    try:
        return disclose_all(values, purpose=PURPOSE, actor=actor)
    except Closed as refused:
        if refused.reason != "forgotten":
            raise
        return [refused.sentence] * len(values)


def _corrected(one: Correction, actor: Actor) -> Corrected:
    old, new, why = _opened([one.old, one.new, one.why], actor)
    return Corrected(thing=one.thing, field=one.field, old=old, new=new, why=why, at=one.at)
