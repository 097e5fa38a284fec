"""Attempts to pay, and the gateways that they go to."""

from sqlalchemy import select

from core import web
from core.db import session
from storefront.money import Money
from storefront.orders.models import Order
from storefront.payments import saved
from storefront.payments.gateways import SAVED, Charge, Gateway, NoSuchGateway, Saved
from storefront.payments.models import PaymentIntent
from storefront.payments.pretend import Pretend
from storefront.payments.stripe import Stripe
from storefront.payments.transfer import Transfer

GATEWAYS: dict[str, Gateway] = {gateway.name: gateway for gateway in (Pretend(), Stripe(), Transfer())}


def gateway(name: str) -> Gateway:
    """The gateway of that name. Raises NoSuchGateway."""
    if name not in GATEWAYS:
        raise NoSuchGateway
    return GATEWAYS[name]


def offered(currency: str) -> list[Gateway]:
    """The gateways among which a buyer may choose here, for an amount in that currency."""
    return [one for one in GATEWAYS.values() if one.is_offered(web.settings(), currency)]


def latest(order_id: int) -> PaymentIntent | None:
    """The last attempt to pay an order."""
    wanted = select(PaymentIntent).where(PaymentIntent.order_id == order_id)
    return session.scalar(wanted.order_by(PaymentIntent.attempt.desc()).limit(1))


def intents_of(order_id: int) -> list[PaymentIntent]:
    """All attempts to pay an order, first to last."""
    wanted = select(PaymentIntent).where(PaymentIntent.order_id == order_id)
    return list(session.scalars(wanted.order_by(PaymentIntent.attempt)))


def charge_of(intent: PaymentIntent) -> Charge:
    """An attempt as its gateway is told of it."""
    return Charge(
        key=intent.idempotency_key,
        method=intent.method,
        amount=Money(intent.amount, intent.currency),
        remote=intent.remote or "",
        keeps=intent.keeps,
        saved=_saved_for(intent) if intent.method == SAVED else None,
    )


def _saved_for(intent: PaymentIntent) -> Saved | None:
    owner = session.scalars(select(Order.account_id).where(Order.id == intent.order_id)).one()
    return saved.saved_of(owner, intent.gateway)
