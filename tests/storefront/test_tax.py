"""Every sale to everybody is taxed by one rule: rates by the day, reverse charge, outside, exempt; and net prices add up."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.checkout.rules import EU_COUNTRIES
from storefront.money import Money, net_of_gross
from storefront.orders.models import Order
from storefront.orders.rules import Line, TaxKind, totals, without
from storefront.tax.rates import COUNTRIES, FIRST, STANDARD, member_state, standard_permille
from storefront.tax.rules import Seller, treat
from storefront.vatids.rules import Standing
from tests.shop import Shop
from tests.storefront.order_builders import buy, put_into_cart, ware
from tests.storefront.test_invoice import read

days = st.dates(min_value=FIRST, max_value=date(2030, 12, 31))
sellers = st.builds(
    Seller, country=st.sampled_from(["AT", "DE", "MC", "GB", "US", ""]), oss=st.booleans(), is_small=st.booleans()
)


@given(sellers, st.sampled_from([*COUNTRIES, "IC", "XI", ""]), st.sampled_from(Standing), days)
def test_every_sale_has_one_treatment(seller: Seller, country: str, standing: Standing, day: date) -> None:
    how = treat(seller, country, standing, day)
    state, home = member_state(country), member_state(seller.country)
    has_id = standing in {Standing.UNKNOWN, Standing.VALID}
    assert (how.kind is TaxKind.OUTSIDE) == (not state)
    assert (how.kind is TaxKind.REVERSE_CHARGE) == bool(state and state != home and has_id) == how.net_prices
    assert (how.permille > 0) == (how.kind is TaxKind.STANDARD)
    assert how.taken_out == 0 or how.kind is TaxKind.REVERSE_CHARGE
    if how.net_prices:
        assert how.taken_out == treat(seller, country, Standing.NONE, day).permille
    if how.kind is TaxKind.EXEMPT:
        assert seller.is_small and home and (state == home or not seller.oss)
    if how.kind is TaxKind.STANDARD:
        assert how.permille == standard_permille(state if seller.oss or not home else home, day)


@pytest.mark.parametrize(
    ("country", "day", "permille"),
    [
        ("EE", "2023-12-31", 200), ("EE", "2024-01-01", 220), ("EE", "2025-06-30", 220), ("EE", "2025-07-01", 240),
        ("FI", "2024-08-31", 240), ("FI", "2024-09-01", 255), ("SK", "2024-12-31", 200), ("SK", "2025-01-01", 230),
        ("RO", "2025-07-31", 190), ("RO", "2025-08-01", 210), ("DE", "2020-12-31", 160), ("MC", "2026-01-01", 200),
    ],
)  # fmt: skip
def test_a_rate_holds_from_its_first_day(country: str, day: str, permille: int) -> None:
    assert standard_permille(member_state(country), date.fromisoformat(day)) == permille


def test_the_table_is_whole_and_in_order() -> None:
    assert set(STANDARD) == EU_COUNTRIES
    for held in STANDARD.values():
        assert [since for since, _permille in held] == sorted({since for since, _permille in held})
        assert held[0][0] == FIRST
        assert all(one[1] != other[1] for one, other in zip(held, held[1:], strict=False))
    assert not any(member_state(code) for code in ("IC", "XI", "GB", "AX", "GP", "RE", "GI", "SM", "VA", "CH"))
    with pytest.raises(ValueError, match="2020-01-01"):
        standard_permille("AT", FIRST - timedelta(days=1))


@given(
    st.lists(
        st.tuples(st.integers(0, 10**7), st.integers(1, 500), st.integers(0, 1000)), min_size=1, max_size=8
    ),
    st.sampled_from([0, 170, 190, 210, 255, 270]),
)  # fmt: skip
def test_prices_without_tax_add_up(asked: list[tuple[int, int, int]], permille: int) -> None:
    """Off by half a cent for each copy and the sum at most; what was free stays free."""
    lines = [
        Line(
            unit_price=Money(unit, "EUR"),
            quantity=quantity,
            tax_rate_permille=permille,
            discount=Money(unit * quantity * off // 1000, "EUR") if off else None,
        )
        for unit, quantity, off in asked
    ]
    bare = [without(line, permille) for line in lines]
    sums = totals(bare, "EUR", net_prices=True)
    assert sums.tax.amount == 0 and sums.gross == sums.net
    assert sum(line.amount.amount for line in bare) == sums.gross.amount
    for line, less in zip(lines, bare, strict=True):
        exact = net_of_gross(line.amount, permille).net
        assert less.amount.amount >= 0 and abs(less.amount.amount - exact.amount) <= line.quantity / 2 + 1
        assert less.amount.amount == 0 or line.amount.amount


def test_a_business_elsewhere_in_the_union_pays_the_net_price(shop: Shop) -> None:
    ada = shop.member()
    put_into_cart(ada, ware(shop), quantity=2)
    ada.submit("/checkout", {"country": "DE", "vat_id": "DE136695976", "company": "Ofen GmbH"}, action="/checkout")
    page = ada.get("/checkout/review").text
    assert "Reverse charge" in page and "without VAT" in page and "200.00" in page
    number = buy(ada, ware(shop, "claybook", price=4900), country="DE", vat_id="DE136695976", company="Ofen GmbH")
    text = read(ada, number)
    assert "241.18 EUR" in text and "287.00 EUR" not in text and "Reverse charge: the buyer accounts" in text
    with shop.transaction() as session:
        order = session.query(Order).one()
        assert (order.tax_kind, order.net_prices, order.tax, order.total) == ("reverse_charge", True, 0, 24_118)


@pytest.mark.parametrize(
    ("country", "vat_id", "kind", "total"),
    [
        ("AT", "ATU13585627", "standard", 11_900),
        ("MC", "FR40303265045", "reverse_charge", 9_917),
        ("GB", "GB980780684", "outside", 11_900),
        ("DE", "", "standard", 11_900),
    ],
)
def test_an_order_says_how_it_was_taxed(sqlite_shop: Shop, country: str, vat_id: str, kind: str, total: int) -> None:
    ada = sqlite_shop.member()
    buy(ada, ware(sqlite_shop), country=country, vat_id=vat_id)
    with sqlite_shop.transaction() as session:
        order = session.query(Order).one()
        assert (order.tax_kind, order.total) == (kind, total)


def test_a_quote_keeps_how_it_is_taxed(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    put_into_cart(ada, ware(sqlite_shop), quantity=3)
    ada.submit("/checkout", {"country": "DE", "vat_id": "DE136695976", "company": "Ofen GmbH"}, action="/checkout")
    page = ada.submit("/checkout/review", {}, action="/checkout/quote").request.path
    ada.submit(page, {"terms": "y"}, action=f"{page}/accept")
    with sqlite_shop.transaction() as session:
        order = session.query(Order).one()
        assert (order.tax_kind, order.net_prices, order.total) == ("reverse_charge", True, 30_000)
