"""Quotes: today's prices kept for a company, ordered once, refused plainly when over or out of stock."""

import io
from datetime import timedelta

from pypdf import PdfReader
from sqlalchemy import select, update

from core import clock
from core.access import Permission
from storefront.catalogue.models import Edition
from storefront.prices.models import Price
from storefront.quotes.models import Quote
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import buy, press, put_into_cart, ware

DETAILS = {"country": "DE", "company": "Töpferei", "purchase_order": "PO 9"}


def ask(visitor: Visitor) -> str:
    """Ask for a quote over the cart; its page."""
    visitor.submit("/checkout", DETAILS, action="/checkout")
    return str(visitor.submit("/checkout/review", {}, action="/checkout/quote").request.path)


def test_a_quote_keeps_its_price_and_becomes_one_order(shop: Shop) -> None:
    ada, kiln = shop.member(), ware(shop)
    put_into_cart(ada, kiln, quantity=2)
    page = ask(ada)
    text = PdfReader(io.BytesIO(ada.get(f"{page}/quote.pdf").data)).pages[0].extract_text()
    assert "QU-" in text and "238.00 EUR" in text and "PO 9" in text and "Stands until" in text
    with shop.transaction() as session:
        session.execute(update(Edition).values(price=99_900))
        session.execute(update(Price).values(amount=99_900))
    assert "accept the terms" in ada.submit(page, {}, action=f"{page}/accept").text
    first = ada.submit(page, {"terms": "y"}, action=f"{page}/accept").request.path
    assert ada.post(f"{page}/accept", {"terms": "y"}).request.path == first
    order = f"/account/orders/{first.rsplit('/', 1)[1]}"
    assert "238.00" in ada.get(order).text.replace("€", "") and "PO 9" in ada.get(order).text
    assert order in ada.get(page).text and "Ordered" in ada.get("/account/quotes").text
    assert shop.member("eve@example.com", "Eve").get(page).status_code == 404


def test_a_quote_is_refused_when_over_or_out_of_stock_and_staff_give_it_more_time(sqlite_shop: Shop) -> None:
    ada, bob = sqlite_shop.member(), sqlite_shop.member("bob@example.com", "Bob")
    clerk = sqlite_shop.member("clerk@example.com", "Clara", [Permission.SALES])
    rare = ware(sqlite_shop, "rare", keys=1)
    put_into_cart(ada, rare)
    page = ask(ada)
    with sqlite_shop.transaction() as session:
        quote = session.scalars(select(Quote)).one()
        quote.valid_until = clock.now() - timedelta(days=1)
    refused = ada.post(f"{page}/accept", {"terms": "y"})
    assert refused.status_code == 409 and "last day has passed" in refused.text and "Over" in ada.get(page).text
    assert "stands until" in press(clerk, "/staff/quotes", "/extend")
    buy(bob, rare)
    refused = ada.submit(page, {"terms": "y"}, action=f"{page}/accept")
    assert refused.status_code == 409 and "Open" in ada.get(page).text
