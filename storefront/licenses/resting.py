"""Why licenses rest: each reason by itself, so that one that ends wakes nothing that another one still holds."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, SQLColumnExpression, delete, exists, select

from core import clock
from core.db import session
from storefront.licenses import rules
from storefront.licenses.models import License, Rest
from storefront.licenses.rules import LicenseState, LicenseVerb, RestCause


def change(license: License, verb: LicenseVerb) -> None:
    """The one way in which a license's state changes. Refuses with LicenseConflict or its children.

    Who is restored is again what it was before it rested.
    """
    state = rules.check_transition(LicenseState(license.state), verb)
    if verb is LicenseVerb.RESTORE and license.rested_from is not None:
        state = LicenseState(license.rested_from)
    license.state = state.value


def rest(license: License, cause: RestCause, about: int = 0) -> None:
    """One more reason to rest; `about`: the order that it comes from. What has ended for good stays as it is.

    The caller holds the license's row.
    """
    if license.state in rules.GONE:
        return
    if not session.scalar(select(exists().where(*_reason(license.id, cause, about)))):
        session.add(Rest(license_id=license.id, cause=cause.value, about=about, since=clock.now()))
    if (LicenseState(license.state), LicenseVerb.SUSPEND) in rules.TRANSITIONS:
        change(license, LicenseVerb.SUSPEND)
    session.flush()


def wake(license: License, cause: RestCause, about: int = 0) -> None:
    """This reason holds no longer. With none left it works as before, unless its money went back.

    The caller holds the license's row.
    """
    session.execute(delete(Rest).where(*_reason(license.id, cause, about)))
    if license.state == LicenseState.SUSPENDED and license.returned_at is None and not causes_of([license.id]):
        change(license, LicenseVerb.RESTORE)
    session.flush()


def lengthen(license: License, until: datetime) -> None:
    """It lasts so long. What rests rests on, and wakes renewed; what ended for good, or whose money went back, stays so."""
    if (LicenseState(license.state), LicenseVerb.RENEW) in rules.TRANSITIONS:
        change(license, LicenseVerb.RENEW)
        license.expires_at = until
    elif license.state == LicenseState.SUSPENDED and license.returned_at is None:
        license.expires_at = until
        if license.rested_from == LicenseState.EXPIRED:
            license.rested_from = LicenseState.ACTIVE.value


def causes_of(
    license_ids: Collection[int], besides: tuple[RestCause, int] | None = None
) -> dict[int, frozenset[RestCause]]:
    """Why each of them rests, `besides` one reason; those without any are left out."""
    found: dict[int, frozenset[RestCause]] = {}
    wanted = select(Rest.license_id, Rest.cause, Rest.about).where(Rest.license_id.in_(license_ids))
    for license_id, cause, about in session.execute(wanted):
        if (cause, about) != besides:
            found[license_id] = found.get(license_id, frozenset()) | {RestCause(cause)}
    return found


def rests_for(license_id: SQLColumnExpression[int], cause: RestCause) -> ColumnElement[bool]:
    """Whether a license rests for this reason, as a part of the select that names it."""
    return exists().where(Rest.license_id == license_id, Rest.cause == cause.value)


def resting_for(order_id: int) -> list[License]:
    """The licenses that rest for a dispute about this order, in the order of their pieces; not those whose money went back or that were revoked meanwhile."""
    mine = (Rest.cause == RestCause.DISPUTE.value, Rest.about == order_id, License.returned_at.is_(None))
    rests = License.state == LicenseState.SUSPENDED.value
    wanted = select(License).join(Rest, Rest.license_id == License.id).where(*mine, rests)
    return list(session.scalars(wanted.order_by(License.order_line_id, License.unit)))


def _reason(license_id: int, cause: RestCause, about: int) -> tuple[ColumnElement[bool], ...]:
    return Rest.license_id == license_id, Rest.cause == cause.value, Rest.about == about
