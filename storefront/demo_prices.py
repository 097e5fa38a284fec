"""The demo's prices in other currencies: own prices as a shop would write them, not converted ones."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from core import clock, db
from core.access import PROGRAM
from core.db import session
from storefront.bundles import service as bundles
from storefront.catalogue import pricing
from storefront.catalogue import service as catalogue
from storefront.catalogue.models import Edition, Product, Source, Term
from storefront.catalogue.service import EditionDraft
from storefront.money import Money

CENTS = {"USD": 109, "GBP": 86, "CHF": 95}
"""What stands for a hundred euro cents."""
YEN, FILS = 165, 332
"""What stands for a euro: yen, and thousandths of a dinar."""


def others(known: Mapping[str, int], *, own: bool) -> dict[str, int]:
    """Prices besides euros in minor units, from those that are known; only our own programs are sold for yen and dinars."""
    euros = known["EUR"]
    found = {code: _below(euros * part // 100, 100) for code, part in CENTS.items()} | {
        code: amount for code, amount in known.items() if code != "EUR"
    }
    return found | ({"JPY": euros * YEN // 10_000 * 100, "KWD": euros * FILS // 50_000 * 500} if own else {})


def plant() -> None:
    """A sale that began three days ago, one that begins next week, and prices by volume."""
    with db.transaction():
        own = select(Edition).join(Product, Product.id == Edition.product_id).where(Product.source == Source.OWN.value)
        kept = list(session.scalars(own.where(Edition.term == Term.PERPETUAL.value).order_by(Edition.id).limit(6)))
        with clock.moved(-timedelta(days=3)):
            _reduce(kept[0], begins=timedelta(), lasts=timedelta(days=17))
        _reduce(kept[1], begins=timedelta(days=7), lasts=timedelta(days=7))
        for edition in kept[2:]:
            for from_quantity, percent in ((5, 90), (20, 80)):
                price = Money(_below(edition.price * percent // 100, 100), edition.currency)
                pricing.set_tier(edition.id, from_quantity, price, PROGRAM)
        _plant_kinds(kept[0])
        _plant_bundle(kept)


def _plant_kinds(edition: Edition) -> None:
    """A trial, seats of one license, and a license with new versions for a year, beside an edition."""
    drafts = (
        EditionDraft(slug="trial", name="Trial", term=Term.TRIAL, trial_days=14, price=0, includes=("All features",)),
        EditionDraft(
            slug="seats", name="Seats", per_seat=True, update_months=12, price=4_500, includes=("One key for all",)
        ),
    )
    for draft in drafts:
        catalogue.plant_edition(edition.product_id, draft)
    catalogue.refresh(edition.product_id)


def _plant_bundle(editions: list[Edition]) -> None:
    """Two programs of ours at one price, under the first of them."""
    first, second = editions[0], next(one for one in editions if one.product_id != editions[0].product_id)
    name = session.get_one(Product, second.product_id).name
    draft = EditionDraft(
        slug="pair",
        name=f"With {name}",
        devices=first.devices,
        price=_below((first.price + second.price) * 4 // 5, 100),
        includes=("Two programs", "A key for each"),
    )
    pair = catalogue.plant_edition(first.product_id, draft)
    for edition in (first, second):
        bundles.put_in(pair, edition.id, PROGRAM)
    catalogue.refresh(first.product_id)


def _reduce(edition: Edition, begins: timedelta, lasts: timedelta) -> None:
    price = Money(_below(edition.price * 3 // 4, 100), edition.currency)
    pricing.put_on_sale(edition.id, price, clock.now() + begins, clock.now() + begins + lasts, PROGRAM)


def _below(amount: int, step: int) -> int:
    """The next whole unit, so that prices look like prices."""
    return max(step, (amount + step // 2) // step * step)
