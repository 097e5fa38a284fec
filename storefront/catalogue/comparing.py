"""Up to four editions side by side. Which ones stands in the address; nothing is kept."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy import select

from core.db import session
from storefront.catalogue import rules, showing
from storefront.catalogue.models import Edition, Product
from storefront.catalogue.showing import Offer, ProductSeen

MOST = 4
SUGGESTED = 60
ADDRESS = "/shop/compare"


class Compared(NamedTuple):
    """An edition that is compared, with its program."""

    product: ProductSeen
    offer: Offer

    @property
    def name(self) -> str:
        """What it is called as a whole."""
        return f"{self.product.name}, {self.offer.name}"


class Fact(NamedTuple):
    """A line of the comparison; one value, which may have several parts, for each edition."""

    label: str
    values: tuple[tuple[str, ...], ...]

    @property
    def differs(self) -> bool:
        """Whether it tells the editions apart."""
        return len(set(self.values)) > 1


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """`gone` of the editions that were asked for are not on sale; `others` can be put beside these."""

    columns: tuple[Compared, ...]
    facts: tuple[Fact, ...]
    currency: str
    gone: int
    others: tuple[tuple[int, str, str], ...]

    @property
    def is_full(self) -> bool:
        """Whether no other fits in."""
        return len(self.columns) >= MOST

    def without(self, edition_id: int) -> str:
        """The address of the comparison without this one."""
        return address(column.offer.id for column in self.columns if column.offer.id != edition_id)


def address(ids: Iterable[int]) -> str:
    """Where these editions are compared."""
    query = urlencode([("e", str(one)) for one in ids])
    return f"{ADDRESS}?{query}" if query else ADDRESS


def read_ids(typed: Sequence[str]) -> list[int]:
    """The first four different numbers of an address; what is no number is passed over."""
    found = (int(text) for text in typed[:50] if text.isascii() and text.isdigit() and len(text) <= 15)
    return list(dict.fromkeys(found))[:MOST]


def compare(ids: Sequence[int]) -> Comparison:
    """These editions in this order, as far as they are on sale; a statement for each program, and two more."""
    slugs = _slugs(ids)
    pages = {slug: showing.page_of(slug) for slug in dict.fromkeys(slugs.values())}
    offers = {offer.id: Compared(page.product, offer) for page in pages.values() for offer in page.offers}
    columns = tuple(offers[one] for one in ids if one in offers)
    return Comparison(
        columns=columns,
        facts=tuple(_facts(columns)) if columns else (),
        currency=next((page.currency for page in pages.values()), ""),
        gone=len(ids) - len(columns),
        others=_others(columns),
    )


def _slugs(ids: Sequence[int]) -> dict[int, str]:
    wanted = select(Edition.id, Product.slug).join(Product, Product.id == Edition.product_id)
    wanted = wanted.where(Edition.id.in_(ids), Product.draft.is_(False))
    return {id_: slug for id_, slug in session.execute(wanted)} if ids else {}


def _others(columns: Sequence[Compared]) -> tuple[tuple[int, str, str], ...]:
    """Number, program and edition of what stands on the same shelves, or of what is bought most where nothing is
    compared yet."""
    shown = [column.offer.id for column in columns]
    shelves = select(Product.category_id).where(Product.id.in_([column.product.id for column in columns]))
    wanted = select(Edition.id, Product.name, Edition.name).join(Product, Product.id == Edition.product_id)
    near = (Product.category_id.in_(shelves), Edition.id.not_in(shown)) if columns else ()
    on_sale = wanted.where(Edition.withdrawn_at.is_(None), Product.withdrawn_at.is_(None), *near)
    found = session.execute(
        on_sale.order_by(Product.sold.desc(), Product.id, Edition.rank, Edition.id).limit(SUGGESTED)
    )
    return tuple((id_, product, edition) for id_, product, edition in found)


def _facts(columns: Sequence[Compared]) -> Iterable[Fact]:
    for label, say in _SAID.items():
        yield Fact(label, tuple(say(column) for column in columns))
    needs = [{pair[0]: pair[1] for pair in column.product.requirements} for column in columns]
    for label in dict.fromkeys(label for need in needs for label in need):
        yield Fact(label, tuple(_parts(need.get(label, "")) for need in needs))


def _parts(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _term(column: Compared) -> tuple[str, ...]:
    days = column.offer.trial_days
    return (f"{days} days to try",) if days else _parts(rules.term_words(column.offer.term))


def _devices(column: Compared) -> tuple[str, ...]:
    count = column.offer.devices
    return ("One device" if count == 1 else f"{count} devices",)


def _updates(column: Compared) -> tuple[str, ...]:
    months = column.offer.update_months
    return (f"For {months} months; what you have by then stays",) if months else ("All, while the license lasts",)


def _stock(column: Compared) -> tuple[str, ...]:
    free = column.offer.free
    return ("Always",) if free is None else ("Sold out",) if free == 0 else ("In stock",)


_SAID: dict[str, Callable[[Compared], tuple[str, ...]]] = {
    "Sold": _term,
    "Licensed": lambda column: ("For each seat",) if column.offer.per_seat else ("As a whole",),
    "Devices": _devices,
    "New versions": _updates,
    "Included": lambda column: column.offer.includes,
    "Runs on": lambda column: tuple(rules.PLATFORMS.get(name, name) for name in column.product.platforms),
    "Version": lambda column: _parts(column.product.version),
    "Made by": lambda column: _parts(column.product.vendor),
    "At hand": _stock,
}
