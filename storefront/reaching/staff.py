"""The call sheet, and labels: each number and address opened for its own order's sake, one by one, for a reason."""

from flask import Blueprint, Response, request

from core import web
from core.access import Permission, staff
from core.asking import BUTTON, noted, takes
from core.errors import Refusal
from privacy.contact.reaching import NoContact
from privacy.contact.rules import Way
from storefront.orders import service as orders
from storefront.orders.given import call_sheet
from storefront.orders.models import Order
from storefront.orders.views import word
from storefront.reaching import rules, service

pages = Blueprint("reaching_staff", __name__)
SALES = Permission.SALES


@pages.get("/staff/calls")
@staff(SALES)
def sheet() -> Response:
    """Open orders that came with a number; the numbers are closed."""
    return _sheet()


@pages.post("/staff/calls/<number>")
@staff(SALES)
@takes(way=BUTTON, reason=noted("audit_entry.details"))
def open_number(number: str) -> Response:
    """One number, once, for a reason: to call, or to write a text message, which is the same."""
    order = orders.get_by_number(number)
    way = Way.TEXT if request.form.get("way") == "text" else Way.TELEPHONE
    try:
        return _sheet(number, phone=call_sheet(order, web.acting_staff(SALES), request.form.get("reason", ""), way))
    except Refusal as refused:
        return _sheet(number, refused=refused.sentence, status=refused.status)


@pages.get("/staff/orders/<number>/label")
@staff(SALES)
def label(number: str) -> Response:
    """A label for a letter about this order: first say what for."""
    return _label(orders.get_by_number(number))


@pages.post("/staff/orders/<number>/label")
@staff(SALES)
@takes(use=noted("access_entry.purpose"))
def label_submit(number: str) -> Response:
    """The address for that use, or why not, and a button to ask the buyer."""
    order, use = orders.get_by_number(number), request.form.get("use", "")
    try:
        return _label(order, use, address=service.label(order, use, web.acting_staff(SALES)))
    except NoContact as refused:
        return _label(order, use, refused=refused.sentence, status=409)


@pages.post("/staff/orders/<number>/ask")
@staff(SALES)
@takes(use=noted("postal_grant.given_for"))
def ask_submit(number: str) -> Response:
    """Ask the buyer for one more use of the address."""
    service.ask(orders.get_by_number(number), request.form.get("use", ""), web.acting_staff(SALES))
    return web.see_other(f"/staff/orders/{number}/label", "Asked, by mail and in the buyer's own panel.")


def _sheet(number: str = "", *, phone: str = "", refused: str = "", status: int = 200) -> Response:
    rows = [(order, *word(order), str(order.phone)) for order in service.open_calls()]
    return web.render(
        "storefront/reaching/calls.html",
        status=status,
        rows=rows,
        opened=number,
        phone=phone,
        refused=refused,
        reason=request.form.get("reason", ""),
    )


def _label(order: Order, use: str = "", *, address: str = "", refused: str = "", status: int = 200) -> Response:
    grant = service.find_grant(order, use) if use else None
    return web.render(
        "storefront/reaching/label.html",
        status=status,
        order=order,
        uses=rules.USES,
        use=use,
        address=address,
        refused=refused,
        may_ask=bool(refused) and grant is None and use != rules.COLLECTED,
        asked=grant is not None,
    )
