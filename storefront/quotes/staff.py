"""Quotes for staff: which there are, and more time for one."""

from flask import Blueprint, Response

from core import menus, web
from core.access import Permission, staff
from storefront.money import Money
from storefront.quotes import service
from storefront.quotes.views import word

pages = Blueprint("quotes_staff", __name__)
SALES = Permission.SALES


@pages.get("/staff/quotes")
@staff(SALES)
def overview() -> Response:
    """The latest quotes, without anything personal."""
    found = [(one, Money(one.total, one.currency), word(one)) for one in service.latest()]
    return web.render("storefront/quotes/staff.html", quotes=found)


@pages.post("/staff/quotes/<number>/extend")
@staff(SALES)
def extend_submit(number: str) -> Response:
    """Let it stand for another while."""
    quote = service.extend(number, web.acting_staff(SALES))
    return web.see_other("/staff/quotes", f"{quote.number} stands until {quote.valid_until.date().isoformat()} now.")


def install() -> None:
    """Its place in the menu."""
    menus.add("staff", "Quotes", "/staff/quotes", rank=25, permission=SALES.value)
