"""The page on which staff decide which licenses end with a part of an order that was lost."""

from collections.abc import Mapping

from flask import Blueprint, Response, render_template, request

from core import menus, web
from core.access import Permission, staff
from core.asking import noted, nothing, takes
from core.errors import Refusal
from storefront.disputes import deciding
from storefront.licenses.rules import RestCause
from storefront.licenses.views import WORDS
from storefront.money import Money
from storefront.orders import service as orders
from storefront.orders.models import Order

pages = Blueprint("disputes_deciding", __name__)
SALES = Permission.SALES
ENDS, GOES_ON = "ends", "goes-on"
OTHERS = {
    RestCause.DISPUTE: "another order of it is disputed",
    RestCause.REFUND: "its order was taken back",
    RestCause.UNPAID: "its next period is not paid",
    RestCause.STAFF: "one of us let it rest",
}


@pages.get("/staff/orders/<number>/licenses")
@staff(SALES)
def decide(number: str) -> Response:
    """The licenses that rest since a part of the order's money was lost."""
    return _show(orders.get_by_number(number))


@pages.post("/staff/orders/<number>/licenses")
@staff(SALES)
@takes(
    **{
        "license-*": noted("license.state"),
        "reason": noted("audit_entry.details"),
        "seen": nothing("a fingerprint of what the page showed"),
    }
)
def decide_submit(number: str) -> Response:
    """Some end, the others go on."""
    order = orders.lock(orders.get_by_number(number).id)
    reason, seen = request.form.get("reason", ""), request.form.get("seen", "")[:64]
    chosen = {name: text for name, text in request.form.items() if name.startswith("license-")}
    try:
        done = deciding.decide(order, _ends(chosen), web.acting_staff(SALES), seen=seen, reason=reason)
    except (deciding.DecisionStale, deciding.ChoiceMissing, deciding.ReasonMissing) as refused:
        return _show(order, chosen, reason=reason[:200], refused=refused)
    if not done:
        return web.see_other(f"/staff/orders/{number}", "This was decided already. Nothing was changed.", "info")
    return web.see_other(f"/staff/orders/{number}", "Decided. The buyer is told by mail.")


def above_order(order: Order) -> str:
    """That something has to be decided, on the order's page."""
    asked = deciding.question(order)
    return render_template("storefront/disputes/_of_order.html", order=order, asked=asked) if asked else ""


def fill_slots() -> None:
    """What this room shows on pages of others."""
    menus.fill("staff.order", above_order)


def _ends(chosen: Mapping[str, str]) -> dict[int, bool]:
    """Whether each license ends, by its number; a choice that cannot be read is none."""
    numbers = {name.removeprefix("license-"): text for name, text in chosen.items() if text in {ENDS, GOES_ON}}
    return {int(name): text == ENDS for name, text in numbers.items() if name.isascii() and name.isdigit()}


def _show(
    order: Order, chosen: Mapping[str, str] | None = None, *, reason: str = "", refused: Refusal | None = None
) -> Response:
    return web.render(
        "storefront/disputes/decide.html",
        status=refused.status if refused else 200,
        order=order,
        total=Money(order.total, order.currency),
        asked=deciding.question(order),
        chosen=chosen or {},
        reason=reason,
        refused=refused.sentence if refused else "",
        words=WORDS,
        others=OTHERS,
    )
