"""The page of a customer, found by number, by an order, or by whole e-mail address."""

from flask import Blueprint, Response, render_template, request

from core import menus, web
from core.access import Actor, Permission, staff
from core.accounts.models import Account
from core.asking import noted, takes
from core.db import session
from storefront.customers import service
from storefront.customers.service import Known
from storefront.licenses.rules import LicenseState
from storefront.licenses.views import WORDS
from storefront.money import Money
from storefront.orders.models import Order
from storefront.orders.views import word

pages = Blueprint("customers_staff", __name__)
SALES = Permission.SALES


@pages.get("/staff/customers/<number>")
@staff(SALES)
def customer(number: str) -> Response:
    """Orders and licenses; who it is stays closed."""
    return _show(number)


@pages.post("/staff/customers/<number>")
@staff(SALES)
@takes(reason=noted("audit_entry.details"))
def customer_submit(number: str) -> Response:
    """The same page with who it is, once, for a reason."""
    found = service.get(number)
    return _show(number, service.look(found, _actor(), request.form.get("reason", "")))


def beside_order(order: Order) -> str:
    """The way to the customer, beside an order."""
    number = session.get_one(Account, order.account_id).number
    return render_template("storefront/customers/_beside_order.html", number=number)


def install() -> None:
    """Where it is found."""
    menus.fill("staff.order.aside", beside_order)


def _actor() -> Actor:
    """Who answers people may know who they are; whoever sells only is told what the policy says."""
    return web.acting_staff(Permission.SUPPORT if Permission.SUPPORT.value in web.me().permissions else SALES)


def _show(number: str, known: Known | None = None) -> Response:
    found = service.get(number)
    return web.render(
        "storefront/customers/customer.html",
        customer=found,
        orders=[(order, *word(order), Money(order.total, order.currency)) for order in found.orders],
        licenses=[(*row, *WORDS[LicenseState(row[0].state)]) for row in found.licenses],
        known=known,
        most=service.SHOWN,
    )
