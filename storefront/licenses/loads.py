"""That a license's program was loaded down for the first time: noted while the file is sent, written a moment later."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import update

from core import clock, events, later
from core.db import session
from storefront.licenses.models import License

KIND = "license_loaded"


@dataclass(frozen=True, kw_only=True)
class LicenseLoaded:
    """A license's program was loaded down for the first time, then; told in the transaction that notes it."""

    license_id: int
    at: datetime


def note(license: License) -> None:
    """Its holder gets the file."""
    if license.downloaded_at is None:
        later.note(KIND, license.id, int(clock.now().timestamp()))


def is_loaded(license: License) -> bool:
    """Whether it was, also while that waits to be written."""
    return license.downloaded_at is not None or later.noted(KIND, license.id) > 0


def write_notes(notes: dict[Hashable, int]) -> None:
    """Store the first time of each."""
    for license_id, second in notes.items():
        first = update(License).where(License.id == license_id, License.downloaded_at.is_(None))
        at = datetime.fromtimestamp(second, UTC)
        if session.execute(first.values(downloaded_at=at).returning(License.id)).first():
            events.emit(LicenseLoaded(license_id=int(str(license_id)), at=at))


later.writes(KIND, write_notes)
