"""What is in a bundle, on its product's page, in the page's own statement."""

import json
from typing import NamedTuple

from sqlalchemy import ColumnElement, Text, and_, bindparam, cast, func, select
from sqlalchemy.orm import aliased

from core import db
from storefront.bundles.models import BundlePart
from storefront.catalogue.models import Edition, Product
from storefront.catalogue.showing import Beside, show_beside
from storefront.money import Money
from storefront.prices import shown
from storefront.prices.models import Price
from storefront.prices.rules import Asked


class PartSeen(NamedTuple):
    """A part as the page names it; `alone` is what it costs without the others, None where it is not sold so."""

    bundle_id: int
    slug: str
    product: str
    edition: str
    alone: Money | None


def listen() -> None:
    """Show it on every product's page."""
    show_beside("parts", Beside(column=_column, read=_read))


def _column() -> ColumnElement[str]:
    is_sqlite = db.current().dialect == "sqlite"
    many, one = ("json_group_array", "json_array") if is_sqlite else ("json_agg", "json_build_array")
    whole, part = aliased(Edition, name="bundle"), aliased(Edition, name="part")
    product, price = aliased(Product, name="part_product"), aliased(Price, name="part_price")
    here = and_(price.edition_id == part.id, price.from_quantity == 1, price.currency == bindparam("currency"))
    parts = (
        select(whole.id, product.slug, product.name, part.name.label("edition"), price.amount, price.currency)
        .join(BundlePart, BundlePart.bundle_id == whole.id)
        .join(part, part.id == BundlePart.edition_id)
        .join(product, product.id == part.product_id)
        .outerjoin(price, here)
        .where(whole.product_id == Product.id, whole.withdrawn_at.is_(None))
        .order_by(whole.rank, BundlePart.rank)
        .correlate(Product)
        .subquery("parts")
    )
    said = getattr(func, one)(*parts.c)
    return cast(select(getattr(func, many)(said)).select_from(parts).scalar_subquery(), Text)


def _read(text: str | None) -> dict[int, tuple[PartSeen, ...]]:
    """The parts by the edition that they come with."""
    found: dict[int, tuple[PartSeen, ...]] = {}
    for bundle_id, slug, product, edition, amount, currency in json.loads(text or "[]") or ():
        price = Money(amount, currency) if amount is not None else None
        alone = shown.view().asked(Asked(unit=price, usual=price)).unit if price else None
        part = PartSeen(bundle_id=bundle_id, slug=slug, product=product, edition=edition, alone=alone)
        found[bundle_id] = (*found.get(bundle_id, ()), part)
    return found
