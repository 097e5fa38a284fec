"""What resold keys brought in and what they cost, by edition and by month. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from storefront.money import Money, zero


@dataclass(frozen=True, kw_only=True)
class Sold:
    """A paid line of an order: `net` is what it brought in without tax."""

    title: str
    month: date
    pieces: int
    net: Money


@dataclass(frozen=True, kw_only=True)
class Spent:
    """Keys that went out in a month at the same cost each; also those that replaced a dead one. None: cost not known."""

    title: str
    month: date
    keys: int
    cost: Money | None


@dataclass(kw_only=True)
class Row:
    """One edition in one currency. Nothing is exchanged: what was bought in another currency stands in a row of its own."""

    title: str
    net: Money
    cost: Money
    pieces: int = 0
    keys: int = 0
    unknown: int = 0

    @property
    def margin(self) -> Money:
        """What is left."""
        return self.net - self.cost

    @property
    def percent(self) -> int | None:
        """Of what was brought in, rounded down; None where that is nothing."""
        return 100 * self.margin.amount // self.net.amount if self.net.amount > 0 else None


@dataclass(kw_only=True)
class Table:
    """Rows by title and currency, under the currency in which the shop sells."""

    currency: str
    found: dict[tuple[str, str], Row] = field(default_factory=dict)

    def row(self, title: str, currency: str) -> Row:
        """The row of an edition, a new one where there is none."""
        new = Row(title=title, net=zero(currency), cost=zero(currency))
        return self.found.setdefault((title, currency), new)


def rows(sold: Iterable[Sold], spent: Iterable[Spent], currency: str) -> list[Row]:
    """The report by title; a key without a known cost is counted beside it, never as free."""
    table = Table(currency=currency)
    for one in sold:
        row = table.row(one.title, one.net.currency)
        row.net, row.pieces = row.net + one.net, row.pieces + one.pieces
    for some in spent:
        row = table.row(some.title, currency if some.cost is None else some.cost.currency)
        row.keys += some.keys
        if some.cost is None:
            row.unknown += some.keys
        else:
            row.cost = row.cost + some.cost * some.keys
    return [table.found[name] for name in sorted(table.found)]


def totals(found: Iterable[Row]) -> list[Row]:
    """All editions together, one row for each currency."""
    table = Table(currency="")
    for one in found:
        row = table.row("All together", one.net.currency)
        row.net, row.cost = row.net + one.net, row.cost + one.cost
        row.pieces, row.keys, row.unknown = row.pieces + one.pieces, row.keys + one.keys, row.unknown + one.unknown
    return [table.found[name] for name in sorted(table.found)]


def months(until: date, count: int = 12) -> list[date]:
    """The first days of so many months, the last one that of `until`."""
    last = until.year * 12 + until.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(last - count + 1, last + 1)]
