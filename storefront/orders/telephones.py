"""Telephone numbers of orders: each under a key of its own, gone some days after its order closed (clause P8)."""

from datetime import datetime, timedelta

from sqlalchemy import select

from core import clock, web
from core.db import session
from privacy.retention import holds
from privacy.retention import service as retention
from storefront.orders.models import Order


def forget() -> int:
    """Take the number out of every order that closed long enough ago, and destroy its key; how many went."""
    closed = (Order.phone.is_not(None), Order.closed_at <= closed_before())
    due = select(Order).where(*closed, holds.is_free(Order.account_id, "telephone")).limit(1000)
    orders = list(session.scalars(due.with_for_update()))
    for order in orders:
        order.phone = None
        retention.destroy(order.account_id, "telephone", order.number)
    return len(orders)


def is_over(order: Order) -> bool:
    """The number's last day counts when reading, too, not only when the sweep comes by."""
    return order.closed_at is not None and order.closed_at <= closed_before()


def closed_before() -> datetime:
    """Orders that closed by then have no telephone number any more, swept or not."""
    return clock.now() - timedelta(days=web.settings().telephone_days)
