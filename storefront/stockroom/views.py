"""What the holder of a resold key can say about it: that it does not work, or that it was redeemed."""

from flask import Blueprint, Response, render_template, request

from core import menus, web
from core.access import signed_in
from core.asking import kept, takes
from core.errors import Invalid
from core.limits import limited
from storefront.licenses import service as licenses
from storefront.licenses.service import Held
from storefront.stockroom import disputes

pages = Blueprint("stockroom", __name__)


@pages.get("/account/licenses/<public_id>/dispute")
@signed_in
def dispute(public_id: str) -> Response:
    """Say what the maker's page said."""
    return _show(licenses.get_for(web.me().id, public_id))


@pages.post("/account/licenses/<public_id>/dispute")
@signed_in
@limited("reveal")
@takes(words=kept("key_dispute.words"))
def dispute_submit(public_id: str) -> Response:
    """Send it: to the staff, or another key comes at once."""
    held, words = licenses.get_for(web.me().id, public_id), request.form.get("words", "")
    try:
        made = disputes.dispute(held, words, web.actor())
    except Invalid as refused:
        return _show(held, status=422, refused=refused.sentence, words=words)
    say = "Here is another key; it is in your mail, too." if made.automatic else "Sent. We look at it and write to you."
    return web.see_other(f"/account/licenses/{public_id}", say)


@pages.post("/account/licenses/<public_id>/redeemed")
@signed_in
def redeemed_submit(public_id: str) -> Response:
    """The maker took the key."""
    disputes.redeem(licenses.get_for(web.me().id, public_id))
    return web.see_other(f"/account/licenses/{public_id}", "Noted: the key is redeemed.")


def below_license(held: Held) -> str:
    """How it stands with a resold key, on the page of its license."""
    found = disputes.find_resold(held, web.actor())
    return render_template("storefront/stockroom/_below_license.html", held=held, resold=found) if found else ""


def fill_slots() -> None:
    """What the stockroom shows on pages of others."""
    menus.fill("license.below", below_license)


def _show(held: Held, status: int = 200, refused: str = "", words: str = "") -> Response:
    return web.render(
        "storefront/stockroom/dispute.html",
        status=status,
        held=held,
        resold=disputes.find_resold(held, web.actor()),
        refused=refused,
        words=words,
        most=disputes.LONGEST,
        least=disputes.SHORTEST,
    )
