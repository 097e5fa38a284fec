"""The demonstration's stock: suppliers, keys with what they cost, a pool that runs low, and a key that does not work."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from core import clock, db
from core.access import PROGRAM, actor_of
from core.accounts import service as accounts
from core.db import session
from storefront.catalogue import service as catalogue
from storefront.catalogue.models import Edition
from storefront.demo_content import content
from storefront.licenses import service as licenses
from storefront.licenses.models import License, PoolKey
from storefront.money import Money
from storefront.pools.models import KeyDispute
from storefront.pools.rules import KeyVerb, states_before
from storefront.stockroom import disputes, importing, service
from storefront.stockroom.reading import Given

SUPPLIERS = (
    ("Donau Software Großhandel", "Invoices at the end of the month."),
    ("Northern Keys Oy", "Keys by mail within two days."),
    ("Tamarind Licensing", "Answers complaints with a new key within a week."),
)
PER_CENT = (61, 54, 72, 58, 66)
"""What keys cost of the price without tax, one edition after the other."""

SHORT_LIVED = timedelta(days=24)
SAID = "The maker's page says: This product key has already been activated on another device (error 0x2F)."


def plant_pools(progress: Callable[[str, int, int], None]) -> None:
    """Keys of every resold edition, with their suppliers. Goods are there already."""
    filled = [(name, edition.pool) for name, edition in content.editions().items() if edition.pool]
    with db.transaction():
        houses = [service.keep_supplier(0, name, note, PROGRAM).id for name, note in SUPPLIERS]
        for number, (name, count) in enumerate(filled):
            edition = catalogue.find_edition(*name.split("/"))
            assert edition is not None
            _fill(edition, name, count, number, houses[number % len(houses)])
            progress("keys", number + 1, len(filled))
        service.ensure_pools()


def plant_dispute() -> None:
    """A holder whose key was used before, once."""
    can = [state.value for state in states_before(KeyVerb.DISPUTE)]
    joined = select(License).join(PoolKey, PoolKey.license_id == License.id)
    young = PoolKey.delivered_at > clock.now() - timedelta(days=25)
    with db.transaction():
        if session.scalar(select(KeyDispute.id).limit(1)) is not None:
            return
        wanted = joined.where(PoolKey.state.in_(can), young, License.state == "issued")
        found = session.scalars(wanted.order_by(License.id.desc()).limit(1)).first()
        if found is not None and accounts.get(found.account_id).closed_at is None:
            actor = actor_of(found.account_id)
            disputes.dispute(licenses.get_for(found.account_id, found.public_id), SAID, actor)


def _fill(edition: Edition, name: str, count: int, number: int, supplier_id: int) -> None:
    pool = service.ensure_pool(edition.id)
    cost = edition.price * 100 // 120 * PER_CENT[number % len(PER_CENT)] // 100
    given = Given(cost=Money(cost, edition.currency), currency=edition.currency, reference=f"PO-26-{number + 101}")
    lapsing = count // 8 if number % 4 == 1 else 0
    soon = Given(
        cost=given.cost,
        currency=given.currency,
        reference=given.reference,
        redeem_by=clock.now().date() + SHORT_LIVED,
    )
    for first, last, said in ((0, count - lapsing, given), (count - lapsing, count, soon)):
        if last > first:
            keys = "\n".join(_key(name, place) for place in range(first, last))
            importing.take_in(pool, keys, said, supplier_id)


def _key(edition: str, place: int) -> str:
    """A key as a supplier would send it; the same for the same place."""
    drawn = hashlib.sha256(f"{edition} {place}".encode()).hexdigest().upper()
    return "-".join([edition[:4].upper(), drawn[:5], drawn[5:10], drawn[10:15], drawn[15:20]])
