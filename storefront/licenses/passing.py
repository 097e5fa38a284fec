"""A license goes over to another account: that account has one of its own from then on, the former holder's is over.

Each of the two has papers, looks and downloads of its own, so that neither sees what belongs to the other.
"""

import secrets

from sqlalchemy import exists, select, update

from core import clock, keys
from core.access import PROGRAM
from core.db import session
from core.sealed import seal
from privacy import gate
from storefront.licenses import certificates, pool, rules
from storefront.licenses.models import License, PoolKey, Reveal
from storefront.licenses.rules import LicenseConflict, LicenseState, LicenseVerb
from storefront.orders.models import OrderLine

PASSED_ON = "passed on"
SEEN = (
    "You have looked at this key. It was made by another maker and cannot be exchanged for a fresh one, so it stays with "
    "you: whoever got it would share it with you."
)


def check_key(license: License) -> None:
    """Refuses with LicenseConflict a resold key that its holder has seen."""
    if _is_resold(license) and session.scalar(select(exists().where(Reveal.license_id == license.id))):
        raise LicenseConflict(SEEN)


def pass_on(license: License, account_id: int) -> License:
    """The license that takes this one's place; of our own making it has a fresh key, else the one that nobody saw.

    Refuses with LicenseConflict.
    """
    check_key(license)
    is_resold = _is_resold(license)
    if is_resold:
        key = gate.disclose(license.key, purpose="licenses", actor=PROGRAM)
    else:
        key = rules.make_key(secrets.token_bytes(rules.RANDOM_BYTES))
    unit = license.unit
    _empty(license)
    taken = _write(license, account_id, key, unit)
    if is_resold:
        session.execute(update(PoolKey).where(PoolKey.license_id == license.id).values(license_id=taken.id))
    certificates.certify_taker(taken)
    return taken


def _empty(license: License) -> None:
    """What stays with the former holder: that there was one."""
    license.state = rules.check_transition(LicenseState(license.state), LicenseVerb.TRANSFER).value
    license.unit = -license.id
    license.key = seal(PASSED_ON, "license.key", subject=license.account_id)
    license.key_hash = keys.keyed_hash("license.passed_on", secrets.token_hex(16))
    session.flush()


def _write(license: License, account_id: int, key: str, unit: int) -> License:
    taken = License(
        public_id=secrets.token_urlsafe(12),
        account_id=account_id,
        product_id=license.product_id,
        edition_id=license.edition_id,
        order_line_id=license.order_line_id,
        unit=unit,
        key=seal(key, "license.key", subject=account_id),
        key_hash=pool.key_hash(key),
        last_five=rules.last_five(key),
        state=LicenseState.ISSUED.value,
        issued_at=clock.now(),
        expires_at=license.expires_at,
        updates_until=license.updates_until,
        seats=license.seats,
        organization_id=license.organization_id,
    )
    session.add(taken)
    session.flush()
    return taken


def _is_resold(license: License) -> bool:
    return session.get_one(OrderLine, license.order_line_id).source == "pool"
