"""Seats of a license that people have for themselves: each a license with a key of its own, which follows the one it is of."""

import secrets
from typing import Any

from sqlalchemy import and_, case, event, func, inspect, null, select, update
from sqlalchemy.engine import Connection

from core import clock
from core.db import session
from core.sealed import seal
from storefront.licenses import certificates, pool, rules
from storefront.licenses.models import License
from storefront.licenses.rules import LicenseConflict, LicenseState, LicenseVerb

FOLLOWS = ("state", "expires_at", "updates_until", "edition_id")
GIVEN = "Every seat of it is given to somebody, who has a key of their own. Its own key works no more."


def count(license_id: int) -> int:
    """How many seats people have."""
    return session.scalar(select(func.count()).where(License.seat_of == license_id, _stands())) or 0


def give(license: License, account_id: int) -> License:
    """A seat for this account, with a fresh key. With the last seat the license's own key is renewed and closed.

    The caller holds the license's row. Refuses with LicenseConflict.
    """
    rules.check_usable(LicenseState(license.state), license.expires_at, clock.now())
    taken = count(license.id)
    if taken >= license.seats:
        raise LicenseConflict("All its seats are given already. Nothing was changed.")
    made = _write(license, account_id)
    if taken + 1 == license.seats:
        renew_key(license)
    return made


def end(seat_: License) -> None:
    """It is nobody's any more: its key does not work from now on."""
    if (LicenseState(seat_.state), LicenseVerb.REVOKE) in rules.TRANSITIONS:
        seat_.state = rules.check_transition(LicenseState(seat_.state), LicenseVerb.REVOKE).value
    session.flush()


def end_surplus(license: License) -> None:
    """The license has fewer seats than people have: those that were given last end."""
    session.flush()
    mine = select(License).where(License.seat_of == license.id, _stands()).order_by(License.id.desc())
    for one in list(session.scalars(mine))[: max(count(license.id) - license.seats, 0)]:
        end(one)


def renew_key(license: License) -> None:
    """A key of our own making is another one from now on."""
    key = _fresh()
    license.key = seal(key, "license.key", subject=license.account_id)
    license.key_hash, license.last_five = pool.key_hash(key), rules.last_five(key)
    session.flush()


def check_own_key(license: License) -> None:
    """Refuses with LicenseConflict the key of a license all of whose seats have keys of their own."""
    if license.organization_id is not None and license.seat_of is None and count(license.id) >= license.seats:
        raise LicenseConflict(GIVEN)


def move(license: License, taken: License) -> None:
    """The seats of a license that another one takes the place of."""
    session.execute(update(License).where(License.seat_of == license.id).values(seat_of=taken.id))


def _write(license: License, account_id: int) -> License:
    key = _fresh()
    made = License(
        public_id=secrets.token_urlsafe(12),
        account_id=account_id,
        product_id=license.product_id,
        edition_id=license.edition_id,
        order_line_id=license.order_line_id,
        unit=-license.id,
        key=seal(key, "license.key", subject=account_id),
        key_hash=pool.key_hash(key),
        last_five=rules.last_five(key),
        state=LicenseState.ISSUED.value,
        issued_at=clock.now(),
        expires_at=license.expires_at,
        updates_until=license.updates_until,
        organization_id=license.organization_id,
        seat_of=license.id,
    )
    session.add(made)
    session.flush()
    made.unit = -made.id
    session.flush()
    certificates.certify_taker(made)
    return made


def _fresh() -> str:
    return rules.make_key(secrets.token_bytes(rules.RANDOM_BYTES))


def _stands() -> Any:
    return License.state.not_in((LicenseState.REVOKED.value, LicenseState.TRANSFERRED.value))


@event.listens_for(License, "after_update")
def _follow(_mapper: object, connection: Connection, license: License) -> None:
    """Whoever changes a license changes its seats, in the same transaction and wherever that is written."""
    attributes = inspect(license).attrs
    if license.seat_of is not None or not any(attributes[name].history.has_changes() for name in FOLLOWS):
        return
    same: dict[str, Any] = {name: getattr(license, name) for name in FOLLOWS if name != "state"}
    table = License.__table__
    seats = update(table).where(table.c.seat_of == license.id)  # type: ignore[arg-type]
    connection.execute(seats.values(**_states(LicenseState(license.state), table.c), **same))


def _states(parent: LicenseState, seat: Any) -> dict[str, Any]:
    """What the seats of a license in this state are, and what they were before they rested. An unused one wakes unused."""
    states = {state.value: rules.seat_state(parent, state).value for state in LicenseState}
    followed = case(states, value=seat.state)
    if parent is LicenseState.SUSPENDED:
        rests = seat.state.in_([state.value for state in rules.RESTED_FROM])
        return {"state": followed, "rested_from": case((rests, seat.state), else_=seat.rested_from)}
    if parent in {LicenseState.ISSUED, LicenseState.ACTIVE}:
        unused = and_(seat.state == LicenseState.SUSPENDED.value, seat.rested_from == LicenseState.ISSUED.value)
        followed = case((unused, LicenseState.ISSUED.value), else_=followed)
    return {"state": followed, "rested_from": null()}
