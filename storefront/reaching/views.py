"""The shop's part of “How we may reach you”: numbers to stop, addresses, and questions about them."""

from flask import Blueprint, Response, render_template

from core import web
from core.access import signed_in
from storefront.reaching import service

pages = Blueprint("reaching", __name__)

HERE = "/account/privacy/contact"


@pages.post(f"{HERE}/numbers/<order>/stop")
@signed_in
def stop_number(order: str) -> Response:
    """Delete the number and never call it."""
    service.stop_number(web.me().id, order)
    return web.see_other(f"{HERE}#telephone", "Deleted. We never call this number again, whatever order it came with.")


@pages.post(f"{HERE}/post/<int:grant>/yes")
@signed_in
def allow(grant: int) -> Response:
    """Give the address for this one further use."""
    service.answer(web.me().id, grant, yes=True)
    return web.see_other(f"{HERE}#post", "Allowed, for this and nothing else. You can take it back at any time.")


@pages.post(f"{HERE}/post/<int:grant>/no")
@signed_in
def refuse(grant: int) -> Response:
    """Refuse it, or take a yes back."""
    service.answer(web.me().id, grant, yes=False)
    return web.see_other(f"{HERE}#post", "Noted. The address is not used for this.")


def telephone(account_id: int) -> str:
    """The person's numbers, for the page's slot."""
    return render_template("storefront/reaching/_numbers.html", numbers=service.numbers_of(account_id))


def post(account_id: int) -> str:
    """The person's addresses, for the page's slot."""
    grants = service.grants_of(account_id)
    return render_template(
        "storefront/reaching/_addresses.html",
        addresses=service.addresses_of(account_id),
        questions=[one for one in grants if not one.answered],
        grants=[one for one in grants if one.answered],
    )
