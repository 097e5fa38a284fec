"""/account/orders/<number>/correct: saying what is wrong on an invoice, and what it should say."""

from flask import Blueprint, Flask, Response

from core import menus, web
from core.access import signed_in
from core.asking import kept, takes
from core.errors import Invalid
from core.limits import limited
from privacy.requests import service as requests
from storefront.correcting import service, staff
from storefront.correcting.service import FIELDS, Wanted
from storefront.orders import service as orders

pages = Blueprint("correcting", __name__)


def install(app: Flask) -> None:
    """Give the program the pages, and carry granted corrections out."""
    app.register_blueprint(pages)
    app.register_blueprint(staff.pages)
    menus.fill("request.specify", staff.below_request)
    requests.fulfil("correction", service.correct)


@pages.get("/account/orders/<number>/correct")
@signed_in
def correct(number: str) -> Response:
    """What the invoice says now, and the form."""
    return _show(number, Wanted(field="company", should="", why=""))


@pages.post("/account/orders/<number>/correct")
@signed_in
@limited("form")
@takes(
    field=kept("correction.field", "request.wish"),
    should=kept("correction.new", "request.wish"),
    why=kept("correction.why", "request.wish"),
)
def correct_submit(number: str) -> Response:
    """Ask; staff decide."""
    wanted = staff.typed()
    try:
        asked = service.ask(orders.get_for(web.me().id, number), wanted, web.actor())
    except Invalid as refused:
        return _show(number, wanted, refused.sentence, status=422)
    return web.see_other(
        f"/account/privacy/requests/{asked.number}",
        "Thank you. We look at it; once it is granted, a new invoice is written.",
    )


def _show(number: str, wanted: Wanted, wrong: str = "", status: int = 200) -> Response:
    order = orders.get_for(web.me().id, number)
    return web.render(
        "storefront/correcting/correct.html",
        status=status,
        order=order,
        fields=FIELDS,
        present=service.present(order, web.actor()),
        wanted=wanted,
        wrong=wrong,
    )
