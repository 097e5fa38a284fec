"""A product's page: all that it says, by one statement."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, select

from core import db
from core.errors import NextStep, NotFound
from storefront.catalogue import service
from storefront.catalogue.models import Category, Edition, Product, Source, Vendor


class Offer(NamedTuple):
    """An edition on a product's page; `free` is how many can be sold, None for as many as anybody wants."""

    id: int
    name: str
    term: str
    devices: int
    includes: tuple[str, ...]
    price: int
    currency: str
    free: int | None


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
    price_from: int
    currency: str
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
    beside: Mapping[str, Any]


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


def page_of(slug: str, reader: int = 0) -> ProductPage:
    """All that a product's page says to this reader, by one statement. Raises NotFound."""
    rows = db.rows(_product_page(db.current().dialect), {"slug": slug, "me": reader})
    if not rows:
        raise NotFound(
            "There is no product of this name here; it may never have been, or the address was cut off.",
            next_steps=(NextStep(label="Look through the shop", address="/shop"),),
        )
    product = ProductSeen(*rows[0][: len(ProductSeen._fields)])
    first, last = len(product), len(product) + len(Offer._fields)
    offers = [Offer(*row[first:last]) for row in rows if row[first] is not None]
    return ProductPage(
        product=product._replace(requirements=_frozen(product.requirements), platforms=_frozen(product.platforms)),
        offers=tuple(offer._replace(includes=_frozen(offer.includes)) for offer in offers),
        beside={name: _beside[name].read(said) for name, said in zip(sorted(_beside), rows[0][last:], strict=True)},
    )


@lru_cache
def _product_page(_dialect: str) -> Select[Any]:
    on_sale = and_(Edition.product_id == Product.id, Edition.withdrawn_at.is_(None), Product.withdrawn_at.is_(None))
    free = case((Product.source == Source.POOL.value, service.free_keys(Edition.id)))
    seen: list[Any] = [getattr(Product, name) for name in ProductSeen._fields[:-5]]
    makers = (Vendor.name, Vendor.slug, Vendor.about, Category.name, Category.slug)
    offers: list[Any] = [getattr(Edition, name) for name in Offer._fields[:-1]]
    beside = [_beside[name].column().label(f"beside_{name}") for name in sorted(_beside)]
    wanted: Select[Any] = (
        select(*seen, *makers, *offers, free.label("free"), *beside)
        .join(Vendor, Vendor.id == Product.vendor_id)
        .join(Category, Category.id == Product.category_id)
        .outerjoin(Edition, on_sale)
        .where(Product.slug == bindparam("slug"))
    )
    return wanted.order_by(Edition.rank, Edition.id)


def _frozen(said: Any) -> Any:
    return tuple(_frozen(one) for one in said) if isinstance(said, list) else said
