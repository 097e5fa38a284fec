"""VAT ids on the counter: what was answered stands below the order, and what needs somebody can be done there."""

from flask import Blueprint, Response, render_template, request

from core import menus, web
from core.access import Permission, staff
from core.asking import noted, takes
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.vatids import tasks
from storefront.vatids.rules import Standing, State

pages = Blueprint("vatids_staff", __name__)
SALES = Permission.SALES
WORDS = {
    State.OPEN: ("not confirmed yet", "neutral"),
    State.VALID: ("valid", "good"),
    State.INVALID: ("not valid", "bad"),
    State.UNANSWERED: ("not confirmed", "warn"),
}
ANSWERS = {Standing.VALID: "Valid", Standing.INVALID: "Not valid", Standing.UNKNOWN: "No clear answer"}


@pages.post("/staff/orders/<number>/vat-id/again")
@staff(SALES)
def again_submit(number: str) -> Response:
    """Ask once more from the beginning."""
    tasks.ask_again(orders.get_by_number(number), web.acting_staff(SALES))
    return web.see_other(f"/staff/orders/{number}", "Asked again. The answer appears here.")


@pages.post("/staff/orders/<number>/vat-id/done")
@staff(SALES)
@takes(note=noted("audit_entry.details"))
def done_submit(number: str) -> Response:
    """Nothing is left to do; how it ended is written down."""
    tasks.close(orders.get_by_number(number), web.acting_staff(SALES), request.form.get("note", ""))
    return web.see_other(f"/staff/orders/{number}", "Closed. What was invoiced is as it was.")


def below_order(order: Order) -> str:
    """What was answered about an order's VAT id."""
    found = tasks.asked_about(order.id)
    return (
        render_template("storefront/vatids/_of_order.html", order=order, asked=found, words=WORDS, answers=ANSWERS)
        if found
        else ""
    )


def fill_slots() -> None:
    """What this room shows on pages of others."""
    menus.fill("staff.order", below_order)
