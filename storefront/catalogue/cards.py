"""A product as lists show it, at the price that its reader wants to read."""

from datetime import datetime
from typing import NamedTuple

from storefront.prices import shown


class Card(NamedTuple):
    """A product as lists show it; `price` in minor units is its cheapest edition's, None where none is sold in the
    visitor's currency, and `usual` the same without a sale."""

    id: int
    slug: str
    name: str
    tagline: str
    vendor: str
    price: int | None
    usual: int | None
    currency: str
    terms: str
    rating_sum: int
    rating_count: int
    place: object
    until: datetime | None = None
    """When any price changes next by itself: no page with the card is kept for longer."""


def as_shown(cards: list[Card]) -> list[Card]:
    """Cards with their prices as this visitor wants to read them."""
    view = shown.view()
    if not view.taken_out:
        return cards
    return [
        card._replace(price=view.minor(card.price, card.currency), usual=view.minor(card.usual, card.currency))
        for card in cards
    ]
