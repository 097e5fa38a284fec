"""Goods to look at and to buy, put on the shelf through the catalogue's own service."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from core.db import session
from storefront.catalogue import service as catalogue
from storefront.catalogue.models import Category, Edition, Source, Vendor
from storefront.catalogue.service import EditionDraft, ProductDraft
from storefront.stockroom import importing
from tests.shop import Shop

SOLO = EditionDraft(slug="solo", name="Solo", price=11_900, devices=2, includes=("Updates",))


@dataclass(frozen=True)
class Made:
    """A product and its editions by slug."""

    id: int
    slug: str
    editions: dict[str, int]


def make_product(
    shop: Shop,
    slug: str = "kilnwatch",
    *,
    source: str = "own",
    editions: Sequence[EditionDraft] = (SOLO,),
    pool_keys: Sequence[str] = (),
    vendor: str = "Test Workshop",
    category: str = "Measuring",
    **fields: object,
) -> Made:
    """Put a product on the shelf; `pool_keys` go into the pool of its first edition."""
    with shop.transaction():
        return put_product(slug, Source(source), editions, pool_keys, vendor=vendor, category=category, **fields)


def put_product(
    slug: str,
    source: Source = Source.OWN,
    editions: Sequence[EditionDraft] = (SOLO,),
    pool_keys: Sequence[str] = (),
    *,
    vendor: str = "Test Workshop",
    category: str = "Measuring",
    **fields: object,
) -> Made:
    """The same inside a transaction that is open already."""
    draft = ProductDraft(
        slug=slug,
        name=slug.replace("-", " ").title(),
        vendor_id=_vendor(vendor, source is Source.OWN),
        category_id=_category(category),
        source=source,
        tagline=f"{slug} does one thing well",
        description=f"What **{slug}** does.",
        version="1.0",
        file_name=f"{slug}-1.0.zip",
        platforms=("windows", "linux"),
        requirements=(("Memory", "2 GB"),),
        editions=editions,
    )
    product_id = catalogue.plant_product(replace(draft, **fields))  # type: ignore[arg-type]
    made = {
        name: number
        for name, number in session.execute(select(Edition.slug, Edition.id).where(Edition.product_id == product_id))
    }
    if pool_keys:
        importing.stock(made[editions[0].slug], list(pool_keys))
    return Made(product_id, slug, made)


def _vendor(name: str, own: bool) -> int:
    slug = name.lower().replace(" ", "-")
    found = session.scalar(select(Vendor.id).where(Vendor.slug == slug))
    return found or catalogue.plant_vendor(slug=slug, name=name, about=f"{name} makes things.", country="AT", own=own)


def _category(name: str) -> int:
    slug = name.lower().replace(" ", "-")
    found = session.scalar(select(Category.id).where(Category.slug == slug))
    return found or catalogue.plant_category(slug=slug, name=name, sentence=f"For {name}.", rank=1)
