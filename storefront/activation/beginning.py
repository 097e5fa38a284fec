"""Trials whose days wait: they begin with the first device, or with the first download where the policy says so."""

from datetime import datetime, timedelta

from core.db import session
from core.events import on
from storefront.activation import reading
from storefront.activation.models import LicensePolicy
from storefront.activation.reading import Found
from storefront.activation.rules import Begins
from storefront.licenses import service as licenses
from storefront.licenses.loads import LicenseLoaded
from storefront.licenses.models import License


def begin(license: License, found: Found, at: datetime) -> None:
    """Its days are counted from then on, if they wait and nothing began them before."""
    if license.expires_at is None and found.row.trial_days and found.policy.begins is not Begins.ISSUE:
        license.expires_at = at + timedelta(days=found.row.trial_days)


def waits(edition_id: int) -> bool:
    """Whether the days of this edition's trials begin with their use."""
    policy = session.get(LicensePolicy, edition_id)
    return policy is not None and policy.begins != Begins.ISSUE.value


def listen() -> None:
    """Hear of downloads, and tell whoever issues licenses."""
    licenses.know_whose_days_wait(waits)
    on(LicenseLoaded, _loaded)


def _loaded(event: LicenseLoaded) -> None:
    found = reading.of_license(event.license_id)
    if found.policy.begins is Begins.DOWNLOAD:
        begin(session.get_one(License, event.license_id), found, event.at)
        session.flush()
