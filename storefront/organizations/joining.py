"""What the link of an invitation opens."""

from flask import Blueprint, Response

from core import web
from core.access import public, signed_in
from core.errors import NotAllowed
from core.limits import limited
from storefront.organizations import inviting

pages = Blueprint("joining", __name__)


@pages.get("/organizations/<token>")
@public
def invited(token: str) -> Response:
    """Into what, by whom."""
    seen = inviting.see(inviting.read_link(token))
    return web.render("storefront/organizations/invited.html", seen=seen, token=token)


@pages.post("/organizations/<token>")
@limited("form")
@signed_in
def accept_submit(token: str) -> Response:
    """Yes: whoever is signed in."""
    if not web.me().confirmed:
        raise NotAllowed(
            "Please confirm your e-mail address first, by the link that we mailed to it. The invitation waits for you."
        )
    organization = inviting.accept(inviting.read_link(token), web.me().id)
    return web.see_other(f"/account/organizations/{organization.public_id}", f"You belong to {organization.name} now.")


@pages.post("/organizations/<token>/decline")
@limited("form")
@public
def decline_submit(token: str) -> Response:
    """No, thank you."""
    inviting.decline(inviting.read_link(token))
    return web.see_other("/", "You declined. Your address is forgotten.")
