"""The counter: orders by number, the buyer's data for a stated reason, the call sheet."""

from urllib.parse import urlencode

from flask import Blueprint, Response, request

from core import web
from core.access import Permission, staff
from core.asking import SEARCH, noted, takes
from core.audit import service as audit
from storefront.money import Money
from storefront.orders import finding, service
from storefront.orders.finding import Asked, NothingFound
from storefront.orders.given import Given, call_sheet, look
from storefront.orders.models import Order
from storefront.orders.rules import OPEN_STATES, OrderState, OrderVerb, can
from storefront.orders.views import STEPS, word

pages = Blueprint("orders_staff", __name__)
SALES = Permission.SALES
WAYS = {"customer": "of customer", "key": "with a key ending in", "license": "of license"}
STATES = {
    "": "All",
    OrderState.AWAITING_PAYMENT.value: "Waiting",
    OrderState.PAID.value: "Paid",
    OrderState.PAYMENT_FAILED.value: "Failed",
    OrderState.CANCELLED.value: "Cancelled",
    OrderState.EXPIRED.value: "Expired",
    OrderState.REFUNDED.value: "Refunded",
}


@pages.get("/staff/orders")
@staff(SALES)
@takes(customer=SEARCH, key=SEARCH, license=SEARCH, state=SEARCH, before=SEARCH)
def overview() -> Response:
    """The latest orders: all, or those of a customer or a license, in one state or in any."""
    way = next((way for way in finding.ways() if request.args.get(way)), "")
    word_of_way = request.args.get(way, "")[:40] if way else ""
    return _overview(Asked(way=way, word=word_of_way, state=request.args.get("state", "")))


@pages.post("/staff/orders")
@staff(SALES)
@takes(q=SEARCH)
def find_submit() -> Response:
    """On to what answers to a number, an address or the end of a key. An address stands in no address of a page."""
    typed = request.form.get("q", "")
    try:
        found = finding.find(typed)
    except NothingFound as refused:
        return _overview(Asked(), status=404, refused=refused.sentence, typed=typed[:320])
    if isinstance(found, Order):
        return web.see_other(f"/staff/orders/{found.number}")
    audit.record(web.acting_staff(SALES), "find orders", found.way, 0, by=found.word)
    return web.see_other(f"/staff/orders?{urlencode({found.way: found.word})}")


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


def _overview(asked: Asked, status: int = 200, refused: str = "", typed: str = "") -> Response:
    typed_before = request.args.get("before", "")
    before = int(typed_before) if typed_before.isascii() and typed_before.isdigit() and len(typed_before) < 16 else 0
    found = [] if refused else finding.orders(asked, before)
    shown = found[: finding.PAGE]
    here = {name: value for name, value in ((asked.way, asked.word), ("state", asked.state)) if name and value}
    return web.render(
        "storefront/orders/staff_overview.html",
        status,
        orders=[(order, *word(order), Money(order.total, order.currency)) for order in shown],
        asked=asked,
        query=urlencode(here),
        words=WAYS.get(asked.way, ""),
        states=[(label, _address({**here, "state": state}), state == asked.state) for state, label in STATES.items()],
        older=_address({**here, "before": str(shown[-1].id)}) if len(found) > finding.PAGE else "",
        newest=_address(here) if before else "",
        refused=refused,
        typed=typed,
    )


def _address(query: dict[str, str]) -> str:
    said = urlencode({name: value for name, value in query.items() if value})
    return f"/staff/orders?{said}" if said else "/staff/orders"


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
