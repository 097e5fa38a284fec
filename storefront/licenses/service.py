"""What can be done with licenses: hold, issue, reserve a pool's keys, reveal, suspend, expire."""

from collections.abc import Iterable

from sqlalchemy import func, or_, select

from core import clock
from core.db import session
from storefront.licenses.models import License, PoolKey, PoolState
from storefront.licenses.rules import LicenseState

LIVE = (LicenseState.ISSUED.value, LicenseState.ACTIVE.value)


def held_products(account_id: int) -> frozenset[int]:
    """Products of which the account holds a license that counts now: neither expired, suspended nor revoked."""
    lasting = or_(License.expires_at.is_(None), License.expires_at > clock.now())
    wanted = select(License.product_id).where(License.account_id == account_id, License.state.in_(LIVE), lasting)
    return frozenset(session.scalars(wanted.distinct()))


def free_in_pool(edition_ids: Iterable[int]) -> dict[int, int]:
    """How many keys each of these editions' pools could still give; an edition without any is not in the answer."""
    free = select(PoolKey.edition_id, func.count()).where(
        PoolKey.edition_id.in_(set(edition_ids)), PoolKey.state == PoolState.IMPORTED
    )
    return {edition_id: count for edition_id, count in session.execute(free.group_by(PoolKey.edition_id))}
