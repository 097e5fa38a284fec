"""What to show again and what to suggest, made at the time of showing and kept nowhere."""

from dataclasses import dataclass

from core import clock
from privacy.lately.browser import Lately
from storefront.catalogue import listing
from storefront.catalogue.cards import Card
from storefront.licenses.service import SELECT_HELD
from storefront.personal import rules

SUGGESTED = 4


@dataclass(frozen=True, kw_only=True)
class Personal:
    """The two blocks. reasons: the names of what was looked at, from which the suggestions follow."""

    seen: tuple[Card, ...] = ()
    suggested: tuple[Card, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()


def blocks_for(lately: Lately, account_id: int | None, besides: int = 0) -> Personal:
    """By one statement, none where there is nothing to follow. `besides` is the product on whose page this stands."""
    things = [thing for thing in lately.things if thing != besides]
    if not things:
        return Personal()
    cards = listing.again(
        things,
        besides=besides,
        alike=SUGGESTED if lately.wants_suggestions else 0,
        held=SELECT_HELD,
        given={"me": account_id or 0, "now": clock.now()},
    )
    seen = rules.in_order(things, {card.id: card for card in cards if card.place == listing.SEEN})
    return Personal(
        seen=seen,
        suggested=tuple(card for card in cards if card.place != listing.SEEN),
        reasons=rules.said([card.name for card in seen]),
    )
