"""Pages of one's organizations: found one, look at its people, change them."""

from flask import Blueprint, Response, request
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from core import menus, web
from core.access import signed_in
from core.asking import kept, nothing, takes
from core.errors import Invalid, Refusal
from core.forms import Form
from core.limits import limited
from storefront.organizations import inviting, leaving, rules, service
from storefront.organizations.rules import Role
from storefront.organizations.service import Seat

pages = Blueprint("organizations", __name__)
HERE = "/account/organizations"
WHO = nothing("a customer number that the page itself sent")


class NameForm(Form):
    """The name of an organization."""

    ties = {"name": kept("organization.name")}
    name = StringField(
        "Name",
        [InputRequired(), Length(max=400)],
        render_kw={"autocomplete": "organization", "maxlength": rules.LONGEST_NAME},
    )


@pages.get("/account/organizations")
@signed_in
def overview() -> Response:
    """All that one belongs to, and the form for another."""
    return _overview(NameForm(formdata=None))


@pages.post("/account/organizations")
@limited("form")
@signed_in
@takes(NameForm)
def found_submit() -> Response:
    """Found one."""
    form = NameForm()
    try:
        made = service.found(web.me().id, form.name.data or "")
    except Refusal as refused:
        form.name.errors = [refused.sentence]
        return _overview(form, refused.status)
    return web.see_other(_at(made.public_id), f"{made.name} is made. Invite the people who belong to it.")


@pages.get("/account/organizations/<public_id>")
@signed_in
def organization(public_id: str) -> Response:
    """Its people, and what one may do there."""
    return _show(_seat(public_id))


@pages.post("/account/organizations/<public_id>/name")
@signed_in
@takes(NameForm)
def name_submit(public_id: str) -> Response:
    """Another name."""
    service.rename(_seat(public_id), NameForm().name.data or "")
    return web.see_other(_at(public_id), "It has that name from now on. Papers that were written keep the former one.")


@pages.post("/account/organizations/<public_id>/invite")
@limited("form")
@signed_in
@takes(address=kept("organization_invitation.address"), role=kept("organization_invitation.role"))
def invite_submit(public_id: str) -> Response:
    """Mail an invitation; what was typed stays where something is wrong."""
    seat, typed = _seat(public_id), request.form.get("address", "")[:254]
    try:
        inviting.invite(seat, typed, _role())
    except Invalid as refused:
        return _show(seat, wrong=(typed, refused.sentence), status=422)
    return web.see_other(_at(public_id), "Invited. The link in the mail works for fourteen days.")


@pages.post("/account/organizations/<public_id>/invitations/<int:number>/withdraw")
@signed_in
def withdraw_submit(public_id: str, number: int) -> Response:
    """Take an invitation back."""
    inviting.withdraw(_seat(public_id), number)
    return web.see_other(
        _at(public_id), "Withdrawn. The link in the mail no longer works, and the address is forgotten."
    )


@pages.post("/account/organizations/<public_id>/role")
@signed_in
@takes(number=WHO, role=kept("organization_member.role"))
def role_submit(public_id: str) -> Response:
    """Another role for a member."""
    seat, role = _seat(public_id), _role()
    name = service.set_role(seat, _number(), role)
    return web.see_other(_at(public_id), f"{name} is {role.value} now.")


@pages.post("/account/organizations/<public_id>/remove")
@signed_in
@takes(number=WHO)
def remove_submit(public_id: str) -> Response:
    """Remove a member."""
    name = service.remove(_seat(public_id), _number())
    return web.see_other(_at(public_id), f"{name} is no longer in it, and was told by mail.")


@pages.post("/account/organizations/<public_id>/owner")
@signed_in
@takes(number=WHO)
def owner_submit(public_id: str) -> Response:
    """Hand it over."""
    name = service.hand_over(_seat(public_id), _number())
    return web.see_other(_at(public_id), f"{name} owns it now. You are a manager.")


@pages.post("/account/organizations/<public_id>/leave")
@signed_in
def leave_submit(public_id: str) -> Response:
    """Go."""
    service.leave(_seat(public_id))
    return web.see_other(HERE, "You left. What you had from the organization went back to it.")


@pages.post("/account/organizations/<public_id>/close")
@signed_in
def close_submit(public_id: str) -> Response:
    """End it."""
    service.close(_seat(public_id))
    return web.see_other(HERE, "The organization is closed.")


def install() -> None:
    """Where it is found, and what happens to it when somebody is erased."""
    menus.add("account", "Organizations", HERE, rank=28)
    leaving.listen()


def _seat(public_id: str) -> Seat:
    return service.seat_in(web.me().id, public_id)


def _at(public_id: str) -> str:
    return f"{HERE}/{public_id}"


def _number() -> str:
    return request.form.get("number", "")[:24]


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError:
        raise Invalid("Please choose a role: member or manager.") from None


def _overview(form: NameForm, status: int = 200) -> Response:
    seats = service.seats_of(web.me().id)
    return web.render("storefront/organizations/overview.html", status=status, seats=seats, form=form)


def _show(seat: Seat, wrong: tuple[str, str] | None = None, status: int = 200) -> Response:
    waiting = [(one, inviting.address_of(one, web.actor())) for one in inviting.open_of(seat.organization.id)]
    return web.render(
        "storefront/organizations/organization.html",
        status=status,
        seat=seat,
        people=service.people_of(seat.organization.id),
        waiting=waiting if seat.may("invite") else [],
        roles=rules.WORDS,
        form=NameForm(formdata=None, name=seat.organization.name),
        wrong=wrong,
    )
