"""The counter: orders by number, the buyer's data for a stated reason, the call sheet."""

from flask import Blueprint, Response, request

from core import web
from core.access import Permission, staff
from core.asking import SEARCH, noted, takes
from storefront.money import Money
from storefront.orders import service
from storefront.orders.given import Given, call_sheet, look
from storefront.orders.models import Order
from storefront.orders.rules import OPEN_STATES, OrderState, OrderVerb, can, read_order_number
from storefront.orders.views import STEPS, word

pages = Blueprint("orders_staff", __name__)
SALES = Permission.SALES


@pages.get("/staff/orders")
@staff(SALES)
@takes(number=SEARCH)
def overview() -> Response:
    """The latest orders, or the one with a number."""
    typed = request.args.get("number", "")
    if typed.strip():
        return web.see_other(f"/staff/orders/{read_order_number(typed)}")
    found = [(order, *word(order), Money(order.total, order.currency)) for order in service.latest_orders()]
    return web.render("storefront/orders/staff_overview.html", orders=found)


@pages.get("/staff/orders/<number>")
@staff(SALES)
def order(number: str) -> Response:
    """One order, without anything personal."""
    return _show(service.get_by_number(number))


@pages.post("/staff/orders/<number>/buyer")
@staff(SALES)
@takes(reason=noted("audit_entry.details"))
def buyer_submit(number: str) -> Response:
    """The same page with what the buyer gave, once, for a reason."""
    found = service.get_by_number(number)
    return _show(found, given=look(found, web.acting_staff(SALES), request.form.get("reason", "")))


@pages.post("/staff/orders/<number>/call")
@staff(SALES)
@takes(reason=noted("audit_entry.details"))
def call_submit(number: str) -> Response:
    """The same page with the telephone number, once, for a reason, while the order is open (clause P8)."""
    found = service.get_by_number(number)
    return _show(found, phone=call_sheet(found, web.acting_staff(SALES), request.form.get("reason", "")))


def _show(found: Order, given: Given | None = None, phone: str = "") -> Response:
    lines = service.lines_of(found.id)
    return web.render(
        "storefront/orders/staff_order.html",
        order=found,
        word=word(found),
        lines=lines,
        totals=service.totals_of(found, lines),
        steps=[(STEPS.get(step.verb, step.verb), step.at) for step in service.steps_of(found.id)],
        may_refund=can(OrderState(found.state), OrderVerb.REFUND),
        may_call=OrderState(found.state) in OPEN_STATES and found.phone is not None,
        given=given,
        phone=phone,
    )
