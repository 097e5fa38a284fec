"""The lists of disputes: what waits for somebody of our staff, what waits for a bank, what is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from core import clock
from core.db import session
from storefront.disputes.rules import days_left, is_undecided
from storefront.orders.models import Order
from storefront.orders.rules import OrderState
from storefront.payments.models import PaymentDispute, PaymentEvent, PaymentIntent
from storefront.payments.rules import ANSWERABLE, ENDED, DisputeState

PAGE = 25
MOST = 200


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A dispute in a list. `left`: whole days until its deadline, None where it has none or nothing is asked of us."""

    dispute: PaymentDispute
    number: str
    left: int | None
    is_undecided: bool


def going_on() -> list[Seen]:
    """What has not ended, or waits for a decision: the nearest deadline first, then what waits for the bank."""
    wanted = _wanted().where(or_(_is_open(), _is_undecided()))
    by_deadline = (PaymentDispute.due_by.is_(None), PaymentDispute.due_by, PaymentDispute.id)
    found = [_seen(row) for row in session.execute(wanted.order_by(*by_deadline).limit(MOST))]
    return sorted(found, key=lambda one: one.left is None and not one.is_undecided)


def ended(before: int = 0) -> list[Seen]:
    """What is over, the latest first; one more than PAGE. `before` is the last id already shown."""
    wanted = _wanted().where(~_is_open(), ~_is_undecided()).order_by(PaymentDispute.id.desc()).limit(PAGE + 1)
    return [_seen(row) for row in session.execute(wanted.where(PaymentDispute.id < before) if before else wanted)]


def get(dispute_id: int) -> Seen | None:
    """One of them."""
    row = session.execute(_wanted().where(PaymentDispute.id == dispute_id)).first()
    return _seen(row) if row else None


def events_of(dispute: PaymentDispute) -> Sequence[PaymentEvent]:
    """What the gateway said about it, oldest first."""
    wanted = select(PaymentEvent).where(PaymentEvent.intent_id == dispute.intent_id).order_by(PaymentEvent.id)
    return [one for one in session.scalars(wanted) if one.raw.get("dispute") == dispute.remote]


def waiting() -> tuple[int, datetime | None, int]:
    """How many wait for our answer and until when the first does, and how many for a decision about licenses."""
    asked = PaymentDispute.state.in_([state.value for state in ANSWERABLE])
    on_time = or_(PaymentDispute.due_by.is_(None), PaymentDispute.due_by > clock.now())
    counted = select(func.count(), func.min(PaymentDispute.due_by)).where(asked, on_time, PaymentDispute.wish == "")
    many, first = session.execute(counted).one()
    undecided = _wanted().where(_is_undecided()).with_only_columns(func.count())
    return int(many), first, int(session.scalar(undecided) or 0)


def _wanted() -> Select[PaymentDispute, str, str]:
    return (
        select(PaymentDispute, Order.number, Order.state)
        .join(PaymentIntent, PaymentIntent.id == PaymentDispute.intent_id)
        .join(Order, Order.id == PaymentIntent.order_id)
    )


def _is_open() -> ColumnElement[bool]:
    return PaymentDispute.state.not_in([state.value for state in ENDED])


def _is_undecided() -> ColumnElement[bool]:
    lost = PaymentDispute.state == DisputeState.LOST.value
    return lost & PaymentDispute.decided_at.is_(None) & (Order.state == OrderState.PAID.value)


def _seen(row: Any) -> Seen:
    dispute, number, order_state = row
    state = DisputeState(dispute.state)
    left = days_left(dispute.due_by, clock.now()) if state in ANSWERABLE else None
    undecided = is_undecided(state, OrderState(order_state), decided=dispute.decided_at is not None)
    return Seen(dispute=dispute, number=number, left=left, is_undecided=undecided)
