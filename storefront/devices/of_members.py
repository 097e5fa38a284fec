"""The devices of a seat that somebody has from an organization, for whoever gives its seats."""

from flask import Blueprint, Response, render_template

from core import menus, web
from core.access import signed_in
from core.asking import takes
from core.limits import limited
from storefront.activation import history
from storefront.devices import service, words
from storefront.licenses.service import Held
from storefront.organizations import service as organizations
from storefront.organizations.service import Seat as Place
from storefront.seats import service as seats
from storefront.seats.service import Taken

pages = Blueprint("member_devices", __name__)
HERE = "/account/organizations/<public_id>/licenses/seats/<int:number>"
ENTRIES = 50


@pages.get(HERE)
@signed_in
def member_devices(public_id: str, number: int) -> Response:
    """Where it is used, and what happened to it; neither its key nor anything that opens it."""
    place, taken = _found(public_id, number)
    found = service.found_of(taken.license)
    entries = history.of(taken.license.id, most=ENTRIES)
    return web.render(
        "storefront/devices/of_member.html",
        place=place,
        taken=taken,
        at=f"/account/organizations/{public_id}/licenses/seats/{number}",
        devices=service.devices_of(found),
        used=words.places(found.row.machines or 0, found.max_machines, found.policy.lock),
        pulses=words.PULSES,
        history=[(one, words.told(one.verb, one.details, words.BY_MEMBER)) for one in entries],
    )


@pages.post(f"{HERE}/devices/<device>/remove")
@signed_in
@limited("form")
@takes()
def remove_submit(public_id: str, number: int, device: str) -> Response:
    """Take one off."""
    _place, taken = _found(public_id, number)
    service.remove(taken.license, device, by="organization")
    return web.see_other(
        f"/account/organizations/{public_id}/licenses/seats/{number}",
        "The device is off the license, and its place is free. Who has the seat reads that in its history.",
    )


def told_to_holder(held: Held) -> str:
    """Who else sees this list, for whoever has the seat."""
    organization = organizations.find(held.license.organization_id or 0)
    return render_template("storefront/devices/_seen_by.html", organization=organization) if organization else ""


def install() -> None:
    """What stands on the holder's own page of devices."""
    menus.fill("license.devices", told_to_holder)


def _found(public_id: str, number: int) -> tuple[Place, Taken]:
    place = organizations.seat_in(web.me().id, public_id)
    return place, seats.get_taken(place, number)
