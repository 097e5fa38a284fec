"""Giving seats: offered to people, taken by them, taken back, over."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import aliased

from core import clock, tokens
from core.access import Actor
from core.accounts.models import Account
from core.db import session
from core.errors import NotFound
from core.jobs.service import job
from core.sealed import Sealed, seal
from privacy import gate
from storefront.catalogue.models import Edition, Product
from storefront.licenses import passing, seats
from storefront.licenses import service as licenses
from storefront.licenses.models import License
from storefront.orders.models import OrderLine
from storefront.organizations import service as organizations
from storefront.organizations.models import Organization
from storefront.organizations.rules import Deed
from storefront.organizations.service import Seat as Place
from storefront.renewals import service as renewals
from storefront.seats import letters, pools, rules
from storefront.seats.models import LicenseSeat
from storefront.seats.rules import Person, SeatConflict, SeatState, SeatVerb

PURPOSE = "seat"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A seat as whoever has the link sees it."""

    seat: LicenseSeat
    license: License
    product: Product
    edition: Edition
    organization: Organization
    by: str


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A seat that somebody has: the license with its own key, and who has it by the name that they show."""

    license: License
    who: str
    title: str


def offer(place: Place, edition_id: int, people: Sequence[Person], giver: Actor) -> int:
    """A seat for each of them, all or none; how many. Refuses with MayNot or SeatConflict."""
    place.check(Deed.GIVE_SEATS)
    organizations.lock(place.organization.id)
    free = pools.free_in(place.organization.id, edition_id)
    if len(people) > len(free):
        raise SeatConflict(f"{len(free)} are free, and these are {len(people)} people. Nobody was given a seat.")
    for person, license_id in zip(people, free, strict=False):
        _offer(license_id, person, giver.account_id or place.account_id)
    return len(people)


def read_link(token: str) -> LicenseSeat:
    """The seat of a mailed link, locked. Raises LinkExpired or NotFound."""
    number = int(str(tokens.read(PURPOSE, token, within=rules.STANDS)))
    wanted = select(LicenseSeat).where(LicenseSeat.id == number).with_for_update()
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("This seat is no longer there.")
    return found


def see(seat: LicenseSeat) -> Seen:
    """What is offered, by whom. Refuses with SeatConflict what is over."""
    rules.check_verb(SeatState(seat.state), SeatVerb.TAKE)
    license = session.get_one(License, seat.license_id)
    return Seen(
        seat=seat,
        license=license,
        product=session.get_one(Product, license.product_id),
        edition=session.get_one(Edition, license.edition_id),
        organization=session.get_one(Organization, license.organization_id),
        by=session.get_one(Account, seat.given_by).name_shown,
    )


def take(seat: LicenseSeat, taker_id: int) -> License:
    """It is the taker's, with a key of its own. Refuses with SeatConflict or LicenseConflict."""
    license = session.get_one(License, seat.license_id, with_for_update=True, populate_existing=True)
    if session.scalar(select(License.id).where(License.seat_of == license.id, _has(taker_id)).limit(1)):
        raise SeatConflict("You have a seat of this license already. The link is for somebody else.")
    rules.check_verb(SeatState(seat.state), SeatVerb.TAKE)
    held = passing.pass_on(license, taker_id) if _is_resold(license) else seats.give(license, taker_id)
    _finish(seat, SeatVerb.TAKE)
    seat.held_id = held.id
    session.flush()
    return held


def decline(seat: LicenseSeat) -> None:
    """No, thank you. Refuses with SeatConflict."""
    _finish(seat, SeatVerb.DECLINE)


def take_back(place: Place, number: int) -> None:
    """The seat is free again. Refuses with MayNot, NotFound, SeatConflict, or LicenseConflict a resold key that was seen."""
    place.check(Deed.GIVE_SEATS)
    wanted = select(LicenseSeat).join(License, License.id == LicenseSeat.license_id)
    mine = wanted.where(LicenseSeat.id == number, License.organization_id == place.organization.id)
    found = session.scalar(mine.with_for_update(of=LicenseSeat).execution_options(populate_existing=True))
    if found is None:
        raise NotFound("There is no such seat.")
    end(found, place.organization.owner_id)


def get_taken(place: Place, number: int) -> Taken:
    """A seat that somebody has. Refuses with MayNot, or NotFound where nobody has it, or it is another organization's."""
    place.check(Deed.GIVE_SEATS)
    held, kept = aliased(License), aliased(License)
    wanted = (
        select(held, Account.name_shown, Product.name, Edition.name)
        .join(LicenseSeat, LicenseSeat.held_id == held.id)
        .join(kept, kept.id == LicenseSeat.license_id)
        .join(Account, Account.id == held.account_id)
        .join(Product, Product.id == held.product_id)
        .join(Edition, Edition.id == held.edition_id)
        .where(LicenseSeat.id == number, LicenseSeat.state == SeatState.TAKEN.value)
        .where(kept.organization_id == place.organization.id)
    )
    row = session.execute(wanted).first()
    if row is None:
        raise NotFound("Nobody has this seat.")
    return Taken(license=row[0], who=row[1] or "Somebody", title=f"{row[2]}, {row[3]}")


def end(seat: LicenseSeat, owner_id: int) -> None:
    """Take a seat back for the organization. Refuses with SeatConflict, or LicenseConflict a resold key that was seen."""
    held = session.get(License, seat.held_id, with_for_update=True) if seat.held_id else None
    if held is not None and _is_resold(held):
        passing.check_key(held)
        passing.pass_on(held, owner_id)
    elif held is not None:
        seats.end(held)
    _finish(seat, SeatVerb.TAKE_BACK)
    if held is not None:
        letters.tell_taken_back(seat, held)


def move(license: License, owner_id: int) -> None:
    """An organization's license goes over to its owner, with its seats and what was agreed about its renewal."""
    subscription = renewals.find_for(license.id)
    if subscription is not None:
        renewals.lock(subscription.id)
    taken = passing.pass_on(license, owner_id)
    seats.move(license, taken)
    session.execute(update(LicenseSeat).where(LicenseSeat.license_id == license.id).values(license_id=taken.id))
    renewals.follow(license, taken)


def opened(seat: LicenseSeat, reader: Actor) -> tuple[str, str]:
    """Name and address of whom it was offered to, for who wrote them; "" for others."""
    if reader.account_id != seat.given_by:
        return "", ""
    return _opened(seat.name, reader), _opened(seat.address, reader)


def forget(account_id: int) -> None:
    """Of somebody who is erased: what they offered is over, and whom they gave seats."""
    session.execute(delete(LicenseSeat).where(LicenseSeat.given_by == account_id))


@job("seats.lapse", every=60)
def lapse() -> None:
    """End what nobody answered, and forget the address."""
    over = (LicenseSeat.state == SeatState.OFFERED.value, LicenseSeat.offered_at <= clock.now() - rules.STANDS)
    for seat in session.scalars(select(LicenseSeat).where(*over).limit(500).with_for_update()):
        _finish(seat, SeatVerb.LAPSE)


def _offer(license_id: int, person: Person, giver_id: int) -> None:
    made = LicenseSeat(
        license_id=license_id,
        given_by=giver_id,
        state=SeatState.OFFERED.value,
        name=seal(person.name, "license_seat.name", subject=giver_id) if person.name else None,
        address=seal(person.address, "license_seat.address", subject=giver_id),
        offered_at=clock.now(),
    )
    session.add(made)
    session.flush()
    seen = see(made)
    said = {
        "product": seen.product.name,
        "organization": seen.organization.name,
        "name": person.name,
    }
    letters.offer(made, person.address, tokens.sign(PURPOSE, str(made.id)), said)


def _finish(seat: LicenseSeat, verb: SeatVerb) -> None:
    seat.state = rules.check_verb(SeatState(seat.state), verb).value
    seat.name = seat.address = None
    seat.ended_at = None if verb is SeatVerb.TAKE else clock.now()
    session.flush()


def _is_resold(license: License) -> bool:
    return session.get_one(OrderLine, license.order_line_id).source == "pool"


def _has(account_id: int) -> ColumnElement[bool]:
    return (License.account_id == account_id) & License.state.in_(licenses.LIVE)


def _opened(value: Sealed | None, actor: Actor) -> str:
    return gate.disclose(value, purpose="licenses", actor=actor) if value else ""
