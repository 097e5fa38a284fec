"""What an organization has: its licenses by edition, how many seats are free, and who has the others."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, exists, func, select
from sqlalchemy.orm import aliased

from core.accounts.models import Account
from core.db import session
from core.events import on
from storefront.catalogue.models import Edition, Product
from storefront.licenses.models import License, PoolKey, Reveal
from storefront.licenses.rules import LicenseState
from storefront.licenses.service import LIVE, LicensesIssued
from storefront.orders.models import Order
from storefront.pools.rules import PoolState
from storefront.purchasing import ordering
from storefront.seats.models import LicenseSeat
from storefront.seats.rules import SeatState

USED = (SeatState.OFFERED.value, SeatState.TAKEN.value)


@dataclass(frozen=True, kw_only=True)
class Given:
    """A seat that is offered, or that somebody has; `who` shows the name of whoever took it."""

    seat: LicenseSeat
    who: str
    license: License | None


@dataclass(frozen=True, kw_only=True)
class Stock:
    """All seats of an edition that an organization has."""

    edition_id: int
    title: str
    slug: str
    seats: int
    given: list[Given]
    kept: int

    @property
    def free(self) -> int:
        """Seats that somebody can be given. `kept` are resold keys that whoever paid has looked at."""
        return max(self.seats - len(self.given) - self.kept, 0)


def stock_of(organization_id: int) -> list[Stock]:
    """By product and edition, what is held and who has it; two statements, however many."""
    rows = session.execute(
        select(License, Product.name, Product.slug, Edition.name, _is_kept())
        .join(Product, Product.id == License.product_id)
        .join(Edition, Edition.id == License.edition_id)
        .where(*_held_by(organization_id))
        .order_by(Product.sort_name, Edition.rank, License.id)
    ).all()
    given = _given(organization_id)
    groups: dict[int, list[Row[License, str, str, str, bool]]] = {}
    for row in rows:
        groups.setdefault(row[0].edition_id, []).append(row)
    return [_stock(edition_id, mine, given) for edition_id, mine in groups.items()]


def free_in(organization_id: int, edition_id: int) -> list[int]:
    """The license of each free seat of an edition, in order: one with three free seats stands in it three times."""
    used = Counter(
        session.scalars(
            select(LicenseSeat.license_id)
            .join(License, License.id == LicenseSeat.license_id)
            .where(License.organization_id == organization_id, LicenseSeat.state.in_(USED))
        )
    )
    mine = select(License).where(*_held_by(organization_id), License.edition_id == edition_id, ~_is_kept())
    return [one.id for one in session.scalars(mine.order_by(License.id)) for _free in range(one.seats - used[one.id])]


def holds(organization_id: int) -> int:
    """How many licenses of it stand."""
    return session.scalar(select(func.count()).where(*_held_by(organization_id))) or 0


def listen() -> None:
    """Hear of licenses that were bought for an organization."""
    on(LicensesIssued, _issued)


def _issued(event: LicensesIssued) -> None:
    purchase = ordering.claim(session.get_one(Order, event.order_id))
    if purchase is not None:
        for license_id in event.license_ids:
            session.get_one(License, license_id).organization_id = purchase.organization_id
        session.flush()


def _held_by(organization_id: int) -> tuple[ColumnElement[bool], ...]:
    """Its licenses themselves, not the seats that people have. A resold key that went over to somebody counts as it was."""
    is_taken = LicenseSeat.state == SeatState.TAKEN.value
    is_somebodys = exists().where(LicenseSeat.held_id == License.id, is_taken)
    went_over = exists().where(LicenseSeat.license_id == License.id, is_taken)
    stands = License.state.in_(LIVE) | ((License.state == LicenseState.TRANSFERRED.value) & went_over)
    return (License.organization_id == organization_id, License.seat_of.is_(None), stands, ~is_somebodys)


def _given(organization_id: int) -> dict[int, list[Given]]:
    held = aliased(License)
    rows = session.execute(
        select(LicenseSeat, func.coalesce(Account.name_shown, ""), held)
        .join(License, License.id == LicenseSeat.license_id)
        .outerjoin(held, held.id == LicenseSeat.held_id)
        .outerjoin(Account, Account.id == held.account_id)
        .where(License.organization_id == organization_id, LicenseSeat.state.in_(USED))
        .order_by(LicenseSeat.id)
    )
    found: dict[int, list[Given]] = {}
    for seat, who, license in rows:
        found.setdefault(seat.license_id, []).append(Given(seat=seat, who=who, license=license))
    return found


def _is_kept() -> ColumnElement[bool]:
    """Whether it is a resold key that its payer has seen, and that therefore nobody else can have."""
    is_key = exists().where(PoolKey.license_id == License.id, PoolKey.state != PoolState.REPLACED.value)
    return is_key & exists().where(Reveal.license_id == License.id)


def _stock(edition_id: int, rows: list[Row[License, str, str, str, bool]], given: dict[int, list[Given]]) -> Stock:
    _license, product, slug, edition, _kept = rows[0]
    mine = [license for license, *_rest in rows]
    return Stock(
        edition_id=edition_id,
        title=f"{product}, {edition}",
        slug=slug,
        seats=sum(license.seats for license in mine),
        given=[one for license in mine for one in given.get(license.id, [])],
        kept=sum(kept for *_rest, kept in rows),
    )
