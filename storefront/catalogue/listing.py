"""Every select of what stands on the shelves: lists page by keyset, and a withdrawn product is in none of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute

from core import db, web
from core.db import session
from storefront.catalogue import facets, rules, search, spelling
from storefront.catalogue.cards import Card, as_shown
from storefront.catalogue.models import Category, Product, Vendor
from storefront.catalogue.rules import Cursor, Filters, Sort
from storefront.catalogue.shelf_prices import price_columns, shelf_price
from storefront.money import exponent_of
from storefront.prices import service as prices
from storefront.prices.models import ShelfPrice

PER_PAGE = 24
FOUND = 12
SEEN = 9
"""The place of what a visitor opened before, above all that is merely like it."""
NOWHERE = 2**31 - 1
"""The place of what has no price in a currency, in the order of prices."""
ORDERS: Mapping[Sort, tuple[ColumnElement[Any] | InstrumentedAttribute[Any], bool]] = {
    Sort.POPULAR: (Product.sold, True),
    Sort.NEWEST: (Product.published_at, True),
    Sort.PRICE: (func.coalesce(ShelfPrice.amount, NOWHERE), False),
    Sort.NAME: (Product.sort_name, False),
}
"""What each order goes by, and whether large values come first."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A page of a list; `previous` and `next` are addresses, empty where there is no such page.

    `meant` are the words that were looked for instead of those that nothing has, `hits` all products with them.
    """

    cards: tuple[Card, ...]
    previous: str
    next: str
    meant: str = ""
    hits: frozenset[int] | None = None


def products(filters: Filters) -> Listing:
    """One page of products, with prices in the visitor's currency."""
    given = prices.given()
    return _searched(filters, given) if filters.q else _listed(filters, given)


def found(query: str, limit: int = FOUND) -> tuple[tuple[Card, ...], str]:
    """The products that fit these words best, and what was meant instead where no product has them."""
    cards = _fitting_best(query, limit)
    meant = "" if cards else spelling.corrected(query)
    better = _fitting_best(meant, limit) if meant else ()
    return (better, meant) if better else (cards, "")


def featured(count: int) -> tuple[Card, ...]:
    """What most people bought."""
    wanted = _cards(Product.sold).order_by(Product.sold.desc(), Product.id.desc()).limit(count)
    return tuple(_seen(session.execute(wanted, prices.given())))


def again(ids: Sequence[int], *, besides: int, alike: int, held: Select[Any], given: dict[str, Any]) -> list[Card]:
    """Those of these products that are on sale (their `place` is SEEN), then at most so many others from the same
    shelves or makers that are not among the `held`, the closest first; one statement. `besides` is left out."""
    known = select(Product.category_id, Product.vendor_id).where(Product.id.in_(ids)).subquery()
    near = [
        case((Product.category_id.in_(select(known.c.category_id)), 1), else_=0),
        case((Product.vendor_id.in_(select(known.c.vendor_id)), 1), else_=0),
    ]
    place = case((Product.id.in_(ids), SEEN), else_=near[0] + near[1])
    new = and_(literal(alike > 0), place > 0, Product.id.not_in(held))
    shown = or_(Product.id.in_(ids), new)
    wanted = _cards(place).where(shown, Product.id != besides)
    ordered = wanted.order_by(place.desc(), Product.sold.desc(), Product.id.desc()).limit(len(ids) + alike)
    cards = _seen(session.execute(ordered, {**given, **prices.given()}))
    seen = [card for card in cards if card.place == SEEN]
    return seen + [card for card in cards if card.place != SEEN][:alike]


def addresses() -> list[tuple[str, datetime, bool]]:
    """Slug, day of publication, and whether it was reviewed, of everything on sale, newest first, at most 20,000."""
    wanted = select(Product.slug, Product.published_at, Product.rating_count).where(Product.withdrawn_at.is_(None))
    rows = session.execute(wanted.order_by(Product.published_at.desc(), Product.id.desc()).limit(20_000))
    return [(slug, published, bool(reviews)) for slug, published, reviews in rows]


def _listed(filters: Filters, given: dict[str, Any]) -> Listing:
    """By the order of a column, in one statement."""
    place = _place(filters.sort, filters.cursor)
    backwards = bool(place and filters.cursor and filters.cursor.before)
    way = ("before" if backwards else "after") if place else "first"
    here = {"place": place[0], "id": place[1]} if place else {}
    rows = db.rows(_paged(rules.without_cursor(filters), given["currency"], way), {**given, **here})
    return _page(filters, _seen(rows), has_place=bool(place), backwards=backwards)


def _searched(filters: Filters, given: dict[str, Any]) -> Listing:
    """The products with the words, in the order that was asked for: the hits are known by number, and so is their order."""
    hits, meant = _hits(filters.q)
    ids = facets.fitting(facets.shelves(), filters, given["currency"], hits)
    if filters.sort is not Sort.BEST:
        ids = _in_order(ids, filters.sort, given)
    first = _first(ids, filters.cursor)
    cards = _cards_of(ids[first : first + PER_PAGE], given)
    return Listing(
        cards=cards,
        previous=_address(filters, "before", cards[0]) if cards and first else "",
        next=_address(filters, "after", cards[-1]) if first + PER_PAGE < len(ids) else "",
        meant=meant,
        hits=frozenset(hits),
    )


def _in_order(ids: Sequence[int], sort: Sort, given: dict[str, Any]) -> list[int]:
    key, falls = ORDERS[sort]
    wanted = select(Product.id).outerjoin(ShelfPrice, shelf_price()).where(Product.id.in_(ids))
    ordered = wanted.order_by(*((key.desc(), Product.id.desc()) if falls else (key, Product.id)))
    return list(session.scalars(ordered, given))


def _fitting_best(query: str, limit: int) -> tuple[Card, ...]:
    matching = search.matching(query)
    if matching is None:
        return ()
    hits = matching.cte("hits").prefix_with("MATERIALIZED")
    wanted = _cards(Product.sold).join(hits, hits.c.id == Product.id).order_by(hits.c.rank, Product.id).limit(limit)
    return tuple(_seen(session.execute(wanted, prices.given())))


def _hits(query: str) -> tuple[tuple[int, ...], str]:
    hits = search.hits(query)
    meant = "" if hits else spelling.corrected(query)
    better = search.hits(meant) if meant else ()
    return (better, meant) if better else (hits, "")


def _first(ids: Sequence[int], cursor: Cursor | None) -> int:
    """At which place a page of known products begins; behind the last one where its neighbor is gone."""
    if cursor is None:
        return 0
    if cursor.id not in ids:
        return len(ids)
    place = ids.index(cursor.id)
    return max(place - PER_PAGE, 0) if cursor.before else place + 1


def _cards_of(ids: Sequence[int], given: dict[str, Any]) -> tuple[Card, ...]:
    """These products in this order."""
    if not ids:
        return ()
    found = {card.id: card for card in _seen(session.execute(_cards(Product.sold).where(Product.id.in_(ids)), given))}
    return tuple(found[id_] for id_ in ids if id_ in found)


def _seen(rows: Iterable[Any]) -> list[Card]:
    """The cards of these rows, and no page with them is kept beyond their prices."""
    cards = [Card(*row) for row in rows]
    if cards and cards[0].until:
        web.keep_until(cards[0].until)
    return as_shown(cards)


@lru_cache(maxsize=256)
def _paged(filters: Filters, currency: str, way: str) -> Select[Any]:
    """The select of a page, without the place where it begins."""
    key, falls = ORDERS[filters.sort]
    wanted = _narrowed(_cards(key), filters, currency)
    down = falls != (way == "before")
    if way != "first":
        here = tuple_(key, Product.id)
        neighbor = tuple_(bindparam("place", type_=key.type), bindparam("id", type_=Product.id.type))
        wanted = wanted.where(here < neighbor if down else here > neighbor)
    ordered = (key.desc(), Product.id.desc()) if down else (key.asc(), Product.id.asc())
    return wanted.order_by(*ordered).limit(PER_PAGE + 1)


def _cards(key: ColumnElement[Any] | InstrumentedAttribute[Any]) -> Select[Any]:
    shown: list[Any] = [Product.id, Product.slug, Product.name, Product.tagline, Vendor.name.label("vendor")]
    shown += [*price_columns(), Product.terms, Product.rating_sum, Product.rating_count, key.label("place")]
    shown.append(prices.next_edge().label("until"))
    wanted = select(*shown).join(Vendor, Vendor.id == Product.vendor_id).outerjoin(ShelfPrice, shelf_price())
    return wanted.where(Product.withdrawn_at.is_(None))


def _narrowed(wanted: Select[Any], filters: Filters, currency: str) -> Select[Any]:
    """With what was asked for."""
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
    if filters.stock:
        asked.append(facets.in_stock())
    if filters.band:
        low, high = rules.band_bounds(filters.band, exponent_of(currency))
        asked.append(ShelfPrice.amount >= low)
        asked += [ShelfPrice.amount < high] if high is not None else []
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
