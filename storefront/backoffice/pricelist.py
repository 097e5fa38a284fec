"""What the page of an edition's prices says."""

from datetime import datetime

from sqlalchemy import select

from core import clock
from core.db import session
from core.errors import NotFound
from storefront.catalogue.models import Edition, Product
from storefront.money import Money
from storefront.prices import service as prices
from storefront.prices.models import Price, PriceChange, PriceSale

HISTORY = 20


def get(slug: str, edition_id: int) -> tuple[Product, Edition]:
    """A product with one of its editions. Raises NotFound."""
    wanted = select(Product, Edition).join(Edition, Edition.product_id == Product.id)
    found = session.execute(wanted.where(Product.slug == slug, Edition.id == edition_id)).first()
    if found is None:
        raise NotFound("There is no such edition in this shop.")
    return found[0], found[1]


def asks(edition_id: int) -> list[tuple[int, Money]]:
    """From how many on it costs what, by currency, the smallest quantity first."""
    wanted = select(Price.from_quantity, Price.amount, Price.currency).where(Price.edition_id == edition_id)
    found = session.execute(wanted.order_by(Price.currency, Price.from_quantity))
    return [(quantity, Money(amount, currency)) for quantity, amount, currency in found]


def now(edition_id: int, currency: str, quantity: int) -> str:
    """What so many cost each in this currency today, in words."""
    known = prices.lists_of([edition_id], currency).get(edition_id)
    return str(known.asked(max(quantity, 1), clock.now()).unit) if known else f"nothing: it is not sold in {currency}"


def sales(edition_id: int) -> list[tuple[PriceSale, Money, Money]]:
    """Sales that hold or will hold: the price, and the lowest that stands beside it."""
    return [
        (sale, Money(sale.amount, sale.currency), Money(sale.lowest, sale.currency))
        for sale in prices.sales_of(edition_id)
    ]


def sale_of(edition_id: int, sale_id: int) -> int:
    """The number of a sale of this edition. Raises NotFound."""
    mine = select(PriceSale.id).where(PriceSale.id == sale_id, PriceSale.edition_id == edition_id)
    found = session.scalar(mine)
    if found is None:
        raise NotFound("There is no such sale of this edition. Nothing was changed.")
    return found


def history(edition_id: int) -> list[tuple[datetime, str, Money | None]]:
    """When one began to cost what, the latest first; None where it was sold no longer."""
    wanted = select(PriceChange).where(PriceChange.edition_id == edition_id).order_by(PriceChange.id.desc())
    return [
        (row.at, row.currency, None if row.amount is None else Money(row.amount, row.currency))
        for row in session.scalars(wanted.limit(HISTORY))
    ]
