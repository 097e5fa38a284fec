"""Pages of one's own quotes."""

from flask import Blueprint, Response, render_template, request

from core import menus, web
from core.access import signed_in
from core.asking import kept, takes
from core.limits import limited
from storefront.checkout.reviewing import Review
from storefront.money import Money
from storefront.pages.rules import TERMS_VERSION
from storefront.papers import drawing
from storefront.quotes import service
from storefront.quotes.models import Quote

pages = Blueprint("quotes", __name__)


@pages.post("/checkout/quote")
@signed_in
@limited("checkout")
def ask_submit() -> Response:
    """Write a quote over what the review shows."""
    quote = service.ask(web.me().id)
    return web.see_other(f"/account/quotes/{quote.number}", "Here is your quote. Nothing was ordered.")


@pages.get("/account/quotes")
@signed_in
def overview() -> Response:
    """All quotes, the latest first."""
    found = [(one, Money(one.total, one.currency), word(one)) for one in service.quotes_of(web.me().id)]
    return web.render("storefront/quotes/overview.html", quotes=found)


@pages.get("/account/quotes/<number>")
@signed_in
def quote(number: str) -> Response:
    """One quote, and the button that orders it."""
    return _show(number)


@pages.get("/account/quotes/<number>/quote.pdf")
@signed_in
def pdf(number: str) -> Response:
    """The quote as a PDF."""
    found = service.paper_of(service.get_for(web.me().id, number), web.actor())
    answer = Response(drawing.draw(found), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return answer


@pages.post("/account/quotes/<number>/accept")
@signed_in
@limited("checkout")
@takes(terms=kept("order.terms_version"))
def accept_submit(number: str) -> Response:
    """Order it as it was quoted."""
    if not request.form.get("terms"):
        return _show(number, status=422, refused="Please accept the terms: without them there is no contract.")
    return web.see_other(f"/checkout/pay/{service.accept(web.me().id, number, TERMS_VERSION)}")


def word(quote: Quote) -> tuple[str, str]:
    """How it stands with a quote, and the tone of its badge."""
    if quote.order_number:
        return "Ordered", "good"
    return ("Open", "accent") if service.is_open(quote) else ("Over", "neutral")


def below_review(review: Review) -> str:
    """The button that asks for a quote instead."""
    return render_template("storefront/quotes/_below_review.html", review=review)


def install() -> None:
    """What this room shows on pages of others."""
    menus.fill("review.below", below_review)
    menus.add("account", "Quotes", "/account/quotes", rank=25)


def _show(number: str, status: int = 200, refused: str = "") -> Response:
    found = service.get_for(web.me().id, number)
    return web.render(
        "storefront/quotes/quote.html",
        status=status,
        quote=found,
        word=word(found),
        is_open=service.is_open(found),
        said=service.paper_of(found, web.actor()).said,
        total=Money(found.total, found.currency),
        terms_version=TERMS_VERSION,
        refused=refused,
    )
