"""/account/orders/<number>/correct, /account/licenses/<id>/correct: what is wrong on a paper, and what it should say."""

from flask import Blueprint, Flask, Response

from core import menus, web
from core.access import signed_in
from core.asking import kept, takes
from core.errors import Invalid
from core.limits import limited
from privacy.requests import service as requests
from storefront.correcting import service, staff, targets
from storefront.correcting.targets import FIELDS, Target
from storefront.orders import service as orders

pages = Blueprint("correcting", __name__)

ASKED = {
    "field": kept("correction.field", "request.wish"),
    "should": kept("correction.new", "request.wish"),
    "why": kept("correction.why", "request.wish"),
}


def install(app: Flask) -> None:
    """Give the program the pages, and carry granted corrections out."""
    app.register_blueprint(pages)
    app.register_blueprint(staff.pages)
    menus.fill("request.specify", staff.below_request)
    requests.fulfil("correction", service.correct)


@pages.get("/account/orders/<number>/correct")
@signed_in
def invoice(number: str) -> Response:
    """What the invoice says now, and the form."""
    return _show(_invoice(number))


@pages.post("/account/orders/<number>/correct")
@signed_in
@limited("form")
@takes(**ASKED)
def invoice_submit(number: str) -> Response:
    """Ask; staff decide."""
    return _ask(_invoice(number))


@pages.get("/account/licenses/<public_id>/correct")
@signed_in
def certificate(public_id: str) -> Response:
    """What the certificate says now, and the form."""
    return _show(targets.certificate_of(web.me().id, public_id, web.actor()))


@pages.post("/account/licenses/<public_id>/correct")
@signed_in
@limited("form")
@takes(**ASKED)
def certificate_submit(public_id: str) -> Response:
    """Ask; staff decide."""
    return _ask(targets.certificate_of(web.me().id, public_id, web.actor()))


def _invoice(number: str) -> Target:
    return targets.invoice_of(orders.get_for(web.me().id, number), web.actor())


def _ask(target: Target) -> Response:
    wanted = staff.typed()
    try:
        asked = service.ask(target, wanted, web.actor())
    except Invalid as refused:
        return _show(target, wanted, refused.sentence, status=422)
    what = "certificate" if target.license else "invoice"
    return web.see_other(
        f"/account/privacy/requests/{asked.number}",
        f"Thank you. We look at it; once it is granted, a new {what} is written.",
    )


def _show(target: Target, wanted: service.Wanted | None = None, wrong: str = "", status: int = 200) -> Response:
    back = f"/account/licenses/{target.license}" if target.license else f"/account/orders/{target.order}"
    return web.render(
        "storefront/correcting/correct.html",
        status=status,
        target=target,
        back=back,
        labels={field: FIELDS[field] for field in target.says},
        wanted=wanted or service.Wanted(field="", should="", why=""),
        wrong=wrong,
    )
