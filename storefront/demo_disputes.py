"""The demonstration's dispute: a bank that asks about a payment, which moves no money and lets no license rest."""

from datetime import timedelta

from sqlalchemy import select

from core import clock, db
from core.db import session
from storefront.orders.models import Order
from storefront.orders.rules import OrderState
from storefront.payments import disputes
from storefront.payments.models import PaymentDispute, PaymentIntent
from storefront.payments.pretend import Pretend
from storefront.payments.rules import DisputeState, IntentState
from storefront.payments.telling import Said

ANSWER_WITHIN = timedelta(days=9)


def plant() -> None:
    """About the latest order that was paid, once."""
    with db.transaction():
        if session.scalar(select(PaymentDispute.id).limit(1)) is not None:
            return
        paid = (PaymentIntent.state == IntentState.SUCCEEDED.value, PaymentIntent.gateway == Pretend.name)
        wanted = select(PaymentIntent).join(Order, Order.id == PaymentIntent.order_id)
        wanted = wanted.where(*paid, Order.state == OrderState.PAID.value).order_by(Order.id.desc()).limit(1)
        found = session.scalars(wanted).first()
        if found is None:
            return
        found.remote = found.remote or f"pretend/{found.idempotency_key}"
        said = Said(
            event_id=f"{found.idempotency_key}#asked",
            remote=f"{found.idempotency_key}/dispute",
            payment=found.remote,
            state=DisputeState.WARNING,
            amount=found.amount,
            currency=found.currency,
            reason="unrecognized",
            due_by=clock.now() + ANSWER_WITHIN,
        )
        session.flush()
        disputes.receive(Pretend.name, said)
