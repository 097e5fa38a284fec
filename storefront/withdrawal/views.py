"""Withdraw from the contract here: say it, confirm it. With a mailed link no account is needed."""

from flask import Blueprint, Response, render_template
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from core import clock, menus, web
from core.access import actor_of, public, signed_in
from core.asking import SEARCH, takes
from core.forms import Form
from core.limits import limited
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.orders.rules import OrderKind, OrderState
from storefront.orders.waivers import WAIVERS
from storefront.withdrawal import rules, service
from storefront.withdrawal.service import Statement

pages = Blueprint("withdrawal", __name__)
SENT = (
    "If this order was placed with this address, a mail is on its way to it. Open its link to confirm that you withdraw. "
    "The moment at which you asked is what counts."
)


class AskForm(Form):
    """Which order, and whose."""

    ties = {"number": SEARCH, "email": SEARCH}
    number = StringField("Order number", validators=[InputRequired("Please write the order number."), Length(max=40)])
    email = StringField(
        "E-mail address of the order", validators=[InputRequired("Please write the address."), Length(max=254)]
    )


@pages.get("/withdraw")
@public(cached=True)
def ask() -> Response:
    """Say from which order; nobody has to sign in."""
    return web.render("storefront/withdrawal/ask.html", form=AskForm(formdata=None), days=rules.DAYS)


@pages.post("/withdraw")
@limited("form")
@public(even=True)
@takes(AskForm)
def ask_submit() -> Response:
    """Mail the link; the answer is the same whether there is such an order."""
    form = AskForm()
    if not form.validate():
        return web.render("storefront/withdrawal/ask.html", status=400, form=form, days=rules.DAYS)
    service.ask(form.email.data or "", form.number.data or "")
    return web.see_other("/withdraw", SENT)


@pages.get("/withdraw/<token>")
@public
def mailed(token: str) -> Response:
    """What the withdrawal means, before it is confirmed."""
    return _show(service.statement(*service.read_link(token)), f"/withdraw/{token}")


@pages.post("/withdraw/<token>")
@limited("form")
@public
def mailed_submit(token: str) -> Response:
    """Confirm it."""
    order, stated_at = service.read_link(token)
    seen = service.withdraw(orders.lock(order.id), stated_at, actor_of(order.account_id))
    return _show(seen, f"/withdraw/{token}")


@pages.get("/account/orders/<number>/withdraw")
@signed_in
def own(number: str) -> Response:
    """The same for an order of one's own."""
    order = orders.get_for(web.me().id, number)
    return _show(service.statement(order, clock.now()), f"/account/orders/{number}/withdraw")


@pages.post("/account/orders/<number>/withdraw")
@signed_in
def own_submit(number: str) -> Response:
    """Confirm it."""
    order = orders.lock(orders.get_for(web.me().id, number).id)
    service.withdraw(order, clock.now(), web.actor())
    return web.see_other(f"/account/orders/{number}/withdraw", "You have withdrawn. The receipt is in your mail.")


def beside_order(order: Order) -> str:
    """The way to it, beside an order for as long as it can be taken."""
    is_open = order.state == OrderState.PAID and clock.now() < rules.ends_at(order.created_at)
    is_open = is_open and order.kind == OrderKind.PURCHASE
    ends_at = rules.last_day(order.created_at)
    return render_template("storefront/withdrawal/_beside.html", order=order, ends_at=ends_at) if is_open else ""


def install() -> None:
    """Where it is found."""
    menus.fill("order.aside", beside_order)
    menus.add("footer", "Withdraw from the contract here", "/withdraw", rank=70)


def _show(seen: Statement, at: str) -> Response:
    waiver = WAIVERS.get(seen.order.waiver_version or 0, "")
    return web.render("storefront/withdrawal/statement.html", seen=seen, at=at, waiver=waiver)
