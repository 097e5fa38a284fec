"""Pages of one's own orders."""

from flask import Blueprint, Response, request

from core import web
from core.access import signed_in
from storefront.money import Money
from storefront.orders import given, service
from storefront.orders.models import Order
from storefront.orders.rules import OPEN_STATES, OrderKind, OrderState, OrderVerb, can

pages = Blueprint("orders", __name__)

WORDS = {
    OrderState.AWAITING_PAYMENT: ("Awaiting payment", "warn"),
    OrderState.PAID: ("Paid", "good"),
    OrderState.PAYMENT_FAILED: ("Payment failed", "bad"),
    OrderState.CANCELLED: ("Cancelled", "neutral"),
    OrderState.EXPIRED: ("Expired", "neutral"),
    OrderState.REFUNDED: ("Refunded", "accent"),
}
GIVEN = ("Given by us", "good")
STEPS = {
    "place": "Order placed",
    "settle": "Paid",
    "fail": "A payment did not go through",
    "retry": "Tried again",
    "cancel": "Cancelled",
    "expire": "Not paid in time",
    "refund": "Refunded",
    "refund_part": "Refunded in part",
}


@pages.get("/account/orders")
@signed_in
def overview() -> Response:
    """All orders, the latest first."""
    found = service.orders_of(web.me().id, before=_before())
    shown = found[: service.PAGE]
    older = f"/account/orders?before={shown[-1].id}" if len(found) > service.PAGE else ""
    newer = "/account/orders" if _before() else ""
    return web.render(
        "storefront/orders/overview.html",
        orders=[(order, *word(order), Money(order.total, order.currency)) for order in shown],
        older=older,
        newer=newer,
    )


@pages.get("/account/orders/<number>")
@signed_in
def order(number: str) -> Response:
    """One order: where it stands, and what it holds."""
    found = service.get_for(web.me().id, number)
    lines = service.lines_of(found.id)
    return web.render(
        "storefront/orders/order.html",
        order=found,
        word=word(found),
        lines=lines,
        totals=service.totals_of(found, lines),
        steps=[(step_word(found, step.verb), step.at) for step in service.steps_of(found.id)],
        given=given.given_of(found, web.actor()),
        is_open=OrderState(found.state) in OPEN_STATES,
        may_cancel=can(OrderState(found.state), OrderVerb.CANCEL),
    )


@pages.post("/account/orders/<number>/cancel")
@signed_in
def cancel_submit(number: str) -> Response:
    """Give an unpaid order up."""
    service.cancel(service.lock(service.get_for(web.me().id, number).id), web.actor())
    return web.see_other(f"/account/orders/{number}", "The order is cancelled. Nothing was charged.")


def word(order: Order) -> tuple[str, str]:
    """An order's state in words, and the tone of its badge."""
    if order.kind == OrderKind.GIVEN and order.state == OrderState.PAID:
        return GIVEN
    is_part = order.state == OrderState.PAID and order.refunded
    return ("Refunded in part", "accent") if is_part else WORDS[OrderState(order.state)]


def step_word(order: Order, verb: str) -> str:
    """A step of an order in words; what was given was never paid."""
    return GIVEN[0] if order.kind == OrderKind.GIVEN and verb == "settle" else STEPS.get(verb, verb)


def _before() -> int:
    typed = request.args.get("before", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else 0
