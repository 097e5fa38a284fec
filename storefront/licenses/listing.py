"""All licenses of the shop for staff: by product, edition, state and end, without a word about who holds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, Row, Select, or_, select

from core import clock
from core.db import session
from storefront.catalogue.models import Edition, Product
from storefront.licenses.models import License
from storefront.licenses.rules import LicenseState

PAGE = 50
RUNNING = (LicenseState.ISSUED.value, LicenseState.ACTIVE.value)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the list is narrowed by; 0, "" and None for nothing. `ends_before`: licenses with an end before that day."""

    product: str = ""
    edition_id: int = 0
    state: str = ""
    ends_before: date | None = None


def read(typed: Mapping[str, str]) -> Wanted:
    """What an address asks for; what cannot be read narrows nothing."""
    edition, state, day = typed.get("edition", ""), typed.get("state", ""), typed.get("ends", "").strip()
    try:
        ends = date.fromisoformat(day) if day else None
    except ValueError:
        ends = None
    return Wanted(
        product=typed.get("product", "")[:80],
        edition_id=int(edition) if edition.isascii() and edition.isdigit() and len(edition) < 16 else 0,
        state=state if state in set(LicenseState) else "",
        ends_before=ends if ends and 1900 < ends.year < 9000 else None,
    )


def all_of(wanted: Wanted) -> Select[int]:
    """The numbers of the licenses that are meant, the latest first."""
    return select(License.id).where(*_conditions(wanted)).order_by(License.id.desc())


def licenses(wanted: Wanted, before: int = 0) -> Sequence[Row[License, str, str]]:
    """A page of them and one more, each with the names of its product and edition; one statement."""
    found = select(License, Product.name, Edition.name).join(Product, Product.id == License.product_id)
    found = found.join(Edition, Edition.id == License.edition_id).where(*_conditions(wanted))
    if before:
        found = found.where(License.id < before)
    return session.execute(found.order_by(License.id.desc()).limit(PAGE + 1)).all()


def products() -> list[tuple[str, str]]:
    """All products by name: what can be chosen."""
    rows = session.execute(select(Product.slug, Product.name).order_by(Product.sort_name, Product.id))
    return [(slug, name) for slug, name in rows]


def editions(product: str) -> list[tuple[int, str]]:
    """The editions of the product that was chosen."""
    wanted = select(Edition.id, Edition.name).join(Product, Product.id == Edition.product_id)
    rows = session.execute(wanted.where(Product.slug == product).order_by(Edition.rank, Edition.id))
    return [(number, name) for number, name in rows] if product else []


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.product:
        found.append(License.product_id.in_(select(Product.id).where(Product.slug == wanted.product)))
    if wanted.edition_id:
        found.append(License.edition_id == wanted.edition_id)
    if wanted.state:
        found.append(_is(LicenseState(wanted.state)))
    if wanted.ends_before:
        day = wanted.ends_before
        found.append(License.expires_at < datetime(day.year, day.month, day.day, tzinfo=UTC))
    return found


def _is(state: LicenseState) -> ColumnElement[bool]:
    """In this state as it counts now, whatever a job has written down yet."""
    now = clock.now()
    is_written = License.state == state.value
    if state.value in RUNNING:
        return is_written & or_(License.expires_at.is_(None), License.expires_at > now)
    if state is LicenseState.EXPIRED:
        return or_(is_written, License.state.in_(RUNNING) & (License.expires_at <= now))
    return is_written
