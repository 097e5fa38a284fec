"""Staff set prices in each currency, by volume and on sale, and shoppers see them at once."""

from datetime import timedelta

from core import clock
from core.access import Permission
from tests.shop import Shop, Visitor, find_form
from tests.storefront.builders import make_product


def confirmed(kim: Visitor, page: str, action: str) -> str:
    """Save what a page said that it changes, if it is one that asks."""
    if "Nothing is saved yet" not in page:
        return page
    form = find_form(page, action)
    return kim.client.post(form.action, data=form.values, follow_redirects=True).text


def test_prices_are_set_dropped_and_put_on_sale(shop: Shop) -> None:
    kim, kiln = shop.member("keeper@example.com", "Kim", [Permission.CATALOGUE]), make_product(shop)
    at = f"/staff/catalogue/kilnwatch/prices/{kiln.editions['solo']}"
    assert at in kim.get("/staff/catalogue/kilnwatch").text
    assert "No cart holds this edition" in kim.get(at).text
    ada = shop.member()
    ada.submit("/shop/kilnwatch", {}, action="/cart/add")

    def send(act: str, **typed: str) -> str:
        return confirmed(kim, kim.submit(at, typed, action=f"{at}/{act}").text, f"{at}/{act}")

    asked = kim.submit(at, {"currency": "EUR", "price": "109"}, action=f"{at}/set").text
    assert "Nothing is saved yet" in asked and "119.00 EUR" in asked and "its owner accepts it before paying" in asked
    assert "€119.00" in shop.visitor().get("/shop/kilnwatch").text
    shop.member("bea@example.com", "Bea").submit("/shop/kilnwatch", {}, action="/cart/add")
    again = confirmed(kim, asked, f"{at}/set")
    assert "Something changed since this was shown" in again and "€119.00" in shop.visitor().get("/shop/kilnwatch").text
    assert "It costs 109.00 EUR now." in send("set", currency="EUR", price="109", quantity="")
    assert "2 carts hold this edition" in kim.get(at).text and "€109.00" in shop.visitor().get("/shop/kilnwatch").text
    assert "for each of 5 or more" in send("set", currency="EUR", price="99.00", quantity="5")
    assert "5 and more" in shop.visitor().get("/shop/kilnwatch").text
    assert "¥15,000" in send("set", currency="JPY", price="15000", quantity="1")
    wrong = send("set", currency="JPY", price="15000.50", quantity="1")
    assert "what you typed is kept" in wrong and 'value="15000.50"' in wrong
    assert "no price in KWD" in send("set", currency="KWD", price="9", quantity="5")
    today = clock.now().date()
    assert "A day looks like" in send("sale", currency="EUR", price="89", starts="soon", ends="2031-01-01")
    assert "needs a last day" in send("sale", currency="EUR", price="89", starts="", ends="")
    assert "No sale was made" in send("sale", currency="EUR", price="189", starts="", ends=str(today))
    page = send("sale", currency="EUR", price="89", starts="", ends=str(today + timedelta(days=6)))
    assert "The sale has begun." in page and "Holds now" in page
    seen = shop.visitor().get("/shop/kilnwatch").text
    assert "€89.00" in seen and "Lowest price of the 30 days before" in seen
    assert "The sale is over" in send("end", sale=page.split('name="sale" value="')[1].split('"')[0])
    assert "not sold in JPY any more" in send("drop", currency="JPY", quantity="1")
    assert "cost the same as fewer" in send("drop", currency="EUR", quantity="5")
    assert kim.client.post(f"{at}/end", data={}).status_code in {400, 403}
    assert kim.get(f"/staff/catalogue/other/prices/{kiln.editions['solo']}").status_code == 404
    assert ada.get(at).status_code == 403
