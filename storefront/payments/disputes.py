"""Disputes: the buyer's bank takes the money back, for a while or for good. Licenses rest meanwhile."""

from dataclasses import dataclass

from sqlalchemy import select

from core import clock
from core.access import PROGRAM
from core.audit import service as audit
from core.db import session
from core.events import emit
from storefront.orders import letters
from storefront.orders import rules as order_rules
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.orders.rules import OrderState, OrderVerb
from storefront.payments.models import PaymentDispute, PaymentEvent, PaymentIntent
from storefront.payments.receiving import is_known, locked, owe
from storefront.payments.rules import ENDED, HOLDING, DisputeState, moved
from storefront.payments.telling import Said

__all__ = ["Said"]


@dataclass(frozen=True, kw_only=True)
class OrderDisputed:
    """The money of a paid order was taken back by the buyer's bank."""

    order_id: int


@dataclass(frozen=True, kw_only=True)
class DisputeWon:
    """The bank gave the money of a disputed order to us again."""

    order_id: int


def receive(provider: str, said: Said) -> None:
    """Take in what is said about a dispute, in the present transaction; late and repeated words change nothing."""
    found = session.scalar(
        select(PaymentIntent).where(PaymentIntent.gateway == provider, PaymentIntent.remote == said.payment)
    )
    intent = locked(found.idempotency_key) if found else None
    if is_known(provider, said.event_id):
        return
    effect = _apply(intent, said) if intent else "unknown_charge"
    session.add(_event(provider, said, intent, effect))
    session.flush()


def disputes_of(order_id: int) -> list[PaymentDispute]:
    """The disputes about an order, oldest first."""
    wanted = select(PaymentDispute).join(PaymentIntent, PaymentIntent.id == PaymentDispute.intent_id)
    return list(session.scalars(wanted.where(PaymentIntent.order_id == order_id).order_by(PaymentDispute.id)))


def is_settled(dispute: PaymentDispute) -> bool:
    """Whether no license rests for it: the money is here, or staff said what its loss means for them."""
    has_money = dispute.state not in {*HOLDING, DisputeState.LOST}
    return has_money or dispute.decided_at is not None


def to_decide(order: Order) -> list[PaymentDispute]:
    """The disputes that took a part of a paid order's money, where nobody said yet which licenses end with it; none
    while a bank still holds some of it."""
    found = disputes_of(order.id)
    if order.state != OrderState.PAID or any(one.state in HOLDING for one in found):
        return []
    return [one for one in found if not is_settled(one)]


def _apply(intent: PaymentIntent, said: Said) -> str:
    wanted = select(PaymentDispute).where(PaymentDispute.remote == said.remote)
    known = session.scalar(wanted.with_for_update())
    before = DisputeState(known.state) if known else None
    after = moved(before, said.state)
    if known is not None and after is said.state:
        known.due_by = said.due_by or known.due_by
    if after is before:
        return "none"
    known = known or _new(intent, said)
    known.state, known.closed_at = after.value, clock.now() if after in ENDED else None
    session.flush()
    if after is DisputeState.WON and before in HOLDING:
        _won(known, intent, orders.lock(intent.order_id))
    _carry_out(intent, orders.lock(intent.order_id), before, after)
    return "dispute_warning" if after.value.startswith("warning") else f"dispute_{after.value}"


def _carry_out(intent: PaymentIntent, order: Order, before: DisputeState | None, after: DisputeState) -> None:
    """A warning has moved no money, so nothing rests for it."""
    audit.record(PROGRAM, f"dispute {after.value}", "order", order.id)
    if after in HOLDING and before not in HOLDING and order.state == OrderState.PAID:
        emit(OrderDisputed(order_id=order.id))
        letters.tell_disputed(order)
    elif after is DisputeState.LOST and order_rules.can(OrderState(order.state), OrderVerb.REFUND):
        _lost(intent, order)


def _won(won: PaymentDispute, intent: PaymentIntent, order: Order) -> None:
    """Licenses work again unless another dispute holds money of this order, or has taken some that nobody decided about.

    The money of an order that was refunded meanwhile goes to the buyer after all: for each dispute by itself, since
    what was not disputed went when the order was refunded.
    """
    if order.state == OrderState.REFUNDED:
        owe(intent, "refund", cause=f"dispute:{won.id}")
    elif order.state == OrderState.PAID and all(map(is_settled, disputes_of(order.id))):
        emit(DisputeWon(order_id=order.id))


def _lost(intent: PaymentIntent, order: Order) -> None:
    """All money is gone: the order is taken back. A part of it is for somebody of our staff to decide about."""
    lost = [one.amount for one in disputes_of(order.id) if one.state == DisputeState.LOST]
    if sum(lost) >= intent.amount:
        orders.refund(order, PROGRAM)
    else:
        emit(OrderDisputed(order_id=order.id))


def _new(intent: PaymentIntent, said: Said) -> PaymentDispute:
    made = PaymentDispute(
        intent_id=intent.id,
        remote=said.remote,
        state=said.state.value,
        amount=said.amount,
        currency=said.currency,
        reason=said.reason[:40],
        opened_at=clock.now(),
        due_by=said.due_by,
    )
    session.add(made)
    return made


def _event(provider: str, said: Said, intent: PaymentIntent | None, effect: str) -> PaymentEvent:
    raw: dict[str, object] = {
        "event_id": said.event_id,
        "dispute": said.remote,
        "state": said.state.value,
        "amount": said.amount,
        "currency": said.currency,
    }
    return PaymentEvent(
        provider=provider,
        event_id=said.event_id,
        intent_id=intent.id if intent else None,
        raw=raw,
        effect=effect,
        received_at=clock.now(),
    )
