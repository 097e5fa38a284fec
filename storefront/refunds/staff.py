"""The page of a refund: say what goes back, see what that does, then do it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from core import menus, web
from core.access import Permission, staff
from core.asking import GOODS, SURE, noted, takes
from core.errors import Refusal
from storefront.money import parse
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.orders.rules import OrderState, OrderVerb, can
from storefront.refunds import pairing, service
from storefront.refunds.rules import Cause, RefundRefused, Wish

pages = Blueprint("refunds_staff", __name__)
SALES = Permission.SALES
WHY = {Cause.STAFF: "by our staff", Cause.WITHDRAWAL: "the buyer withdrew"}


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What the page brought, as it was written: `wishes` is None for the whole order."""

    fields: Mapping[str, str]
    wishes: list[Wish] | None

    @property
    def is_any(self) -> bool:
        """Whether anything was asked for."""
        return self.wishes is None or bool(self.wishes)


@pages.get("/staff/orders/<number>/refund")
@staff(SALES, fresh=True)
@takes(**{"whole": GOODS, "pieces-*": GOODS, "amount-*": GOODS})
def refund(number: str) -> Response:
    """What could go back; with something chosen, what that would do."""
    order = orders.get_by_number(number)
    try:
        typed = _typed(request.args, order)
        seen = service.preview(order, typed.wishes) if typed.is_any else None
    except Refusal as refused:
        return _show(order, dict(request.args), refused=refused, status=refused.status)
    return _show(order, typed.fields, seen)


@pages.post("/staff/orders/<number>/refund")
@staff(SALES, fresh=True)
@takes(
    **{"whole": GOODS, "pieces-*": GOODS, "amount-*": GOODS, "asked": SURE, "reason": noted("refund.reason")},
)
def refund_submit(number: str) -> Response:
    """Do it."""
    order = orders.lock(orders.get_by_number(number).id)
    reason = request.form.get("reason", "")
    typed = _typed(request.form, order)
    asked = request.form.get("asked", "")[:40]
    if not asked or not typed.is_any:
        return web.see_other(f"/staff/orders/{number}/refund", "Please say first what should go back.", "warning")
    try:
        said = _do(order, typed, reason, asked)
    except service.ReasonMissing as refused:
        seen = service.preview(order, typed.wishes)
        return _show(order, typed.fields, seen, refused=refused, reason=reason, status=422)
    return web.see_other(f"/staff/orders/{number}", said)


def _do(order: Order, typed: Typed, reason: str, asked: str) -> str:
    """Give it back, or let it wait for a second person; what to say."""
    actor, seen = web.acting_staff(SALES), service.preview(order, typed.wishes)
    if pairing.needs_second(order, seen, web.settings().refund_alone_up_to):
        pairing.ask(order, seen, typed.fields, actor, reason=reason, asked=asked)
        return "Nothing went back yet: for a sum like this somebody else of the staff has to agree. It waits here."
    service.give_back(order, typed.wishes, actor, cause=Cause.STAFF, reason=reason, asked=asked)
    return "Refunded. The money is on its way back."


@pages.post("/staff/orders/<number>/refund/<int:request_id>/agree")
@staff(SALES, fresh=True)
@takes()
def agree_submit(number: str, request_id: int) -> Response:
    """The second yes: it goes back now."""
    order = orders.lock(orders.get_by_number(number).id)
    waiting = pairing.find_waiting(order.id)
    wishes = _typed(waiting.fields, order).wishes if waiting is not None else None
    pairing.agree(order, request_id, wishes, web.acting_staff(SALES))
    return web.see_other(f"/staff/orders/{number}", "Refunded, by two of you. The money is on its way back.")


@pages.post("/staff/orders/<number>/refund/<int:request_id>/decline")
@staff(SALES)
@takes()
def decline_submit(number: str, request_id: int) -> Response:
    """No, or not any more."""
    order = orders.lock(orders.get_by_number(number).id)
    pairing.decline(order, request_id, web.acting_staff(SALES))
    return web.see_other(f"/staff/orders/{number}", "Nothing goes back. Whoever asked can ask anew.")


@pages.get("/staff/refunds/waiting")
@staff(SALES)
def waiting() -> Response:
    """All that wait for a second person."""
    return web.render("storefront/refunds/waiting.html", waiting=pairing.all_waiting(), me=web.me().id)


def below_staff_order(order: Order) -> str:
    """What waits for a second person, above the refunds of an order."""
    found = pairing.find_waiting(order.id)
    shown = render_template("storefront/refunds/_waiting.html", order=order, one=found, me=web.me().id) if found else ""
    return shown + below_order(order)


def below_order(order: Order) -> str:
    """The refunds of an order, on its pages."""
    found = service.refunds_of(order.id)
    return render_template("storefront/refunds/_of_order.html", refunds=found, why=WHY) if found else ""


def fill_slots() -> None:
    """What this room shows on pages of others."""
    menus.fill("staff.order", below_staff_order)
    menus.fill("order.below", below_order)


def _typed(given: Mapping[str, str], order: Order) -> Typed:
    """Read the fields. Refuses with RefundRefused or NotMoney what cannot be read."""
    fields = {name: text.strip()[:40] for name, text in given.items() if name.startswith(("pieces-", "amount-"))}
    if given.get("whole"):
        return Typed(fields={"whole": "yes"}, wishes=None)
    filled = {name: text for name, text in fields.items() if text not in {"", "0"}}
    wishes = [_wish(name, text, order) for name, text in filled.items()]
    if len({wish.position for wish in wishes}) < len(wishes):
        raise RefundRefused("Please give pieces or an amount for a line, not both. Nothing was changed.")
    return Typed(fields=fields, wishes=wishes)


def _wish(name: str, text: str, order: Order) -> Wish:
    kind, _dash, place = name.partition("-")
    if not _is_count(place) or (kind == "pieces" and not _is_count(text)):
        raise RefundRefused("Please write pieces as a whole number. Nothing was changed.")
    if kind == "pieces":
        return Wish(position=int(place), pieces=int(text))
    return Wish(position=int(place), amount=parse(text, order.currency))


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6


def _show(
    order: Order,
    fields: Mapping[str, str],
    seen: service.Preview | None = None,
    *,
    refused: Refusal | None = None,
    reason: str = "",
    status: int = 200,
) -> Response:
    return web.render(
        "storefront/refunds/refund.html",
        status=status,
        order=order,
        lines=list(zip(orders.lines_of(order.id), service.bought(order), strict=True)),
        may=can(OrderState(order.state), OrderVerb.REFUND),
        fields=fields,
        seen=seen,
        refused=refused.sentence if refused else "",
        reason=reason,
        asked=secrets.token_urlsafe(16),
    )
