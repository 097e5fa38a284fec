"""What a list can be narrowed to, and how many products each choice would leave: counted from a snapshot of the shelves.

The snapshot is one statement, kept in the process; counting is one pass over it, so a page asks for nothing more.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, or_, select

from core import clock, snapshot
from core.db import session
from storefront.catalogue import rules, service
from storefront.catalogue.models import Category, Edition, Product, Source, Vendor
from storefront.catalogue.rules import Filters
from storefront.money import exponent_of
from storefront.prices.models import ShelfPrice
from storefront.prices.rules import ENDLESS


class Fact(NamedTuple):
    """A product by what lists are narrowed to; `prices` in minor units by currency, as they are now."""

    id: int
    category: str
    vendor: str
    platforms: tuple[str, ...]
    terms: tuple[str, ...]
    prices: Mapping[str, int]
    source: str
    stock: str


@dataclass(frozen=True, eq=False)
class Shelves:
    """Categories in their order, vendors by name, both as slugs with names, and a fact for each product on sale; its
    prices are those until that moment."""

    categories: tuple[tuple[str, str], ...]
    vendors: tuple[tuple[str, str], ...]
    sentences: Mapping[str, str]
    facts: Mapping[int, Fact]
    until: datetime


Counts = Mapping[str, Mapping[str, int]]
Values = Callable[[Fact], tuple[str, ...]]
SIMPLE: Mapping[str, Values] = {
    "category": lambda fact: (fact.category,),
    "vendor": lambda fact: (fact.vendor,),
    "platform": lambda fact: fact.platforms,
    "term": lambda fact: fact.terms,
    "source": lambda fact: (fact.source,),
    "stock": lambda fact: (fact.stock,),
}


def shelves() -> Shelves:
    """What stands on the shelves, kept in the process; the number of free keys may be some seconds old."""
    tables = ("category", "vendor", "product", "edition", "shelf_price")
    return snapshot.keep("catalogue.shelves", _load, tables=tables, until=lambda kept: kept.until)


@lru_cache(maxsize=128)
def counts(known: Shelves, filters: Filters, currency: str, hits: frozenset[int] | None = None) -> Counts:
    """For each filter and value, how many products there would be with it instead of what is chosen there now."""
    counted: dict[str, dict[str, int]] = {name: {} for name in rules.FACETS}
    asked = {name: value for name in rules.FACETS if (value := str(getattr(filters, name)))}
    for fact in _among(known, hits):
        values = _values(fact, currency)
        failed = [name for name, value in asked.items() if value not in values[name]]
        for name in rules.FACETS if not failed else failed if len(failed) == 1 else ():
            for value in values[name]:
                counted[name][value] = counted[name].get(value, 0) + 1
    return counted


def fitting(known: Shelves, filters: Filters, currency: str, ids: tuple[int, ...]) -> list[int]:
    """Those of these products that the filters leave, in the same order."""
    asked = {name: value for name in rules.FACETS if (value := str(getattr(filters, name)))}
    facts = ((id_, known.facts.get(id_)) for id_ in ids)
    values = ((id_, _values(fact, currency)) for id_, fact in facts if fact)
    return [id_ for id_, has in values if all(value in has[name] for name, value in asked.items())]


def in_stock() -> ColumnElement[bool]:
    """Whether a product of a select can be had today: made here, or with a free key in one of its pools."""
    on_sale = (Edition.product_id == Product.id, Edition.withdrawn_at.is_(None))
    free = exists().where(*on_sale, service.free_keys(Edition.id) > 0).correlate(Product)
    return and_(Product.terms != "", or_(Product.source == Source.OWN.value, free))


def _among(known: Shelves, hits: frozenset[int] | None) -> list[Fact]:
    if hits is None:
        return list(known.facts.values())
    return [known.facts[id_] for id_ in hits if id_ in known.facts]


def _values(fact: Fact, currency: str) -> Mapping[str, tuple[str, ...]]:
    price = fact.prices.get(currency)
    band = () if price is None else (rules.band_of(price, exponent_of(currency)),)
    return {name: values(fact) for name, values in SIMPLE.items()} | {"band": band}


def _load() -> Shelves:
    rows = session.execute(_everything(), {"now": clock.now()}).all()
    asked: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for row in rows:
        asked[row.id] |= {} if row.amount is None else {row.currency: row.amount}
    facts = {row.id: _fact(row, asked[row.id]) for row in rows if row.id is not None}
    vendors = {row.vendor: row.vendor_name for row in rows if row.id is not None}
    return Shelves(
        categories=tuple({row.category: row.category_name for row in rows}.items()),
        vendors=tuple(sorted(vendors.items(), key=lambda pair: pair[1].casefold())),
        sentences={row.category: row.sentence for row in rows},
        facts=facts,
        until=min((row.ends_at for row in rows if row.ends_at), default=ENDLESS),
    )


def _everything() -> Any:
    on_shelf = and_(Product.category_id == Category.id, Product.withdrawn_at.is_(None))
    return (
        select(
            Category.slug.label("category"),
            Category.name.label("category_name"),
            Category.sentence,
            Vendor.slug.label("vendor"),
            Vendor.name.label("vendor_name"),
            *(Product.id, Product.platforms, Product.terms, Product.source, ShelfPrice.currency),
            *(ShelfPrice.amount, ShelfPrice.ends_at),
            case((in_stock(), 1), else_=0).label("stocked"),
        )
        .select_from(Category)
        .outerjoin(Product, on_shelf)
        .outerjoin(Vendor, Vendor.id == Product.vendor_id)
        .outerjoin(ShelfPrice, and_(ShelfPrice.product_id == Product.id, _holds_now()))
        .order_by(Category.rank, Category.name, Product.id)
    )


def _holds_now() -> ColumnElement[bool]:
    moment = bindparam("now", type_=ShelfPrice.ends_at.type)
    return and_(ShelfPrice.starts_at <= moment, ShelfPrice.ends_at > moment)


def _fact(row: Any, prices_now: Mapping[str, int]) -> Fact:
    return Fact(
        id=row.id,
        category=row.category,
        vendor=row.vendor,
        platforms=tuple(row.platforms),
        terms=tuple(row.terms.split()),
        prices=prices_now,
        source=row.source,
        stock="yes" if row.stocked else "no",
    )
