"""Which price holds, for how many and when; what was asked at least before a reduction; what a shelf says. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.errors import Conflict, Invalid
from storefront.money import Money

ENDLESS = datetime(9000, 1, 1, tzinfo=UTC)
"""The end of what nobody has ended."""
LOOKS_BACK = timedelta(days=30)
"""Directive 98/6/EC, Article 6a: the price before a reduction is the lowest of at least the thirty days before it."""
MOST_QUANTITY = 99


class NoPrice(Conflict):
    """The edition has no price in this currency."""

    code = "no_price"
    title = "Not sold in this currency"


class SaleRefused(Invalid):
    """A sale that says too little, or is none."""

    code = "sale_refused"


class TierRefused(Invalid):
    code = "tier_refused"
    sentence = f"A price by volume begins with a quantity from 2 to {MOST_QUANTITY}."


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Tier:
    """What one costs, in minor units, for whoever takes at least so many."""

    from_quantity: int
    amount: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sale:
    """A lower price from a moment on, until another; `lowest` is what was asked at least in the thirty days before."""

    amount: int
    starts_at: datetime
    ends_at: datetime
    lowest: int = 0

    def holds(self, at: datetime) -> bool:
        """Whether it holds at this moment: the start belongs to it, the end does not."""
        return self.starts_at <= at < self.ends_at


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """The price of one, without any sale, from this moment on; None where it was no longer sold in the currency."""

    amount: int | None
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is asked for one: `usual` without the sale. `until` and `lowest` are said only while a sale makes it cheaper."""

    unit: Money
    usual: Money
    until: datetime | None = None
    lowest: Money | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceList:
    """All that an edition asks in one currency; the tiers begin with one, and the smallest comes first."""

    currency: str
    tiers: tuple[Tier, ...]
    sales: tuple[Sale, ...] = ()

    def asked(self, quantity: int, at: datetime) -> Asked:
        """What each of so many costs at this moment. A sale never makes anything dearer than its tier does."""
        usual = Money(max(tier for tier in self.tiers if tier.from_quantity <= max(quantity, 1)).amount, self.currency)
        for sale in self.sales:
            if sale.holds(at) and sale.amount < usual.amount:
                unit, lowest = Money(sale.amount, self.currency), Money(sale.lowest, self.currency)
                return Asked(unit=unit, usual=usual, until=sale.ends_at, lowest=lowest)
        return Asked(unit=usual, usual=usual)

    @property
    def volumes(self) -> tuple[Tier, ...]:
        """The tiers, if there are several: what a table by volume says."""
        return self.tiers if len(self.tiers) > 1 else ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Slice:
    """The lowest price of several editions between two moments, and that edition's price without its sale."""

    starts_at: datetime
    ends_at: datetime
    amount: int
    usual: int


def lowest_before(changes: Iterable[Change], sales: Iterable[Sale], start: datetime) -> int | None:
    """The least that was asked for one in the thirty days before a moment, earlier sales among it; None if nothing was."""
    first, told = start - LOOKS_BACK, sorted(changes, key=lambda change: change.at)
    ends = [change.at for change in told[1:]] + [start]
    asked = [
        change.amount
        for change, end in zip(told, ends, strict=False)
        if change.amount is not None and change.at < min(end, start) and end > first
    ]
    asked += [sale.amount for sale in sales if sale.starts_at < start and sale.ends_at > first]
    return min(asked, default=None)


def slices(lists: Sequence[PriceList], now: datetime) -> tuple[Slice, ...]:
    """The lowest price of one from now on, cut where a sale begins or ends; neighbors that say the same are one."""
    if not lists:
        return ()
    edges = {edge for one in lists for sale in one.sales for edge in (sale.starts_at, sale.ends_at) if edge > now}
    cut: list[Slice] = []
    for start, end in zip([now, *sorted(edges)], [*sorted(edges), ENDLESS], strict=True):
        cheapest = min(
            (one.asked(1, start) for one in lists), key=lambda asked: (asked.unit.amount, asked.usual.amount)
        )
        said = (cheapest.unit.amount, cheapest.usual.amount)
        if cut and (cut[-1].amount, cut[-1].usual) == said:
            start = cut.pop().starts_at
        cut.append(Slice(starts_at=start, ends_at=end, amount=said[0], usual=said[1]))
    return tuple(cut)


def check_sale(sale: Sale, price: Money, now: datetime) -> None:
    """Refuses with SaleRefused what begins in the past, ends before it begins, or is not below the price."""
    if sale.ends_at <= sale.starts_at or sale.starts_at < now - timedelta(minutes=1):
        raise SaleRefused("A sale begins now or later, and ends after it began. Nothing was changed.")
    if not 0 <= sale.amount < price.amount:
        raise SaleRefused(f"A sale price is below the price of {price}. Nothing was changed.")


def check_tier(from_quantity: int) -> None:
    """Refuses with TierRefused what is no quantity from two on."""
    if not 2 <= from_quantity <= MOST_QUANTITY:
        raise TierRefused


def divide(whole: Money, weights: Sequence[int]) -> tuple[Money, ...]:
    """The price of a bundle, divided among its parts by weight: they add up to it, to the last minor unit."""
    return whole.allocate(weights)
