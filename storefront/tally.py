"""What the catalogue shows of orders and pools: how often a product was sold, and how many keys are left.

What was sold is counted with each order that is paid or refunded, and can be counted anew from the lines.
"""

from sqlalchemy import ColumnElement, SQLColumnExpression, func, select, update

from core.db import session
from core.events import on
from storefront.catalogue import service as catalogue
from storefront.catalogue.models import Edition, Product
from storefront.licenses.models import PoolKey
from storefront.orders.models import Order, OrderLine
from storefront.orders.rules import OrderKind, OrderState
from storefront.orders.service import OrderRefunded, OrderSettled
from storefront.pools.rules import PoolState
from storefront.refunds.service import PartRefunded


def listen() -> None:
    """Count from now on, and let product pages see what is left."""
    catalogue.count_stock_with(free_keys)
    on(OrderSettled, _count_settled)
    on(OrderRefunded, _count_refunded)
    on(PartRefunded, _count_part)


def free_keys(edition_id: SQLColumnExpression[int]) -> ColumnElement[int]:
    """The number of free keys of an edition, as a part of the select that names it."""
    free = select(func.count()).where(PoolKey.edition_id == edition_id, PoolKey.state == PoolState.IMPORTED.value)
    return free.correlate(Edition).scalar_subquery()


def recount() -> None:
    """Set every product's count to what the paid orders say."""
    pieces = (
        select(func.coalesce(func.sum(OrderLine.quantity - OrderLine.pieces_returned), 0))
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.product_id == Product.id, Order.state == OrderState.PAID.value)
        .where(Order.kind == OrderKind.PURCHASE.value)
    )
    session.execute(update(Product).values(sold=pieces.scalar_subquery()))


def _count_settled(event: OrderSettled) -> None:
    _count(event.order_id, 1)


def _count_refunded(event: OrderRefunded) -> None:
    _count(event.order_id, -1)


def _count_part(event: PartRefunded) -> None:
    wanted = select(OrderLine.position, OrderLine.product_id).join(Order, Order.id == OrderLine.order_id)
    wanted = wanted.where(OrderLine.order_id == event.order_id, Order.kind == OrderKind.PURCHASE.value)
    for position, product_id in session.execute(wanted.order_by(OrderLine.product_id)).all():
        if event.pieces.get(position):
            catalogue.count_sold(product_id, -event.pieces[position])


def _count(order_id: int, sign: int) -> None:
    """One update per product, lowest id first, so that two orders never wait for each other."""
    pieces = OrderLine.quantity - OrderLine.pieces_returned
    wanted = select(OrderLine.product_id, func.sum(pieces)).join(Order, Order.id == OrderLine.order_id)
    wanted = wanted.where(OrderLine.order_id == order_id, Order.kind == OrderKind.PURCHASE.value)
    rows = session.execute(wanted.group_by(OrderLine.product_id).order_by(OrderLine.product_id)).all()
    for product_id, count in rows:
        catalogue.count_sold(product_id, sign * int(count))
