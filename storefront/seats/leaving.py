"""Seats when somebody leaves an organization, when it ends, in an erasure, and in the export."""

from sqlalchemy import Select, func, select, update

from core.db import session
from core.events import on
from privacy.erasure.parts import Part, on_erase
from privacy.erasure.rules import Fate, Leaving, Line, Share
from privacy.export import telling
from storefront.licenses.models import License
from storefront.licenses.rules import LicenseConflict
from storefront.licenses.service import LIVE
from storefront.organizations import service as organizations
from storefront.organizations.service import MemberLeft, OrganizationEnds
from storefront.seats import pools, service
from storefront.seats.models import LicenseSeat
from storefront.seats.rules import SeatState


def listen() -> None:
    """Take part."""
    pools.listen()
    on(MemberLeft, _left)
    on(OrganizationEnds, _ends)
    organizations.holds_open(_holds)
    on_erase(Part(name="seats", tables=("license_seat",), preview=preview, erase=erase, rank=36))
    telling.chapter("seats", "Seats", ("license_seat",), sentence="Seats of licenses that you gave to people.", rank=34)
    telling.describe("license_seat", unprinted=("state",))


def preview(account_id: int) -> Share:
    """They all go; whoever has a seat keeps it while the organization goes on."""
    count = session.scalar(select(func.count()).where(LicenseSeat.given_by == account_id)) or 0
    said = "Offers that nobody took are over. Who has a seat keeps it as long as the organization goes on."
    return Share(lines=(Line(title="Seats that you gave", count=count, fate=Fate.GOES, sentence=said, weighs=False),))


def erase(leaving: Leaving) -> None:
    """Delete what is left of them."""
    service.forget(leaving.account_id)


def _left(event: MemberLeft) -> None:
    """What they had goes back, what they offered is over, and what they paid goes to the owner."""
    for seat in session.scalars(_of(event.organization_id).where(LicenseSeat.held_id.in_(_licenses(event)))).all():
        try:
            service.end(seat, event.owner_id)
        except LicenseConflict:  # a resold key that they have seen: nobody else can have it
            continue
    for seat in session.scalars(_of(event.organization_id).where(LicenseSeat.given_by == event.account_id)).all():
        if seat.state == SeatState.OFFERED:
            service.end(seat, event.owner_id)
    given = update(LicenseSeat).where(
        LicenseSeat.given_by == event.account_id, LicenseSeat.state == SeatState.TAKEN.value
    )
    session.execute(given.values(given_by=event.owner_id))
    paid = (License.organization_id == event.organization_id, License.account_id == event.account_id)
    held = select(LicenseSeat.held_id).where(
        LicenseSeat.held_id.is_not(None), LicenseSeat.state == SeatState.TAKEN.value
    )
    own = select(License).where(*paid, License.seat_of.is_(None), License.state.in_(LIVE), License.id.not_in(held))
    for license in session.scalars(own).all():
        try:
            service.move(license, event.owner_id)
        except LicenseConflict:  # a resold key that its payer has seen
            license.organization_id = None


def _ends(event: OrganizationEnds) -> None:
    """Nobody is left who could manage it: seats end with it."""
    taken = _of(event.organization_id).where(LicenseSeat.state.in_(pools.USED))
    for seat in session.scalars(taken).all():
        try:
            service.end(seat, event.owner_id)
        except LicenseConflict:
            continue


def _holds(organization_id: int) -> str:
    used = session.scalar(
        select(func.count())
        .select_from(LicenseSeat)
        .join(License, License.id == LicenseSeat.license_id)
        .where(License.organization_id == organization_id, LicenseSeat.state.in_(pools.USED))
    )
    return "People have seats of its licenses: take them back first." if used else ""


def _of(organization_id: int) -> Select[LicenseSeat]:
    mine = select(LicenseSeat).join(License, License.id == LicenseSeat.license_id)
    return mine.where(License.organization_id == organization_id, LicenseSeat.state.in_(pools.USED))


def _licenses(event: MemberLeft) -> Select[int]:
    return select(License.id).where(License.account_id == event.account_id)
