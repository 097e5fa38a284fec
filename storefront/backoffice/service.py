"""What staff do with goods: find them, rewrite their texts, price, withdraw and sell them again. Each act is recorded."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, or_, select, tuple_

from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import Conflict, NotFound
from storefront.catalogue import history, markdown
from storefront.catalogue import rules as catalogue_rules
from storefront.catalogue import service as catalogue
from storefront.catalogue.models import Edition, Product, Vendor

AT_ONCE = 40


class NotPublished(Conflict):
    """A draft goes on sale by being published, which looks whether all is there."""

    code = "not_published"
    sentence = "This is a draft: publish it to sell it. Nothing was changed."


class TextsChanged(Conflict):
    """Somebody else saved these texts after they were opened: what they wrote must not be lost."""

    code = "texts_changed"
    sentence = (
        "Somebody else changed these texts after you opened this page. Yours are still below and not saved, and "
        "theirs stand above them where they differ: save again to put yours in place of theirs."
    )


@dataclass(frozen=True, kw_only=True)
class Texts:
    """What staff may rewrite of a product. `description` is Markdown, `requirements` are pairs of label and text."""

    name: str
    subtitle: str
    tagline: str
    version: str
    requirements: tuple[tuple[str, str], ...]
    description: str


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A product in the list; `editions` counts those on sale."""

    product: Product
    vendor: str
    editions: int


def list_products(words: str, after: int = 0) -> tuple[list[Listed], int]:
    """Products by name whose name, slug or vendor has these letters; and the id to go on after, 0 at the end."""
    on_sale = select(func.count(Edition.id)).where(Edition.product_id == Product.id, Edition.withdrawn_at.is_(None))
    wanted = select(Product, Vendor.name, on_sale.scalar_subquery()).join(Vendor, Vendor.id == Product.vendor_id)
    wanted = wanted.order_by(Product.sort_name, Product.id).limit(AT_ONCE + 1)
    if words.strip():
        wanted = wanted.where(or_(*_with_letters(words.strip()[:80])))
    if after:
        before = select(Product.sort_name).where(Product.id == after).scalar_subquery()
        wanted = wanted.where(tuple_(Product.sort_name, Product.id) > tuple_(before, after))
    rows = session.execute(wanted).all()
    shown = [_listed(row) for row in rows[:AT_ONCE]]
    return shown, shown[-1].product.id if len(rows) > AT_ONCE else 0


def all_products(words: str) -> Select[int]:
    """The numbers of all products with these letters."""
    wanted = select(Product.id).join(Vendor, Vendor.id == Product.vendor_id).order_by(Product.id)
    return wanted.where(or_(*_with_letters(words.strip()))) if words.strip() else wanted


def editions_of(product_id: int) -> list[Edition]:
    """All editions, withdrawn ones too, in their order."""
    wanted = select(Edition).where(Edition.product_id == product_id).order_by(Edition.rank, Edition.id)
    return list(session.scalars(wanted))


def texts_of(product: Product) -> Texts:
    """The texts as they stand."""
    return Texts(
        name=product.name,
        subtitle=product.subtitle,
        tagline=product.tagline,
        version=product.version,
        requirements=tuple((label, text) for label, text in product.requirements),
        description=product.description,
    )


def fingerprint(texts: Texts) -> str:
    """What stands for exactly these texts, so that a page that is saved can say which ones it was made from."""
    return hashlib.sha256(repr(texts).encode()).hexdigest()[:32]


def rewrite(slug: str, texts: Texts, seen: str, actor: Actor) -> bool:
    """Put these texts in place of those that were seen; whether anything changed. Raises TextsChanged and NotFound."""
    product = _get_locked(slug)
    before = texts_of(product)
    changed = history.differences(vars(before), vars(texts))
    if not changed:
        return False
    if fingerprint(before) != seen:
        raise TextsChanged
    product.name, product.sort_name = texts.name, catalogue_rules.fold(texts.name)[:120]
    product.subtitle, product.tagline, product.version = texts.subtitle, texts.tagline, texts.version
    product.requirements = [list(pair) for pair in texts.requirements]
    product.description, product.description_html = texts.description, markdown.render(texts.description)
    catalogue.refresh(product.id)
    entry = audit.record(actor, "rewrite", "product", product.id, product=slug, fields=", ".join(changed))
    history.note(entry, product.id, changed)
    return True


def withdraw(slug: str, edition_id: int, actor: Actor) -> None:
    """Sell this edition no longer or, with edition 0, nothing of the product. Raises NotFound."""
    product = _get_locked(slug)
    if edition_id:
        edition = get_edition(product, edition_id)
        catalogue.withdraw_edition(edition_id)
        entry = audit.record(actor, "withdraw", "edition", edition_id, product=slug, edition=edition.slug)
    else:
        catalogue.withdraw(product.id)
        entry = audit.record(actor, "withdraw", "product", product.id, product=slug)
    history.note(entry, product.id, {"on_sale": (True, False)}, edition_id)


def sell_again(slug: str, edition_id: int, actor: Actor) -> None:
    """Take a withdrawal back, of an edition or, with edition 0, of the product. Raises NotFound."""
    product = _get_locked(slug)
    if edition_id:
        edition = get_edition(product, edition_id)
        edition.withdrawn_at = None
        session.flush()
        catalogue.refresh(product.id)
        entry = audit.record(actor, "sell again", "edition", edition_id, product=slug, edition=edition.slug)
    elif product.draft:
        raise NotPublished
    else:
        product.withdrawn_at = None
        entry = audit.record(actor, "sell again", "product", product.id, product=slug)
    history.note(entry, product.id, {"on_sale": (False, True)}, edition_id)


def get_edition(product: Product, edition_id: int) -> Edition:
    """An edition of this very product. Raises NotFound."""
    wanted = select(Edition).where(Edition.id == edition_id, Edition.product_id == product.id)
    found = session.scalar(wanted)
    if found is None:
        raise NotFound("This product has no such edition.")
    return found


def _get_locked(slug: str) -> Product:
    """The product, for this transaction alone: two members of staff follow one another."""
    catalogue.get_product(slug)
    return session.scalars(
        select(Product).where(Product.slug == slug).with_for_update().execution_options(populate_existing=True)
    ).one()


def _with_letters(words: str) -> Sequence[Any]:
    folded = catalogue_rules.fold(words)
    return (
        Product.sort_name.contains(folded, autoescape=True),
        Product.slug.contains(words.lower(), autoescape=True),
        func.lower(Vendor.name).contains(words.lower(), autoescape=True),
    )


def _listed(row: Row[Product, str, int]) -> Listed:
    product, vendor, editions = row
    return Listed(product=product, vendor=vendor, editions=editions)
