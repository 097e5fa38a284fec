"""The demonstration's disputes: a bank that asks about a payment, and one that kept a part of another for good."""

from datetime import timedelta

from sqlalchemy import ColumnElement, func, select

from core import clock, db
from core.accounts import service as accounts
from core.db import session
from storefront.demo_content import content
from storefront.licenses.models import License
from storefront.orders.models import Order, OrderLine
from storefront.orders.rules import OrderState
from storefront.payments import disputes
from storefront.payments.models import PaymentDispute, PaymentIntent
from storefront.payments.pretend import Pretend
from storefront.payments.rules import DisputeState, IntentState
from storefront.payments.telling import Said

ANSWER_WITHIN = timedelta(days=9)


def plant() -> None:
    """About two orders of people with whom nobody signs in to try things, once."""
    with db.transaction():
        if session.scalar(select(PaymentDispute.id).limit(1)) is not None:
            return
        testers = [found.id for one in content.testers() if (found := accounts.find_by_email(one.email)) is not None]
        others = Order.account_id.not_in(testers)
        asked = _latest(others)
        if asked is not None:
            _tell(asked, DisputeState.WARNING, asked.amount, "unrecognized")
        many = select(OrderLine.order_id).join(License, License.order_line_id == OrderLine.id)
        many = many.group_by(OrderLine.order_id).having(func.count() == 2)
        lost = _latest(others & Order.id.in_(many) & (Order.id != (asked.order_id if asked else 0)))
        if lost is not None:
            _tell(lost, DisputeState.LOST, lost.amount // 2, "product_not_received")


def _latest(such: ColumnElement[bool]) -> PaymentIntent | None:
    paid = (PaymentIntent.state == IntentState.SUCCEEDED.value, PaymentIntent.gateway == Pretend.name)
    wanted = select(PaymentIntent).join(Order, Order.id == PaymentIntent.order_id)
    wanted = wanted.where(*paid, Order.state == OrderState.PAID.value, such)
    return session.scalars(wanted.order_by(Order.id.desc()).limit(1)).first()


def _tell(intent: PaymentIntent, state: DisputeState, amount: int, reason: str) -> None:
    intent.remote = intent.remote or f"pretend/{intent.idempotency_key}"
    session.flush()
    said = Said(
        event_id=f"{intent.idempotency_key}#{state.value}"[:80],
        remote=f"{intent.idempotency_key}/dispute",
        payment=intent.remote,
        state=state,
        amount=amount,
        currency=intent.currency,
        reason=reason,
        due_by=clock.now() + ANSWER_WITHIN if state is DisputeState.WARNING else None,
    )
    disputes.receive(Pretend.name, said)
