"""Money on its way back to the buyer: owed in the transaction that decides it, sent by a job, once."""

from datetime import datetime

from sqlalchemy import func, select, update

from core import clock, db, logs
from core.access import PROGRAM
from core.audit import service as audit
from core.db import session
from core.jobs.service import job, start
from storefront.money import Money
from storefront.orders import service as orders
from storefront.orders.service import OrderRefunded
from storefront.payments.attempts import charge_of, gateway, intents_of
from storefront.payments.gateways import AnswerLost, Gateway, Return, ReturnRefused
from storefront.payments.models import PaymentIntent, PaymentReturn
from storefront.payments.receiving import SURPLUS, owe
from storefront.payments.rules import IntentState, PaymentConflict


@job("payments.give_back", own_transactions=True, every=1)
def give_back() -> None:
    """Send all money back that is not ours to keep. Opens its own transactions."""
    with db.transaction(reading=True):
        unsent = PaymentReturn.done_at.is_(None) & PaymentReturn.refused_at.is_(None)
        found = select(PaymentReturn, PaymentIntent).join(PaymentIntent, PaymentIntent.id == PaymentReturn.intent_id)
        owed = [
            (back.id, gateway(intent.gateway), _return_of(back, intent))
            for back, intent in session.execute(found.where(unsent).order_by(PaymentReturn.id).limit(200))
        ]
    for number, remote, back in owed:
        _send_back(number, remote, back)


def return_part(order_id: int, part: Money, cause: str) -> None:
    """Let a part of what was paid for an order go back, once for each cause (the id of a partial refund).

    Refuses with PaymentConflict more than was paid, or where nothing was.
    """
    orders.lock(order_id)
    paid = [one for one in intents_of(order_id) if one.state == IntentState.SUCCEEDED]
    if not paid:
        raise PaymentConflict("Nothing was paid for this order, so nothing can go back.")
    owe(paid[0], "refund", part, cause)


def return_refunded(event: OrderRefunded) -> None:
    """A whole order was taken back: all its money goes back that has not gone yet."""
    for intent in intents_of(event.order_id):
        if intent.state == IntentState.SUCCEEDED:
            owe(intent, "refund")


def returns_of(order_id: int) -> list[PaymentReturn]:
    """What of an order's money goes back, or went."""
    wanted = select(PaymentReturn).join(PaymentIntent, PaymentIntent.id == PaymentReturn.intent_id)
    return list(session.scalars(wanted.where(PaymentIntent.order_id == order_id).order_by(PaymentReturn.id)))


def send_over(intent: PaymentIntent, surplus: int) -> None:
    """Let go back what arrived beyond what was asked for: all of `surplus` that is not on its way already.

    The attempt is locked by the caller.
    """
    mine = (PaymentReturn.intent_id == intent.id, PaymentReturn.reason == SURPLUS)
    sent = int(session.scalar(select(func.sum(PaymentReturn.amount)).where(*mine)) or 0)
    if surplus > sent:
        session.add(
            PaymentReturn(
                intent_id=intent.id,
                amount=surplus - sent,
                currency=intent.currency,
                reason=SURPLUS,
                cause=f"{SURPLUS}:{surplus}",
                created_at=clock.now(),
            )
        )
        start("payments.give_back")


def come_back(id_: str) -> None:
    """A return that was sent did not arrive, says the gateway. Unknown ids change nothing."""
    number = id_.rpartition("/")[2]
    found = (
        session.get(PaymentReturn, int(number)) if number.isascii() and number.isdigit() and len(number) < 16 else None
    )
    if found is None or _return_of(found, session.get_one(PaymentIntent, found.intent_id)).id != id_:
        return
    found.done_at, found.refused_at = None, clock.now()
    audit.record(PROGRAM, "return refused", "payment_return", found.id)


def _return_of(back: PaymentReturn, intent: PaymentIntent) -> Return:
    id_ = f"{intent.idempotency_key}/return/{back.id}"
    return Return(id=id_, charge=charge_of(intent), amount=Money(back.amount, back.currency))


def _send_back(number: int, remote: Gateway, back: Return) -> None:
    """One return; where the gateway is silent, the next run asks again under the same id."""
    try:
        remote.give_back(back)
        said: dict[str, datetime] = {"done_at": clock.now()}
    except AnswerLost:
        return
    except ReturnRefused:
        logs.log().error("payment_return_refused", payment_return=number)
        said = {"refused_at": clock.now()}
    with db.transaction():
        session.execute(update(PaymentReturn).where(PaymentReturn.id == number).values(**said))
