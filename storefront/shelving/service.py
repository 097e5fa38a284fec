"""What staff do to bring products onto the shelves: write a draft, place it, publish it. Each act is recorded."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import delete, exists, select

from core import clock
from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import Conflict
from core.inserting import insert_or
from storefront.catalogue import builds, history
from storefront.catalogue import service as catalogue
from storefront.catalogue.models import Category, FormerSlug, Product, Source, Vendor
from storefront.catalogue.service import ProductDraft


class WordTaken(Conflict):
    """Two things cannot have one address."""

    code = "word_taken"
    sentence = "This word stands for something else in addresses already. Choose another one."


class NothingToSell(Conflict):
    """A page without an edition would be a shop window with nothing in it."""

    code = "nothing_to_sell"
    sentence = "It has no edition on sale yet, so it was not published. Add one, then publish."


class OtherSource(Conflict):
    """Where keys come from is settled with the first edition."""

    code = "other_source"
    sentence = (
        "Its keys come from elsewhere: a product that we make cannot become one that we resell, or the other way round."
    )


class PlaceChanged(Conflict):
    """Somebody else saved it after it was opened."""

    code = "place_changed"
    sentence = (
        "Somebody else changed this after you opened the page. What you typed is still below and not saved; what they "
        "saved stands above it. Save again to put yours in its place."
    )


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a product stands and is found."""

    slug: str
    vendor_id: int
    category_id: int
    platforms: tuple[str, ...]
    keywords: str
    file_name: str


def write_draft(draft: ProductDraft, taken: Collection[str], actor: Actor) -> str:
    """A product that nobody sees before it is published; its slug. Refuses with WordTaken."""
    _check_free(draft.slug, taken)
    vendor = session.get_one(Vendor, draft.vendor_id)
    source = Source.OWN if vendor.own else Source.POOL
    product_id = catalogue.plant_product(replace(draft, source=source))
    product = session.get_one(Product, product_id)
    product.draft, product.withdrawn_at = True, clock.now()
    audit.record(actor, "draft", "product", product_id, product=draft.slug)
    return draft.slug


def publish(slug: str, actor: Actor) -> None:
    """Put a draft on sale, as new from now on. Refuses with NothingToSell; raises NotFound."""
    product = locked(slug)
    if not product.draft:
        return
    if not catalogue.editions_of(product.id):
        raise NothingToSell
    product.draft, product.withdrawn_at, product.published_at = False, None, clock.now()
    session.flush()
    builds.note(product, product.published_at)
    catalogue.refresh(product.id)
    audit.record(actor, "publish", "product", product.id, product=slug)


def place_of(product: Product) -> Place:
    """Where it stands."""
    return Place(
        slug=product.slug,
        vendor_id=product.vendor_id,
        category_id=product.category_id,
        platforms=tuple(product.platforms),
        keywords=product.keywords,
        file_name=product.file_name,
    )


def fingerprint(what: object) -> str:
    """What stands for exactly this, so that a page that is saved can say what it was made from."""
    return hashlib.sha256(repr(what).encode()).hexdigest()[:32]


def move(slug: str, place: Place, seen: str, taken: Collection[str], actor: Actor) -> None:
    """Let it stand elsewhere; a former slug leads on. Refuses with PlaceChanged, WordTaken, OtherSource."""
    product = locked(slug)
    before = place_of(product)
    changed = history.differences(vars(before), vars(place))
    if not changed:
        return
    if fingerprint(before) != seen:
        raise PlaceChanged
    if session.get_one(Vendor, place.vendor_id).own != (product.source == Source.OWN):
        raise OtherSource
    if place.slug != slug:
        _rename(product, place.slug, taken)
    product.vendor_id, product.category_id, product.file_name = place.vendor_id, place.category_id, place.file_name
    product.platforms, product.keywords = list(place.platforms), place.keywords
    builds.note(product, clock.now())
    catalogue.refresh(product.id)
    named = {"product": place.slug, "before": slug, "fields": ", ".join(changed)}
    history.note(audit.record(actor, "place", "product", product.id, **named), product.id, changed)


def makers() -> list[Vendor]:
    """Who makes products, by name."""
    return list(session.scalars(select(Vendor).order_by(Vendor.name, Vendor.id)))


def shelves() -> list[Category]:
    """The shelves in their order."""
    return list(session.scalars(select(Category).order_by(Category.rank, Category.id)))


def locked(slug: str) -> Product:
    """The product, for this transaction alone. Raises NotFound."""
    product = catalogue.get_product(slug)
    session.refresh(product, with_for_update=True)
    return product


def _rename(product: Product, slug: str, taken: Collection[str]) -> None:
    """Its own former words it may have again."""
    session.execute(delete(FormerSlug).where(FormerSlug.slug == slug, FormerSlug.product_id == product.id))
    _check_free(slug, taken)
    put = insert_or(FormerSlug).values(slug=product.slug, product_id=product.id)
    session.execute(put.on_conflict_do_nothing())
    product.slug = slug
    session.flush()


def _check_free(slug: str, taken: Collection[str]) -> None:
    """`taken`: words that pages of the program have at this place."""
    is_product = session.scalar(select(exists().where(Product.slug == slug)))
    if slug in taken or is_product or session.get(FormerSlug, slug):
        raise WordTaken
