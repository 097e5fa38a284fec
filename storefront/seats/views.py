"""An organization's licenses and who has their seats, and what the link of an offered seat opens."""

from flask import Blueprint, Response, render_template, request

from core import menus, web
from core.access import public, signed_in
from core.asking import kept, nothing, takes
from core.errors import NotAllowed
from core.limits import limited
from storefront.licenses.service import Held
from storefront.organizations import service as organizations
from storefront.organizations.rules import Deed
from storefront.organizations.service import Seat as Place
from storefront.seats import leaving, pools, rules, service
from storefront.seats.rules import Person, TableRefused
from storefront.stockroom.reading import decode

pages = Blueprint("seats", __name__)
CONFIRMED = nothing("whether what was shown is to be done")
MOST_TYPED = 40_000


@pages.get("/account/organizations/<public_id>/licenses")
@signed_in
def stock(public_id: str) -> Response:
    """What it has, and who has which seat."""
    return _show(_place(public_id))


@pages.post("/account/organizations/<public_id>/licenses/<int:edition_id>/give")
@limited("form")
@signed_in
@takes(people=kept("license_seat.name", "license_seat.address"), table=kept("license_seat.address"), sure=CONFIRMED)
def give_submit(public_id: str, edition_id: int) -> Response:
    """Show whom it would be given to, then give it; where a line is wrong nobody is given anything."""
    place, typed = _place(public_id), _typed()
    place.check(Deed.GIVE_SEATS)
    found = pools.free_in(place.organization.id, edition_id)
    try:
        people = rules.read_table(typed, len(found))
    except TableRefused as refused:
        return _show(place, wrong=(edition_id, typed, refused.lines), status=422)
    if len(people) > 1 and not request.form.get("sure"):
        return _ask(place, edition_id, people, typed)
    count = service.offer(place, edition_id, people, web.actor())
    said = "One person gets" if count == 1 else f"{count} people get"
    return web.see_other(_at(place), f"{said} a mail with a link to a key of their own.")


@pages.post("/account/organizations/<public_id>/licenses/seats/<int:number>/take-back")
@signed_in
def take_back_submit(public_id: str, number: int) -> Response:
    """The seat is free again."""
    place = _place(public_id)
    service.take_back(place, number)
    return web.see_other(_at(place), "Taken back. The seat is free, and its key no longer works.")


@pages.get("/seats/<token>")
@public
def offered(token: str) -> Response:
    """What is offered to whoever has the link."""
    return web.render("storefront/seats/offered.html", seen=service.see(service.read_link(token)), token=token)


@pages.post("/seats/<token>")
@limited("form")
@signed_in
def take_submit(token: str) -> Response:
    """Yes: into the account of whoever is signed in."""
    if not web.me().confirmed:
        raise NotAllowed(
            "Please confirm your e-mail address first, by the link that we mailed to it. The seat waits for you."
        )
    held = service.take(service.read_link(token), web.me().id)
    return web.see_other(f"/account/licenses/{held.public_id}", "It is here. Its key is yours alone.")


@pages.post("/seats/<token>/decline")
@limited("form")
@public
def decline_submit(token: str) -> Response:
    """No, thank you."""
    service.decline(service.read_link(token))
    return web.see_other("/", "You declined. The seat is free again, and your address is forgotten.")


def below_license(held: Held) -> str:
    """Whose a license is that an organization paid."""
    if held.license.organization_id is None:
        return ""
    found = organizations.find(held.license.organization_id)
    return render_template("storefront/seats/_below_license.html", held=held, organization=found)


def on_organization(seat: Place) -> str:
    """The way to the licenses from the organization's page."""
    return render_template("storefront/seats/_on_organization.html", at=_at(seat)) if seat.may("give seats") else ""


def install() -> None:
    """Where it is found."""
    menus.fill("license.below", below_license)
    menus.fill("organization.cards", on_organization)
    leaving.listen()


def _place(public_id: str) -> Place:
    return organizations.seat_in(web.me().id, public_id)


def _at(place: Place) -> str:
    return f"/account/organizations/{place.organization.public_id}/licenses"


def _typed() -> str:
    table = request.files.get("table")
    if table is not None and table.filename:
        return decode(table.read(MOST_TYPED))
    return request.form.get("people", "")[:MOST_TYPED]


def _ask(place: Place, edition_id: int, people: tuple[Person, ...], typed: str) -> Response:
    return web.render("storefront/seats/sure.html", place=place, edition_id=edition_id, people=people, typed=typed)


def _show(place: Place, wrong: tuple[int, str, tuple[str, ...]] | None = None, status: int = 200) -> Response:
    place.check(Deed.GIVE_SEATS)
    stocks = pools.stock_of(place.organization.id)
    names = {
        given.seat.id: service.opened(given.seat, web.actor())
        for stock in stocks
        for given in stock.given
        if given.license is None
    }
    return web.render(
        "storefront/seats/stock.html", status=status, place=place, stocks=stocks, names=names, wrong=wrong
    )
