"""What is shown beside a product: what at least FEWEST customers bought with it, then its shelf and its maker."""

import json
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, cast, delete, distinct, func, or_, select
from sqlalchemy.orm import aliased

from core import db
from core.db import session
from core.jobs.service import job
from storefront.catalogue.cards import Card, as_shown
from storefront.catalogue.models import Product, Vendor
from storefront.catalogue.shelf_prices import price_columns, shelf_price
from storefront.catalogue.showing import Beside, show_beside
from storefront.orders.models import Order, OrderLine
from storefront.orders.rules import OrderState
from storefront.prices.models import ShelfPrice
from storefront.related.models import ProductPair

FEWEST, SHOWN = 5, 4


@job("related.pairs", every=60)
def count_pairs() -> None:
    """Count anew which products were bought by the same customers; what few did leaves no trace."""
    found = _counted()
    stored = {(row.product_id, row.other_id): row.customers for row in session.execute(select(*_PAIR))}
    if found != stored:
        session.execute(delete(ProductPair))
        rows = [{"product_id": one, "other_id": other, "customers": n} for (one, other), n in sorted(found.items())]
        if rows:
            session.execute(ProductPair.__table__.insert(), rows)  # type: ignore[attr-defined]


def listen() -> None:
    """Show it on every product's page."""
    show_beside("related", Beside(column=_column, read=_read))


_PAIR = (ProductPair.product_id, ProductPair.other_id, ProductPair.customers)


def _counted() -> dict[tuple[int, int], int]:
    paid = (
        select(Order.account_id, OrderLine.product_id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(Order.state == OrderState.PAID.value)
        .distinct()
    )
    one, other = paid.cte("one"), paid.cte("other")
    customers = func.count(distinct(one.c.account_id))
    together = and_(one.c.account_id == other.c.account_id, one.c.product_id != other.c.product_id)
    wanted = select(one.c.product_id, other.c.product_id, customers).select_from(one).join(other, together)
    rows = session.execute(wanted.group_by(one.c.product_id, other.c.product_id).having(customers >= FEWEST))
    return {(row[0], row[1]): row[2] for row in rows}


def _column() -> ColumnElement[str]:
    """Cards of the products beside the one that a select names, as JSON."""
    many, one = ("json_group_array", "json_array") if _is_sqlite() else ("json_agg", "json_build_array")
    other, maker = aliased(Product, name="beside"), aliased(Vendor, name="beside_maker")
    is_far = case((other.category_id == Product.category_id, 0), else_=1).label("is_far")
    pair = and_(ProductPair.product_id == Product.id, ProductPair.other_id == other.id)
    together, is_pair = func.coalesce(ProductPair.customers, 0).label("customers"), ProductPair.product_id.is_not(None)
    price = aliased(ShelfPrice, name="beside_price")
    names: list[Any] = [other.id, other.slug, other.name, other.tagline, maker.name.label("maker")]
    names += [*price_columns(price), other.terms, other.rating_sum, other.rating_count]
    near = (
        select(*names, together, is_far)
        .join(maker, maker.id == other.vendor_id)
        .outerjoin(ProductPair, pair)
        .outerjoin(price, shelf_price(other, price))
        .where(other.id != Product.id, other.withdrawn_at.is_(None), other.terms != "")
        .where(or_(is_pair, other.category_id == Product.category_id, other.vendor_id == Product.vendor_id))
        .order_by(together.desc(), is_far, other.sold.desc(), other.id)
        .limit(SHOWN)
        .correlate(Product)
        .subquery("near")
    )
    said = getattr(func, one)(*near.c)
    return cast(select(getattr(func, many)(said)).select_from(near).scalar_subquery(), Text)


def _read(text: str | None) -> tuple[Card, ...]:
    return tuple(as_shown([Card(*row[: len(Card._fields)]) for row in json.loads(text or "[]") or ()]))


def _is_sqlite() -> bool:
    return db.current().dialect == "sqlite"
