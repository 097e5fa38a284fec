"""What a bundle's price is for each of its parts, to the last cent. Pure."""

from collections.abc import Sequence

from core.errors import Conflict
from storefront.money import Money
from storefront.prices.rules import divide

MOST_PARTS = 12


class BundleRefused(Conflict):
    """This cannot be a part of that; the sentence says why."""

    code = "bundle_refused"
    title = "That is no bundle"


def shares(price: Money, alone: Sequence[Money | None]) -> tuple[Money, ...]:
    """What each part costs in a bundle of this price, by what it costs alone; all alike where one is not sold alone.

    They add up to the price.
    """
    known = [one.amount for one in alone if one is not None]
    weights = known if len(known) == len(alone) and any(known) else [1] * len(alone)
    return divide(price, weights)


def split(off: Money | None, amounts: Sequence[Money]) -> tuple[Money | None, ...]:
    """A discount on the whole, over its parts, so that no part gets more than it costs."""
    if off is None or not off or not any(amounts):
        return tuple(None for _amount in amounts)
    return off.allocate([amount.amount for amount in amounts])
