"""The demo's organization: a workshop of two, who share licenses, and the machines on which a seat is used."""

from datetime import timedelta

from sqlalchemy import select

from core import clock, db
from core.access import Actor
from core.accounts import service as accounts
from core.accounts.models import Account
from core.db import session
from privacy import gate
from storefront.activation import reading
from storefront.activation import service as activation
from storefront.activation.service import Newcomer
from storefront.catalogue import service as catalogue
from storefront.licenses.models import License
from storefront.organizations import inviting
from storefront.organizations import service as organizations
from storefront.organizations.rules import Role
from storefront.organizations.service import Seat as Place
from storefront.seats import service as seats
from storefront.seats.models import LicenseSeat
from storefront.seats.rules import Person

NAME = "Storbekk Verksted"
OWNER, MEMBER, ASKED = "owner@example.com", "member@example.com", "apprentice@example.com"
SHARED = ("plotfinch", "rowanlock")
MACHINES = (("Tegnebord 1", "linux"), ("Bærbar i verkstedet", "windows"))


def plant() -> None:
    """Found it, let the other one in, share what the owner bought, give a seat and use it. Orders are there already."""
    with clock.moved(-timedelta(days=50)), db.transaction():
        owner, member = _account(OWNER), _account(MEMBER)
        made = organizations.found(owner.id, NAME)
        place = organizations.seat_in(owner.id, made.public_id)
        inviting.accept(inviting.invite(place, MEMBER, Role.MEMBER), member.id)
        for slug in SHARED:
            _share(slug, place)
    with clock.moved(-timedelta(days=2)), db.transaction():
        given = _give(SHARED[0], place, Person(name="Jonas Ackerwind", address=MEMBER))
        taken = seats.take(given, member.id)
        for device, platform in MACHINES:
            _use(taken, device, platform)
        _give(SHARED[1], place, Person(name="Signe, apprentice", address=ASKED))


def _account(email: str) -> Account:
    found = accounts.find_by_email(email)
    assert found is not None
    return found


def _owned(slug: str, owner_id: int) -> License:
    product = catalogue.get_product(slug)
    wanted = select(License).where(License.account_id == owner_id, License.product_id == product.id)
    return session.scalars(wanted.order_by(License.id).limit(1)).one()


def _share(slug: str, place: Place) -> None:
    _owned(slug, place.account_id).organization_id = place.organization.id
    session.flush()


def _give(slug: str, place: Place, person: Person) -> LicenseSeat:
    edition_id = _owned(slug, place.account_id).edition_id
    seats.offer(place, edition_id, [person], Actor(kind="person", account_id=place.account_id))
    return session.scalars(select(LicenseSeat).order_by(LicenseSeat.id.desc()).limit(1)).one()


def _use(license: License, device: str, platform: str) -> None:
    key = gate.disclose(license.key, purpose="licenses", actor=Actor(kind="person", account_id=license.account_id))
    found = reading.find(key, product=str(license.product_id))
    assert found is not None
    activation.activate(found, Newcomer(fingerprint=f"demo-{device.lower()}", name=device, platform=platform))
