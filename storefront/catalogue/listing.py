"""Every select of what stands on the shelves: lists page by keyset, and a withdrawn product is in none of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, bindparam, cast, literal, select, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute

from core import db, snapshot
from core.db import session
from storefront.catalogue import rules, search
from storefront.catalogue.models import Category, Product, Vendor
from storefront.catalogue.rules import Cursor, Filters, Sort
from storefront.money import exponent_of

PER_PAGE = 24
FOUND = 12
ORDERS: Mapping[Sort, tuple[InstrumentedAttribute[Any], bool]] = {
    Sort.POPULAR: (Product.sold, True),
    Sort.NEWEST: (Product.published_at, True),
    Sort.PRICE: (Product.price_from, False),
    Sort.NAME: (Product.sort_name, False),
}
"""What each order goes by, and whether large values come first."""


class Card(NamedTuple):
    """A product as lists show it; `price` in minor units is its cheapest edition's."""

    id: int
    slug: str
    name: str
    tagline: str
    vendor: str
    price: int
    currency: str
    terms: str
    place: object


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A page of a list; `previous` and `next` are addresses, empty where there is no such page."""

    cards: tuple[Card, ...]
    previous: str
    next: str


@dataclass(frozen=True, kw_only=True)
class Shelves:
    """What a list can be narrowed to: slugs with names. `sentences` are the categories'."""

    categories: tuple[tuple[str, str], ...]
    vendors: tuple[tuple[str, str], ...]
    sentences: Mapping[str, str]


def products(filters: Filters, currency: str = "EUR") -> Listing:
    """One page of products, by one statement. `currency` is what the price bands are counted in."""
    place = _place(filters.sort, filters.cursor)
    backwards = bool(place and filters.cursor and filters.cursor.before)
    way = ("before" if backwards else "after") if place else "first"
    given = {"place": place[0], "id": place[1]} if place else {}
    rows = [Card(*row) for row in _asked(rules.without_cursor(filters), currency, way, given)]
    return _page(filters, rows, has_place=bool(place), backwards=backwards)


def _asked(filters: Filters, currency: str, way: str, given: dict[str, Any]) -> Sequence[Any]:
    wanted = (_paged if filters.q else _kept_paged)(filters, currency, way)
    if wanted is None:
        return ()
    return session.execute(wanted, given).all() if filters.q else db.rows(wanted, given)


def found(query: str, limit: int = FOUND) -> tuple[Card, ...]:
    """The products that fit these words best, best first."""
    matching = search.matching(query)
    if matching is None:
        return ()
    hits = matching.cte("hits").prefix_with("MATERIALIZED")
    wanted = _cards(Product.sold).join(hits, hits.c.id == Product.id).order_by(hits.c.rank, Product.id).limit(limit)
    return tuple(Card(*row) for row in session.execute(wanted))


def featured(count: int) -> tuple[Card, ...]:
    """What most people bought."""
    wanted = _cards(Product.sold).order_by(Product.sold.desc(), Product.id.desc()).limit(count)
    return tuple(Card(*row) for row in session.execute(wanted))


def shelves() -> Shelves:
    """Categories in their order and vendors by name, kept in the process."""
    return snapshot.keep("catalogue.shelves", _load_shelves, tables=("category", "vendor"))


def addresses() -> list[tuple[str, datetime]]:
    """Slug and day of publication of everything on sale, newest first, at most 20,000."""
    wanted = select(Product.slug, Product.published_at).where(Product.withdrawn_at.is_(None))
    rows = session.execute(wanted.order_by(Product.published_at.desc(), Product.id.desc()).limit(20_000))
    return [(slug, published) for slug, published in rows]


def _paged(filters: Filters, currency: str, way: str) -> Select[Any] | None:
    """The select of a page, without the place where it begins; None for a search without a single word."""
    key, falls = ORDERS[filters.sort]
    wanted = _narrowed(_cards(key), filters, currency)
    if wanted is None:
        return None
    down = falls != (way == "before")
    if way != "first":
        here = tuple_(key, Product.id)
        neighbor = tuple_(bindparam("place", type_=key.type), bindparam("id", type_=Product.id.type))
        wanted = wanted.where(here < neighbor if down else here > neighbor)
    ordered = (key.desc(), Product.id.desc()) if down else (key.asc(), Product.id.asc())
    return wanted.order_by(*ordered).limit(PER_PAGE + 1)


_kept_paged = lru_cache(maxsize=256)(_paged)


def _cards(key: InstrumentedAttribute[Any]) -> Select[Any]:
    return (
        select(
            Product.id,
            Product.slug,
            Product.name,
            Product.tagline,
            Vendor.name.label("vendor"),
            Product.price_from.label("price"),
            Product.currency,
            Product.terms,
            key.label("place"),
        )
        .join(Vendor, Vendor.id == Product.vendor_id)
        .where(Product.withdrawn_at.is_(None))
    )


def _narrowed(wanted: Select[Any], filters: Filters, currency: str) -> Select[Any] | None:
    """With what was asked for; None for a search without a single word."""
    if filters.q:
        matching = search.matching(filters.q)
        if matching is None:
            return None
        hits = matching.cte("hits").prefix_with("MATERIALIZED")
        wanted = wanted.join(hits, hits.c.id == Product.id)
    if filters.category:
        wanted = wanted.join(Category, Category.id == Product.category_id).where(Category.slug == filters.category)
    if filters.vendor:
        wanted = wanted.where(Vendor.slug == filters.vendor)
    return wanted.where(*_simple(filters, currency))


def _simple(filters: Filters, currency: str) -> list[ColumnElement[bool]]:
    """Conditions on the product's own columns."""
    asked: list[ColumnElement[bool]] = []
    if filters.platform:
        asked.append(cast(Product.platforms, Text).like(f'%"{filters.platform}"%'))
    if filters.term:
        asked.append(Product.terms.like(f"%{filters.term}%"))
    if filters.source:
        asked.append(Product.source == filters.source)
    if filters.band:
        low, high = rules.band_bounds(filters.band, exponent_of(currency))
        asked.append(Product.price_from >= low)
        asked += [Product.price_from < high] if high is not None else []
    return asked


def _place(sort: Sort, cursor: Cursor | None) -> tuple[object, int] | None:
    """A cursor's value as its column has it; None where there is none or it makes no sense."""
    if cursor is None:
        return None
    try:
        return _value(sort, cursor.value), cursor.id
    except (ValueError, OverflowError):
        return None


def _value(sort: Sort, text: str) -> object:
    if sort is Sort.NAME:
        return text
    if sort is Sort.NEWEST:
        read = datetime.fromisoformat(text)
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    number = int(text[:15])
    if abs(number) >= 2**31:
        raise ValueError("no such number")
    return number


def _page(filters: Filters, rows: list[Card], *, has_place: bool, backwards: bool) -> Listing:
    more, cards = len(rows) > PER_PAGE, rows[:PER_PAGE]
    if backwards:
        cards.reverse()
    has_next, has_previous = (True, more) if backwards else (more, has_place)
    return Listing(
        cards=tuple(cards),
        previous=_address(filters, "before", cards[0]) if cards and has_previous else "",
        next=_address(filters, "after", cards[-1]) if cards and has_next else "",
    )


def _address(filters: Filters, way: str, card: Card) -> str:
    value = card.place.isoformat() if isinstance(card.place, datetime) else card.place
    return rules.without_cursor(filters).address(**{way: rules.write_cursor(value, card.id)})


def _load_shelves() -> Shelves:
    kinds = union_all(
        select(literal("category").label("kind"), Category.slug, Category.name, Category.sentence, Category.rank),
        select(literal("vendor"), Vendor.slug, Vendor.name, literal(""), literal(0)),
    )
    rows = sorted(session.execute(kinds).all(), key=lambda row: (row.rank, row.name.casefold()))
    return Shelves(
        categories=tuple((row.slug, row.name) for row in rows if row.kind == "category"),
        vendors=tuple((row.slug, row.name) for row in rows if row.kind == "vendor"),
        sentences={row.slug: row.sentence for row in rows if row.kind == "category"},
    )
