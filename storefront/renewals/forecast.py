"""What renewals will bring in, if everybody goes on whose subscription goes on today. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from storefront.licenses.rules import Term
from storefront.money import Money, zero
from storefront.reports.rules import month_after

MONTHS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """So many subscriptions of one term that are due in the month of this first day, and what they cost together."""

    term: Term
    first: date
    count: int
    price: Money


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """What a month should bring in, tax included."""

    first: date
    count: int
    price: Money


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A month of the picture; percent: of the best one."""

    times: int
    percent: int


def months_from(day: date, count: int = MONTHS) -> list[date]:
    """The first days of this month and those after it."""
    firsts = [day.replace(day=1)]
    while len(firsts) < count:
        firsts.append(month_after(firsts[-1]))
    return firsts


def expected(groups: Iterable[Group], firsts: Sequence[date]) -> list[Expected]:
    """Month by month, each currency for itself: a yearly one is due once in twelve months, a monthly one from its first on."""
    sums: dict[tuple[date, str], tuple[int, Money]] = {}
    for group in groups:
        for first in firsts:
            if first == group.first or (group.term is Term.MONTH and first > group.first):
                count, price = sums.get((first, group.price.currency), (0, zero(group.price.currency)))
                sums[first, group.price.currency] = (count + group.count, price + group.price)
    return [Expected(first=key[0], count=sums[key][0], price=sums[key][1]) for key in sorted(sums)]


def columns(rows: Iterable[Expected], firsts: Sequence[date], currency: str) -> tuple[list[Column], Money]:
    """The picture in one currency, and its highest value."""
    known = {row.first: row.price.amount for row in rows if row.price.currency == currency}
    best = max(known.values(), default=0)
    of = [known.get(first, 0) for first in firsts]
    return [Column(times=amount, percent=100 * amount // best if best else 0) for amount in of], Money(best, currency)
