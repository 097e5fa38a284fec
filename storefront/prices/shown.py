"""Prices as this visitor wants to read them: with the tax of a country in them, or without it (clause P4c). What is asked
and charged does not change by this. Nobody's country is guessed from an address."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core import web
from storefront.money import Money, net_of_gross
from storefront.prices.rules import Asked

HERE, OUTSIDE = "any", "outside"
"""Among the countries of core.wishes: where nothing was said the shop's own counts, and any outside the Union is as good
as another."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Included:
    """The tax in the prices that consumers of a country pay, until the moment from which it is another one.

    `is_home`: a business there pays it, too; elsewhere in the Union it pays without.
    """

    permille: int = 0
    until: datetime | None = None
    is_home: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """How this visitor sees prices. `country` is "" where none was chosen, `permille` what was or is inside of prices."""

    country: str = ""
    vat: str = "with"
    included: Included = Included()

    @property
    def is_net(self) -> bool:
        """Whether prices are shown without tax."""
        return self.vat == "without"

    @property
    def taken_out(self) -> int:
        """The rate that is taken out of what is shown."""
        return self.included.permille if self.is_net else 0

    def price(self, asked: Money) -> Money:
        """A price as it is shown, rounded as a business that buys without tax pays it."""
        return net_of_gross(asked, self.taken_out).net if self.taken_out else asked

    def minor(self, amount: int | None, currency: str) -> int | None:
        """The same in minor units."""
        return None if amount is None else self.price(Money(amount, currency)).amount

    def asked(self, one: Asked) -> Asked:
        """The same with all that is said beside a price."""
        if not self.taken_out:
            return one
        lowest = None if one.lowest is None else self.price(one.lowest)
        return replace(one, unit=self.price(one.unit), usual=self.price(one.usual), lowest=lowest)

    def volumes(self, tiers: Sequence[tuple[int, Asked]]) -> tuple[tuple[int, Asked], ...]:
        """The same of prices by volume."""
        return tuple((quantity, self.asked(one)) for quantity, one in tiers)


_PLAIN = View()


def _nothing(_country: str) -> Included:
    return Included()


_included: Callable[[str], Included] = _nothing


def ask(included: Callable[[str], Included]) -> None:
    """Say who knows the tax of a country ("" for the seller's own, OUTSIDE for one outside the Union)."""
    global _included
    _included = included


def view() -> View:
    """How this visitor wants it; no page is kept beyond the day on which a rate in it changes."""
    wished = web.wished()
    if wished.country == HERE and wished.vat == "with":
        return _PLAIN
    country = "" if wished.country == HERE else wished.country
    included = _included(country)
    if included.until:
        web.keep_until(included.until)
    return View(country=country, vat=wished.vat, included=included)
