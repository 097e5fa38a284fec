"""Booking money that arrived by bank transfer, once, in the transaction that settles its order."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select, update

from core import clock, web
from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import Conflict, Invalid, NotFound
from core.jobs.service import job
from storefront.money import Money, NotMoney, parse
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.payments import returning
from storefront.payments.attempts import charge_of
from storefront.payments.models import PaymentIntent, PaymentReturn
from storefront.payments.receiving import locked, receive
from storefront.payments.rules import EventKind, IntentState
from storefront.payments.transfer import Transfer, message
from storefront.transfers import letters, rules
from storefront.transfers.models import TransferReceipt
from storefront.transfers.rules import Account, Effect, Source

SHORTEST_REASON = 8


class NoTransfer(Conflict):
    """Nobody said that this order would be paid by transfer."""

    code = "no_transfer"
    sentence = "This order does not wait for a bank transfer. Nothing was booked."


class ReasonMissing(Invalid):
    code = "reason_missing"
    sentence = "Please write in a few words where you saw it. Nothing was booked."


class OtherCurrency(Conflict):
    code = "other_currency"
    sentence = "The order is in another currency. Nothing was booked."


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """Money on our account. `line` is the fingerprint of its line in a statement, or "" where there is none."""

    amount: Money
    booked_on: date
    source: Source
    line: str = ""


def book(order_id: int, arrived: Arrived) -> Effect | None:
    """Book money for an order, in the present transaction; None for a line that was booked before.

    Refuses with NoTransfer or OtherCurrency.
    """
    intent = _transfer_of(order_id)
    if arrived.amount.currency != intent.currency:
        raise OtherCurrency
    if arrived.line and is_booked(arrived.line):
        return None
    before = account_of(intent)
    after, effect = rules.credit(before, arrived.amount.amount)
    session.add(_receipt(intent, arrived, effect))
    session.flush()
    _carry_out(intent, after, effect)
    letters.tell_arrived(session.get_one(Order, order_id), arrived.amount, after, effect)
    return effect


def mark_paid(number: str, typed: str, reason: str, actor: Actor) -> Effect:
    """Staff saw money arrive. Refuses with NotMoney, ReasonMissing or NoTransfer."""
    order = orders.get_by_number(number)
    amount = _amount(typed, order.currency)
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonMissing
    effect = book(order.id, Arrived(amount=amount, booked_on=clock.now().date(), source=Source.STAFF))
    assert effect is not None
    audit.record(actor, "book transfer", "order", order.id, reason=reason.strip()[:200], amount=str(amount))
    return effect


def account_of(intent: PaymentIntent) -> Account:
    """How an attempt stands."""
    total = select(func.sum(TransferReceipt.amount)).where(TransferReceipt.intent_id == intent.id)
    return Account(state=IntentState(intent.state), asked=intent.amount, arrived=int(session.scalar(total) or 0))


def find_transfer(order_id: int) -> PaymentIntent | None:
    """The latest attempt to pay an order by transfer."""
    mine = (PaymentIntent.order_id == order_id, PaymentIntent.gateway == Transfer.name)
    return session.scalar(select(PaymentIntent).where(*mine).order_by(PaymentIntent.attempt.desc()).limit(1))


def is_booked(line: str) -> bool:
    """Whether this line of a statement was booked before."""
    return session.scalar(select(TransferReceipt.id).where(TransferReceipt.line_hash == line)) is not None


def receipts_of(order_id: int) -> list[TransferReceipt]:
    """What arrived for an order, oldest first."""
    wanted = select(TransferReceipt).join(PaymentIntent, PaymentIntent.id == TransferReceipt.intent_id)
    return list(session.scalars(wanted.where(PaymentIntent.order_id == order_id).order_by(TransferReceipt.id)))


def waiting(most: int = 100) -> list[tuple[Order, PaymentIntent]]:
    """Orders that wait for a transfer, the longest first."""
    open_ = (PaymentIntent.gateway == Transfer.name, PaymentIntent.state == IntentState.NEEDS_CONFIRMATION.value)
    wanted = select(Order, PaymentIntent).join(PaymentIntent, PaymentIntent.order_id == Order.id).where(*open_)
    return [(order, intent) for order, intent in session.execute(wanted.order_by(PaymentIntent.id).limit(most))]


def to_send(most: int = 100) -> list[tuple[PaymentReturn, PaymentIntent, Order]]:
    """Money that goes back and that no gateway sends: somebody of our staff has to."""
    wanted = (
        select(PaymentReturn, PaymentIntent, Order)
        .join(PaymentIntent, PaymentIntent.id == PaymentReturn.intent_id)
        .join(Order, Order.id == PaymentIntent.order_id)
        .where(PaymentReturn.done_at.is_(None), PaymentReturn.refused_at.is_not(None))
    )
    rows = session.execute(wanted.order_by(PaymentReturn.id).limit(most))
    return [(back, intent, order) for back, intent, order in rows]


def mark_sent(return_id: int, reason: str, actor: Actor) -> None:
    """Staff sent it back by hand. Refuses with ReasonMissing, or NotFound what was sent already."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonMissing("Please write in a few words how it was sent. Nothing was changed.")
    open_ = (PaymentReturn.id == return_id, PaymentReturn.done_at.is_(None), PaymentReturn.refused_at.is_not(None))
    sent = update(PaymentReturn).where(*open_).values(done_at=clock.now()).returning(PaymentReturn.id)
    if session.scalar(sent) is None:
        raise NotFound("This money was sent back already, or there is none to send.")
    audit.record(actor, "send back", "payment_return", return_id, reason=reason.strip()[:200])


@job("transfers.leftovers", every=30)
def return_leftovers() -> None:
    """What arrived in parts for an order that is closed, or was paid in another way, goes back."""
    given_up = (PaymentIntent.gateway == Transfer.name, PaymentIntent.state == IntentState.CANCELLED.value)
    arrived = select(TransferReceipt.intent_id)
    wanted = select(PaymentIntent.idempotency_key).where(*given_up, PaymentIntent.id.in_(arrived))
    for key in list(session.scalars(wanted.order_by(PaymentIntent.id.desc()).limit(500))):
        intent = locked(key)
        if intent is not None:
            returning.send_over(intent, account_of(intent).surplus)


def open_orders(numbers: Iterable[str]) -> dict[str, tuple[Order, PaymentIntent]]:
    """The orders with these numbers that were to be paid by transfer, with their latest such attempt."""
    mine = (Order.number.in_(set(numbers)), PaymentIntent.gateway == Transfer.name)
    wanted = select(Order, PaymentIntent).join(PaymentIntent, PaymentIntent.order_id == Order.id).where(*mine)
    rows = session.execute(wanted.order_by(PaymentIntent.attempt))
    return {order.number: (order, intent) for order, intent in rows}


def _transfer_of(order_id: int) -> PaymentIntent:
    found = find_transfer(order_id)
    intent = locked(found.idempotency_key) if found else None
    if intent is None:
        raise NoTransfer
    return intent


def _carry_out(intent: PaymentIntent, after: Account, effect: Effect) -> None:
    if effect is Effect.PART:
        order = orders.lock(intent.order_id)
        orders.wait_until(order, clock.now() + timedelta(days=web.settings().transfer_days))
        return
    if effect is not Effect.LATE:
        receive(Transfer.name, message(charge_of(intent), EventKind.SUCCEEDED))
    returning.send_over(intent, after.surplus)


def _receipt(intent: PaymentIntent, arrived: Arrived, effect: Effect) -> TransferReceipt:
    return TransferReceipt(
        intent_id=intent.id,
        amount=arrived.amount.amount,
        currency=arrived.amount.currency,
        booked_on=arrived.booked_on,
        line_hash=arrived.line or secrets.token_hex(16),
        source=arrived.source.value,
        effect=effect.value,
        created_at=clock.now(),
    )


def _amount(typed: str, currency: str) -> Money:
    amount = parse(typed, currency)
    if amount.amount <= 0:
        raise NotMoney("What arrived is more than nothing. Nothing was booked.")
    return amount
