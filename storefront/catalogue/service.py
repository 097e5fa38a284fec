"""What can be done with goods: find them, sell them, price them, withdraw them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, SQLColumnExpression, literal, select, update

from core import clock
from core.db import session
from core.errors import Conflict, NextStep, NotFound
from storefront.catalogue import builds, markdown, rules, search
from storefront.catalogue.models import Category, Edition, Product, Source, Term, Vendor
from storefront.money import Money
from storefront.prices import service as prices
from storefront.prices.rules import NoPrice, PriceList

Stock = Callable[[SQLColumnExpression[int]], ColumnElement[int]]
_stock: list[Stock] = []


class NotForSale(Conflict):
    """The edition or its product was withdrawn."""

    code = "not_for_sale"
    title = "No longer for sale"


class ShelfName(NamedTuple):
    """A product by name."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ForSale:
    """An edition as a cart sees it; `asks` are its prices in the cart's currency, tax included."""

    edition_id: int
    edition_name: str
    product_id: int
    product_slug: str
    product_name: str
    source: Source
    asks: PriceList

    @property
    def unit(self) -> Money:
        """The price of one."""
        return self.asks.asked(1, clock.now()).unit


@dataclass(frozen=True, kw_only=True)
class EditionDraft:
    """An edition to be put on sale; `price` in minor units of the currency, `prices` those in other ones."""

    slug: str
    name: str
    term: Term = Term.PERPETUAL
    devices: int = 1
    trial_days: int | None = None
    update_months: int | None = None
    per_seat: bool = False
    price: int
    currency: str = "EUR"
    includes: Sequence[str] = ()
    prices: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ProductDraft:
    """A product to be put on the shelf; `description` is Markdown, `requirements` are pairs of label and text."""

    slug: str
    name: str
    vendor_id: int
    category_id: int
    source: Source
    tagline: str
    description: str
    version: str
    file_name: str
    subtitle: str = ""
    keywords: Sequence[str] = ()
    requirements: Sequence[tuple[str, str]] = ()
    platforms: Sequence[str] = ()
    file_bytes: int = 0
    published_at: datetime | None = None
    editions: Sequence[EditionDraft] = ()


def count_stock_with(stock: Stock) -> None:
    """Name the function that writes, for an edition's id in a select, how many keys its pool can still give."""
    _stock[:] = [stock]


def free_keys(edition_id: SQLColumnExpression[int]) -> ColumnElement[int]:
    """How many keys are left, as part of a select that names the edition."""
    return _stock[0](edition_id) if _stock else literal(0)


def find_product(slug: str) -> Product | None:
    """The product of this slug, withdrawn or not."""
    return session.scalar(select(Product).where(Product.slug == slug))


def get_product(slug: str) -> Product:
    """The product of this slug, withdrawn or not. Raises NotFound."""
    found = find_product(slug)
    if found is None:
        raise NotFound(
            "There is no product of this name here; it may never have been, or the address was cut off.",
            next_steps=(NextStep(label="Look through the shop", address="/shop"),),
        )
    return found


def editions_of(product_id: int) -> list[Edition]:
    """The editions that are on sale, in their order."""
    wanted = select(Edition).where(Edition.product_id == product_id, Edition.withdrawn_at.is_(None))
    return list(session.scalars(wanted.order_by(Edition.rank, Edition.id)))


def find_edition(product_slug: str, edition_slug: str) -> Edition | None:
    """The edition that a product calls so, withdrawn or not."""
    wanted = select(Edition).join(Product, Product.id == Edition.product_id)
    return session.scalar(wanted.where(Product.slug == product_slug, Edition.slug == edition_slug))


def edition_for_sale(edition_id: int, currency: str) -> ForSale:
    """The edition, if it can be bought today in this currency. Raises NotFound, NotForSale for a withdrawn one, or
    NoPrice."""
    row = session.execute(
        select(Edition, Product).join(Product, Product.id == Edition.product_id).where(Edition.id == edition_id)
    ).first()
    if row is None:
        raise NotFound("There is no such edition in this shop.")
    edition, product = row
    if edition.withdrawn_at or product.withdrawn_at:
        raise NotForSale(
            f"{product.name}, {edition.name}, is no longer sold here. Nothing was put into your cart.",
            next_steps=(NextStep(label="See the product", address=f"/shop/{product.slug}"),),
        )
    asks = prices.lists_of([edition.id], currency).get(edition.id)
    if asks is None:
        raise NoPrice(
            f"{product.name}, {edition.name}, is not sold in {currency}. Nothing was put into your cart.",
            next_steps=(NextStep(label="See the product", address=f"/shop/{product.slug}"),),
        )
    return ForSale(
        edition_id=edition.id,
        edition_name=edition.name,
        product_id=product.id,
        product_slug=product.slug,
        product_name=product.name,
        source=Source(product.source),
        asks=asks,
    )


def product_names(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Slug and name of each of these products, by id; one statement, none for no ids."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = session.execute(select(Product.id, Product.slug, Product.name).where(Product.id.in_(wanted)))
    return {id_: (slug, name) for id_, slug, name in rows}


def shelf_names() -> list[ShelfName]:
    """What is on sale, by name."""
    wanted = select(Product.id, Product.slug, Product.name).where(Product.withdrawn_at.is_(None))
    return [ShelfName(*row) for row in session.execute(wanted.order_by(Product.name))]


def plant_vendor(*, slug: str, name: str, about: str, country: str, own: bool) -> int:
    """Add somebody who makes products; their id."""
    return _added(Vendor(slug=slug, name=name, about=about, country=country, own=own))


def plant_category(*, slug: str, name: str, sentence: str, rank: int) -> int:
    """Add a shelf; its id."""
    return _added(Category(slug=slug, name=name, sentence=sentence, rank=rank))


def plant_product(draft: ProductDraft) -> int:
    """Put a product and its editions on the shelf, with its page rendered and its words indexed; its id."""
    product = Product(
        slug=draft.slug,
        name=draft.name,
        sort_name=rules.fold(draft.name)[:120],
        subtitle=draft.subtitle,
        vendor_id=draft.vendor_id,
        category_id=draft.category_id,
        tagline=draft.tagline,
        description=draft.description,
        description_html=markdown.render(draft.description),
        keywords=", ".join(draft.keywords),
        requirements=[list(pair) for pair in draft.requirements],
        platforms=list(draft.platforms),
        version=draft.version,
        file_name=draft.file_name,
        file_bytes=draft.file_bytes,
        source=draft.source.value,
        currency="EUR",
        published_at=draft.published_at or clock.now(),
        withdrawn_at=None,
    )
    _added(product)
    builds.note(product, product.published_at)
    for edition in draft.editions:
        plant_edition(product.id, edition)
    refresh(product.id)
    return product.id


def plant_edition(product_id: int, draft: EditionDraft) -> int:
    """Add an edition behind those that are there; its id. `refresh` the product afterwards."""
    rank = len(list(session.scalars(select(Edition.id).where(Edition.product_id == product_id)))) + 1
    edition_id = _added(
        Edition(
            product_id=product_id,
            slug=draft.slug,
            name=draft.name,
            term=draft.term.value,
            devices=draft.devices,
            trial_days=draft.trial_days,
            update_months=draft.update_months,
            per_seat=draft.per_seat,
            price=draft.price,
            currency=draft.currency,
            includes=list(draft.includes),
            rank=rank,
            withdrawn_at=None,
        )
    )
    for currency, amount in ({draft.currency: draft.price} | dict(draft.prices)).items():
        prices.set_price(edition_id, Money(amount, currency))
    return edition_id


def refresh(product_id: int) -> None:
    """Bring what a product repeats for its list and the search up to date with its editions and words."""
    product, on_sale = session.get_one(Product, product_id), editions_of(product_id)
    if on_sale:
        cheapest = min(on_sale, key=lambda edition: edition.price)
        product.price_from, product.currency = cheapest.price, cheapest.currency
    product.terms = " ".join(term for term in rules.TERMS if term in {edition.term for edition in on_sale})
    session.flush()
    prices.put_on_shelf(product.id, [edition.id for edition in on_sale if edition.term != Term.TRIAL])
    search.index(product)


def reprice(edition_id: int, price: int) -> None:
    """Ask another price (minor units of the edition's own currency) from now on. Raises NotFound."""
    edition = _get_edition(edition_id)
    edition.price = price
    prices.set_price(edition_id, Money(price, edition.currency))
    refresh(edition.product_id)


def withdraw_edition(edition_id: int) -> None:
    """Sell this edition no longer. Raises NotFound."""
    edition = _get_edition(edition_id)
    edition.withdrawn_at = edition.withdrawn_at or clock.now()
    session.flush()
    refresh(edition.product_id)


def withdraw(product_id: int) -> None:
    """Sell nothing of this product any more; its page stays and says so. Raises NotFound."""
    product = session.get(Product, product_id)
    if product is None:
        raise NotFound
    product.withdrawn_at = product.withdrawn_at or clock.now()


def count_sold(product_id: int, pieces: int) -> None:
    """Add so many pieces to what was sold of a product (negative ones for a refund)."""
    session.execute(update(Product).where(Product.id == product_id).values(sold=Product.sold + pieces))


def _get_edition(edition_id: int) -> Edition:
    found = session.get(Edition, edition_id)
    if found is None:
        raise NotFound("There is no such edition in this shop.")
    return found


def _added(thing: Vendor | Category | Product | Edition) -> int:
    session.add(thing)
    session.flush()
    return thing.id
