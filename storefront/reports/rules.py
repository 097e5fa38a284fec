"""Sales as they are added up: each currency for itself, and every sum to the cent. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from storefront.money import Money, zero


@dataclass(frozen=True, kw_only=True)
class Sales:
    """Of a month or an edition: so many orders or pieces, what was charged with tax, the tax in it, what went back."""

    title: str
    count: int
    charged: Money
    tax: Money
    returned: Money

    @property
    def kept(self) -> Money:
        """What the shop kept, tax included."""
        return self.charged - self.returned


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A month of the picture; percent: of the best one."""

    first: date
    kept: Money
    percent: int

    @property
    def times(self) -> int:
        """It is always told."""
        return self.kept.amount


def month_after(first: date) -> date:
    """The first day of the next month."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def totals(rows: Iterable[Sales]) -> list[Sales]:
    """All together, one row for each currency, by its code."""
    found: dict[str, Sales] = {}
    for row in rows:
        code = row.charged.currency
        had = found.get(code) or Sales(
            title="All together", count=0, charged=zero(code), tax=zero(code), returned=zero(code)
        )
        found[code] = Sales(
            title=had.title,
            count=had.count + row.count,
            charged=had.charged + row.charged,
            tax=had.tax + row.tax,
            returned=had.returned + row.returned,
        )
    return [found[code] for code in sorted(found)]


def bars(rows: Iterable[Sales], months: Sequence[date], currency: str) -> tuple[list[Bar], Money]:
    """The picture of these months in one currency, and its highest value; a month in which more went back is nothing."""
    kept = {row.title: row.kept for row in rows if row.charged.currency == currency}
    of = [(first, kept.get(first.isoformat()[:7], zero(currency))) for first in months]
    best = max([amount for _first, amount in of], default=zero(currency))
    return [
        Bar(first=first, kept=amount, percent=max(0, 100 * amount.amount // best.amount) if best.amount > 0 else 0)
        for first, amount in of
    ], best
