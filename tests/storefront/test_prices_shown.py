"""Prices are read with or without a country's tax: every page says the same, and what the buyer pays in the end."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock, wishes
from storefront.cart.contents import CartView, LineView
from storefront.cart.shown import as_shown
from storefront.catalogue.models import Term
from storefront.money import Money, total
from storefront.orders.rules import Line, totals, without
from storefront.prices.rules import Asked
from storefront.prices.shown import Included, View
from storefront.tax.rates import STANDARD
from storefront.vouchers.service import Applied
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import put_into_cart, ware

NET = {"currency": "EUR", "country": "DE", "vat": "without"}
"""What a German business chooses."""


def test_every_country_with_a_tax_can_be_chosen() -> None:
    assert set(wishes.CHOICES["country"]) == {"any", "outside", *STANDARD}


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 99), st.integers(0, 1000)), min_size=1, max_size=6),
    st.sampled_from([0, 170, 190, 255, 270]),
    st.booleans(),
)
def test_a_cart_without_tax_comes_to_what_an_order_without_tax_does(
    asked: list[tuple[int, int, int]], permille: int, has_voucher: bool
) -> None:
    lines = [a_line(number, *one[:2]) for number, one in enumerate(asked)]
    offs = tuple(Money(line.amount.amount * one[2] // 1000, "EUR") for line, one in zip(lines, asked, strict=True))
    voucher = Applied(voucher_id=1, label="x", lines=offs, off=total(offs, "EUR")) if has_voucher else None
    cart = CartView(lines=tuple(lines), total=total([line.amount for line in lines], "EUR"), voucher=voucher)
    seen = as_shown(cart, View(country="DE", vat="without", included=Included(permille=permille)))
    bare = [
        Line(unit_price=line.unit, quantity=line.quantity, tax_rate_permille=0, discount=off if has_voucher else None)
        for line, off in zip(lines, offs, strict=True)
    ]
    if permille:
        bare = [without(line, permille) for line in bare]
    assert seen.to_pay == totals(bare, "EUR", net_prices=True).gross
    assert [line.unit for line in seen.lines] == [line.unit_price for line in bare]


def a_line(number: int, unit: int, quantity: int) -> LineView:
    price = Money(unit, "EUR")
    return LineView(
        edition_id=number,
        product_slug="x",
        product_name="X",
        edition_name="Solo",
        term=Term.PERPETUAL,
        quantity=quantity,
        unit=price,
        amount=price * quantity,
        asked=Asked(unit=price, usual=price),
        is_on_sale=True,
        changes=(),
    )


@pytest.mark.clause("P4c", "P5a")
def test_a_business_reads_everywhere_what_it_pays_in_the_end(shop: Shop) -> None:
    kiln, ada, stranger = ware(shop), shop.member(), shop.visitor()
    assert "€119.00" in stranger.get("/shop").text
    said = ada.submit("/shop", NET, action="/shop/currency").text
    assert "€100.00" in said and "€119.00" not in said and "19% for Germany comes on top, unless" in said
    assert "without" in ada.cookies()["lp_prefs"] and "€119.00" in stranger.get("/shop").text
    put_into_cart(ada, kiln, quantity=3)
    ada.submit("/shop/kilnwatch", {}, action="/account/wishlist/add")
    for path in ("/shop/kilnwatch", "/account/wishlist", f"/shop/compare?e={kiln.edition_id}", "/"):
        assert "€100.00" in ada.get(path).text and "€119.00" not in ada.get(path).text, path
    cart = ada.get("/cart").text
    assert "Total without VAT" in cart and "€300.00" in cart and "With 19% VAT" in cart and "€357.00" in cart
    assert '<option selected value="DE">' in ada.get("/checkout").text
    ada.submit("/checkout", {"vat_id": "DE136695976", "company": "Ofen GmbH"}, action="/checkout")
    assert "3 × €100.00 without VAT" in ada.get("/checkout/review").text


@pytest.mark.clause("P4c")
def test_kept_pages_of_strangers_are_told_apart_and_end_with_a_rate(
    sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ware(sqlite_shop)
    tomorrow = clock.now().date() + timedelta(days=1)
    monkeypatch.setattr("storefront.tax.rates.STANDARD", {**STANDARD, "DE": (*STANDARD["DE"], (tomorrow, 700))})
    plain, net, home, outside = (sqlite_shop.visitor() for _each in range(4))
    choose(net, **NET)
    choose(home, currency="EUR", country="AT", vat="without")
    choose(outside, currency="EUR", country="outside", vat="without")
    for _twice in range(2):  # made, then kept
        for visitor, price, words in (
            (plain, "€119.00", "Prices include tax"),
            (net, "€100.00", "unless you are a business"),
            (home, "€99.17", "20% for Austria comes on top."),
            (outside, "€119.00", "no VAT is in them"),
        ):
            page = visitor.get("/shop/kilnwatch").text
            assert price in page and words in page
    with clock.moved(timedelta(days=1)):
        assert "€70.00" in net.get("/shop/kilnwatch").text
        assert "€119.00" in plain.get("/shop/kilnwatch").text
    assert plain.post("/shop/currency", {"currency": "EUR", "country": "ZZ"}).status_code in (400, 403, 422)


def choose(visitor: Visitor, **said: str) -> None:
    visitor.submit("/shop", said, action="/shop/currency")
