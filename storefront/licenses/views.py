"""Pages of one's own licenses."""

from flask import Blueprint, Response, render_template, request

from core import menus, web
from core.access import signed_in
from core.limits import limited
from storefront.licenses import certificates, service, sheet
from storefront.licenses.rules import LicenseState
from storefront.licenses.service import Held
from storefront.orders.models import Order
from storefront.orders.rules import OrderState

pages = Blueprint("licenses", __name__)
PAGE = 24

WORDS = {
    LicenseState.ISSUED: ("Valid", "good"),
    LicenseState.ACTIVE: ("In use", "good"),
    LicenseState.EXPIRED: ("Expired", "neutral"),
    LicenseState.SUSPENDED: ("Suspended", "warn"),
    LicenseState.REVOKED: ("Revoked", "bad"),
    LicenseState.TRANSFERRED: ("Passed on", "neutral"),
}
ENDED = {
    LicenseState.EXPIRED: "This license has ended",
    LicenseState.SUSPENDED: "This license is suspended",
    LicenseState.REVOKED: "This license is revoked",
    LicenseState.TRANSFERRED: "This license was passed on",
}


@pages.get("/account/licenses")
@signed_in
def overview() -> Response:
    """All licenses, the latest first."""
    before = _before()
    found = service.licenses_of(web.me().id, before=before, most=PAGE)
    shown = found[:PAGE]
    return web.render(
        "storefront/licenses/overview.html",
        licenses=[(held, *word(held)) for held in shown],
        older=f"/account/licenses?before={shown[-1].license.id}" if len(found) > PAGE else "",
        newer="/account/licenses" if before else "",
    )


@pages.get("/account/licenses/<public_id>")
@signed_in
def license(public_id: str) -> Response:
    """One license, its key masked."""
    return _show(service.get_for(web.me().id, public_id))


@pages.post("/account/licenses/<public_id>/reveal")
@signed_in
@limited("reveal")
def reveal_submit(public_id: str) -> Response:
    """The same page with the key on it, this once; that it was looked at is recorded."""
    held = service.get_for(web.me().id, public_id)
    return _show(held, key=service.reveal(held, web.actor()))


@pages.get("/account/licenses/<public_id>/certificate.pdf")
@signed_in
def certificate(public_id: str) -> Response:
    """The certificate that stands, as a PDF."""
    return _pdf(public_id)


@pages.get("/account/licenses/<public_id>/certificates/<number>.pdf")
@signed_in
def numbered_certificate(public_id: str, number: str) -> Response:
    """Any certificate of the license; one that was corrected says by which."""
    return _pdf(public_id, number)


def word(held: Held) -> tuple[str, str]:
    """A license's state in words, and the tone of its badge."""
    return ("Ends soon", "warn") if held.is_expiring else WORDS[held.state]


def below_order(order: Order) -> str:
    """The licenses of a paid order, on its page."""
    if order.state not in {OrderState.PAID, OrderState.REFUNDED}:
        return ""
    found = [(held, *word(held)) for held in service.licenses_of_order(order.id)]
    return render_template("storefront/licenses/_of_order.html", licenses=found)


def fill_slots() -> None:
    """What this room shows on pages of others."""
    menus.fill("order.below", below_order)


def _show(held: Held, key: str = "") -> Response:
    return web.render(
        "storefront/licenses/license.html",
        held=held,
        word=word(held),
        key=key,
        certificates=certificates.numbers_of(held.license.id),
        reveals=service.reveals_of(held.license.id),
    )


def _pdf(public_id: str, number: str = "") -> Response:
    held = service.get_for(web.me().id, public_id)
    found = certificates.sheet_of(held.license, web.actor(), number)
    answer = Response(sheet.draw(found, ENDED.get(held.state, "")), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return answer


def _before() -> int:
    typed = request.args.get("before", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else 0
