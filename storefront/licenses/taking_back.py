"""Licenses whose money goes back: they rest for good, and a resold key that nobody saw is sold again."""

import secrets
from dataclasses import dataclass

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from core import clock, keys
from core.db import session
from core.sealed import seal
from storefront.licenses import loads, pool, rules, seats
from storefront.licenses.models import License, PoolKey, Reveal
from storefront.licenses.rules import LicenseState, LicenseVerb
from storefront.pools.rules import KeyVerb, PoolState

GIVEN_BACK = "given back"


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A license that ends. was_seen: its key was looked at; is_unseen_key: a resold key that can be sold again."""

    license: License
    was_seen: bool
    is_unseen_key: bool

    @property
    def is_begun(self) -> bool:
        """Whether its holder began to use it: looked at the key, loaded the program down, or had it activated."""
        is_active = LicenseState.ACTIVE in {self.license.state, self.license.rested_from}
        used = loads.is_loaded(self.license) or is_active
        return self.was_seen or used


def standing(line_id: int) -> list[Chosen]:
    """The licenses of a line that were not taken back yet: those whose key nobody saw first, then the latest pieces."""
    replaced, seat = aliased(PoolKey), aliased(License)
    of_seats = select(seat.id).where(seat.seat_of == License.id).correlate(License)
    seen = exists().where(or_(Reveal.license_id == License.id, Reveal.license_id.in_(of_seats)))
    renewed = exists().where(replaced.license_id == License.id, replaced.state == PoolState.REPLACED.value)
    delivered = exists().where(PoolKey.license_id == License.id, PoolKey.state == PoolState.DELIVERED.value)
    wanted = select(License, seen, delivered, renewed).where(
        License.order_line_id == line_id,
        License.returned_at.is_(None),
        License.state != LicenseState.TRANSFERRED.value,
        License.seat_of.is_(None),
    )
    found = [
        Chosen(license=license, was_seen=was_seen, is_unseen_key=is_key and not (was_seen or is_new))
        for license, was_seen, is_key, is_new in session.execute(wanted)
    ]
    return sorted(found, key=lambda one: (not one.is_unseen_key, one.is_begun, -one.license.unit))


def chosen(line_id: int, count: int) -> list[Chosen]:
    """The licenses that would end if so many pieces of a line went back: each is as many as it has seats."""
    ending, left = list[Chosen](), count
    for one in standing(line_id):
        if one.license.seats <= left:
            ending.append(one)
            left -= one.license.seats
    return ending


def take_back(line_id: int, count: int) -> None:
    """End so many licenses of a line, in the transaction that sends the money."""
    ending = chosen(line_id, count)
    _fewer_seats(line_id, count - sum(one.license.seats for one in ending), ending)
    for one in ending:
        end(one)
    session.flush()


def end(one: Chosen) -> None:
    """Its money is gone: it rests for good, and a resold key that nobody saw is sold again."""
    one.license.returned_at = clock.now()
    if (LicenseState(one.license.state), LicenseVerb.SUSPEND) in rules.TRANSITIONS:
        one.license.state = rules.check_transition(LicenseState(one.license.state), LicenseVerb.SUSPEND).value
    if one.is_unseen_key:
        _sell_again(one.license)


def _fewer_seats(line_id: int, count: int, ending: list[Chosen]) -> None:
    """A license that stays gives up the seats that went back."""
    staying = [one.license for one in standing(line_id) if one not in ending]
    if count and staying:
        staying[0].seats -= count
        seats.end_surplus(staying[0])


def _sell_again(license: License) -> None:
    """The key leaves the license, which is worth nothing without it, and goes back into its pool."""
    mine = select(PoolKey).where(PoolKey.license_id == license.id, PoolKey.state == PoolState.DELIVERED.value)
    kept = session.scalars(mine.with_for_update()).one()
    pool.step(kept, KeyVerb.RETURN, "program")
    kept.license_id = kept.order_line_id = kept.reserved_until = kept.delivered_at = None
    license.key = seal(GIVEN_BACK, "license.key", subject=license.account_id)
    license.key_hash = keys.keyed_hash("license.given_back", secrets.token_hex(16))
    license.state = rules.check_transition(LicenseState(license.state), LicenseVerb.REVOKE).value
