"""A product's page: all that it says, by one statement."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Boolean, ColumnElement, Select, and_, bindparam, case, not_, or_, select

from core import db, web
from core.errors import NextStep, NotFound
from storefront.catalogue import service
from storefront.catalogue.models import Category, Edition, Product, Source, Vendor
from storefront.prices import service as prices
from storefront.prices import shown
from storefront.prices.models import PriceSale
from storefront.prices.rules import Asked, PriceList, Sale, Tier

SAID_OF_OFFERS = 9
"""So many of an offer's fields are columns of the page's statement; its prices are made of others."""


class Offer(NamedTuple):
    """An edition on a product's page; `free` is how many can be sold, None for as many as anybody wants. `asked` is
    None where it has no price in the visitor's currency; `volumes` are its prices for several, if they differ."""

    id: int
    name: str
    term: str
    devices: int
    includes: tuple[str, ...]
    trial_days: int | None
    update_months: int | None
    per_seat: bool
    free: int | None
    asked: Asked | None = None
    volumes: tuple[tuple[int, Asked], ...] = ()


class ProductSeen(NamedTuple):
    """A product as its page shows it, with its maker and its shelf."""

    id: int
    slug: str
    name: str
    subtitle: str
    tagline: str
    description_html: str
    requirements: tuple[tuple[str, ...], ...]
    platforms: tuple[str, ...]
    version: str
    file_name: str
    file_bytes: int
    source: str
    rating_sum: int
    rating_count: int
    withdrawn_at: datetime | None
    vendor: str
    vendor_slug: str
    vendor_about: str
    category: str
    category_slug: str


@dataclass(frozen=True, kw_only=True)
class ProductPage:
    """A product with all that its page says; a withdrawn one has no offers. `beside` is what other rooms say of it."""

    product: ProductSeen
    offers: tuple[Offer, ...]
    currency: str
    beside: Mapping[str, Any]

    @property
    def cheapest(self) -> Asked | None:
        """The lowest price that is asked on it."""
        asked = [offer.asked for offer in self.offers if offer.asked and not offer.trial_days]
        return min(asked, key=lambda one: one.unit.amount, default=None)


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What another room says of a product on its page, in the page's own statement: `column` writes a column of it (the
    parameter `me` is the reader's account, 0 for a stranger), `read` makes of its value what the page shows."""

    column: Callable[[], ColumnElement[Any]]
    read: Callable[[Any], Any]


_beside: dict[str, Beside] = {}


def show_beside(name: str, beside: Beside) -> None:
    """Let a room say something on every product's page."""
    _beside[name] = beside


def page_of(slug: str, reader: int = 0, *, drafts: bool = False) -> ProductPage:
    """All that a product's page says to this reader, by one statement; of a draft only when asked. Raises NotFound."""
    given = prices.given()
    asked = {"slug": slug, "me": reader, "drafts": drafts, **given}
    rows = db.rows(_product_page(db.current().dialect), asked)
    if not rows:
        raise NotFound(
            "There is no product of this name here; it may never have been, or the address was cut off.",
            next_steps=(NextStep(label="Look through the shop", address="/shop"),),
        )
    product = ProductSeen(*rows[0][: len(ProductSeen._fields)])
    first, last = len(product), len(product) + SAID_OF_OFFERS
    offers = [Offer(*row[first:last]) for row in rows if row[first] is not None]
    if rows[0].until:
        web.keep_until(rows[0].until)
    lists = {row[first]: _asks(row, given["currency"]) for row in rows}
    return ProductPage(
        product=product._replace(requirements=_frozen(product.requirements), platforms=_frozen(product.platforms)),
        offers=tuple(_priced(offer, lists.get(offer.id), given["now"]) for offer in offers),
        currency=given["currency"],
        beside={
            name: _beside[name].read(said)
            for name, said in zip(sorted(_beside), rows[0][-len(_beside) :] if _beside else (), strict=True)
        },
    )


@lru_cache
def _product_page(_dialect: str) -> Select[Any]:
    to_buy = or_(Product.withdrawn_at.is_(None), Product.draft)
    on_sale = and_(Edition.product_id == Product.id, Edition.withdrawn_at.is_(None), to_buy)
    free = case((Product.source == Source.POOL.value, service.free_keys(Edition.id)))
    seen: list[Any] = [getattr(Product, name) for name in ProductSeen._fields[:-5]]
    makers = (Vendor.name, Vendor.slug, Vendor.about, Category.name, Category.slug)
    offers: list[Any] = [getattr(Edition, name) for name in Offer._fields[: SAID_OF_OFFERS - 1]]
    beside = [_beside[name].column().label(f"beside_{name}") for name in sorted(_beside)]
    wanted: Select[Any] = (
        select(
            *seen, *makers, *offers, free.label("free"), *_price_columns(), prices.next_edge().label("until"), *beside
        )
        .join(Vendor, Vendor.id == Product.vendor_id)
        .join(Category, Category.id == Product.category_id)
        .outerjoin(Edition, on_sale)
        .outerjoin(PriceSale, prices.sale_of(Edition.id))
        .where(Product.slug == bindparam("slug"), or_(not_(Product.draft), bindparam("drafts", type_=Boolean)))
    )
    return wanted.order_by(Edition.rank, Edition.id)


def _price_columns() -> list[Any]:
    sale = (PriceSale.amount, PriceSale.starts_at, PriceSale.ends_at, PriceSale.lowest)
    names = ("sale", "sale_starts", "sale_ends", "lowest")
    told = [column.label(name) for column, name in zip(sale, names, strict=True)]
    return [prices.tiers_of(Edition.id).label("tiers"), *told]


def _priced(offer: Offer, asks: PriceList | None, now: datetime) -> Offer:
    offer = offer._replace(includes=_frozen(offer.includes))
    if asks is None:
        return offer
    view = shown.view()
    volumes = tuple((tier.from_quantity, asks.asked(tier.from_quantity, now)) for tier in asks.volumes)
    return offer._replace(asked=view.asked(asks.asked(1, now)), volumes=view.volumes(volumes))


def _asks(row: Any, currency: str) -> PriceList | None:
    """An edition's prices in the currency, with the sale that holds."""
    tiers = [Tier(from_quantity=quantity, amount=amount) for quantity, amount in json.loads(row.tiers or "[]") or ()]
    if not tiers:
        return None
    sale = (
        None
        if row.sale is None
        else Sale(amount=row.sale, starts_at=row.sale_starts, ends_at=row.sale_ends, lowest=row.lowest)
    )
    return PriceList(currency=currency, tiers=tuple(sorted(tiers)), sales=(sale,) if sale else ())


def _frozen(said: Any) -> Any:
    return tuple(_frozen(one) for one in said) if isinstance(said, list) else said
