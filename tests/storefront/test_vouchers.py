"""Vouchers: typed in a cart, used by an order, given back by one that is given up; and never more often than they may."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from core import clock
from core.access import PROGRAM, Permission
from core.db import session
from storefront.cart import service as carts
from storefront.cart import vouching
from storefront.cart.models import Cart
from storefront.money import Money, total
from storefront.orders.models import Order, OrderLine
from storefront.vouchers import making, rules
from storefront.vouchers.making import Typed
from storefront.vouchers.models import CartVoucher, Voucher, VoucherClaim
from tests.shop import Shop, Visitor
from tests.storefront.cart_builders import add, post
from tests.storefront.order_builders import buy, pay, place, press, put_into_cart, ware
from tests.storefront.test_pool_concurrency import cookies_of_buyers, let_buy


def make(shop: Shop, **typed: str) -> list[str]:
    """Make vouchers as staff would."""
    with shop.transaction():
        return making.make(Typed(**typed), PROGRAM)


def use(visitor: Visitor, code: str) -> str:
    """Type a code in the cart; the page that comes next."""
    return visitor.submit("/cart", {"code": code}, action="/cart/voucher").text


def used(shop: Shop) -> tuple[int, int]:
    """Uses counted, and orders that count."""
    with shop.transaction():
        return session.scalar(select(func.sum(Voucher.used))) or 0, session.scalar(
            select(func.count(VoucherClaim.id))
        ) or 0


def test_a_voucher_goes_from_a_strangers_cart_to_a_paid_order(shop: Shop) -> None:
    kiln, clay = ware(shop, price=10_001), ware(shop, "claywatch", price=333)
    make(shop, code="Spring-26", percent="12.5", least="50 EUR", each="1")
    guest = shop.visitor()
    add(guest, clay.edition_id)
    assert "at least 50.00 EUR" in use(guest, "spring 26")
    add(guest, kiln.edition_id)
    assert "SPRING-26 is in your cart" in use(guest, "spring26")
    ada = shop.member()
    with shop.transaction():
        assert "added from the cart" in carts.merge_at_sign_in(ada.account_id, guest.cookies()["lp_cart"])
    assert "−€12.91" in ada.get("/cart").text  # 12.5 % of 103.34, rounded down
    number = place(ada)
    assert used(shop) == (1, 1)
    with shop.transaction():
        assert session.scalar(select(Order.total)) == 10_334 - 1_291
        assert sum(session.scalars(select(OrderLine.discount))) == 1_291
    put_into_cart(ada, clay)
    assert "as often as one customer may" in ada.get("/cart").text
    press(ada, f"/account/orders/{number}", "/cancel")
    assert used(shop) == (0, 0)
    number = place(ada)
    receipt = pay(ada, number)
    assert "SPRING-26" in receipt
    assert "SPRING-26" in ada.get(f"/account/orders/{number}").text
    with shop.transaction():
        assert session.scalar(select(VoucherClaim.final_at)) is not None
        assert session.scalar(select(func.count(CartVoucher.id))) == 0
    put_into_cart(ada, kiln)
    assert "as often as one customer may" in use(ada, "spring26")


def test_every_refusal_says_what_is_kept(sqlite_shop: Shop) -> None:
    kiln, free = ware(sqlite_shop), ware(sqlite_shop, "free", price=0)
    ada = sqlite_shop.member()
    assert "Put something in first" in press_code(ada, "ANYTHING")
    put_into_cart(ada, kiln)
    tomorrow = (clock.now() + timedelta(days=2)).date().isoformat()
    make(sqlite_shop, code="LATER", percent="5", starts=tomorrow)
    make(sqlite_shop, code="PAST", percent="5", starts="2020-01-01", ends="2020-01-02")
    make(sqlite_shop, code="DOLLARS", off="5 USD")
    make(sqlite_shop, code="OTHER", percent="5", only="free")
    make(sqlite_shop, code="GONE", percent="5", uses="1")
    buy_with(sqlite_shop, "GONE", kiln.edition_id)
    said = {
        "NOBODY": "no voucher with this code",
        "<b>": "A code has",
        "LATER": "begins on",
        "PAST": "is over",
        "DOLLARS": "not for prices in EUR",
        "OTHER": "not for the things in your cart",
        "GONE": "used up",
    }
    for code, words in said.items():
        page = use(ada, code)
        assert words in page
        assert "Kilnwatch" in page
    put_into_cart(ada, free)
    assert "not for the things" in use(ada, "OTHER")


def press_code(visitor: Visitor, code: str) -> str:
    """Send a code from a page that was open before the cart was emptied."""
    return post(visitor, "/cart/voucher", code=code).text


def buy_with(shop: Shop, code: str, edition_id: int) -> None:
    """Somebody else uses it."""
    bob = shop.member("bob@example.com", "Bob")
    with shop.transaction():
        carts.add(bob.account_id, None, edition_id)
        vouching.put(bob.account_id, None, code)
    place(bob)


def test_a_voucher_that_pays_for_everything_settles_the_order(sqlite_shop: Shop) -> None:
    kiln = ware(sqlite_shop, keys=1)
    make(sqlite_shop, code="GIFT", percent="100", only="kilnwatch/solo")
    ada = sqlite_shop.member()
    put_into_cart(ada, kiln)
    use(ada, "gift")
    number = place(ada)
    assert "It is yours" in ada.get(f"/checkout/pay/{number}").text
    assert ada.get(f"/account/orders/{number}/invoice.pdf").status_code == 200


def test_staff_make_end_and_count_vouchers(sqlite_shop: Shop) -> None:
    kiln = ware(sqlite_shop)
    eve = sqlite_shop.member("eve@example.com", "Eve", [Permission.CATALOGUE])
    page = "/staff/vouchers"
    assert "either a percentage or what is taken off" in press(eve, page, f"{page}/new", code="NEITHER")
    press(eve, page, f"{page}/new", code="TENNER", off="10 EUR, 11.50 USD", least="20 EUR, 22 USD")
    assert "already" in press(eve, page, f"{page}/new", code="ten-ner", percent="5")
    sheet = eve.submit(page, {"count": "3", "percent": "50", "only": "vendor:own"}, action=f"{page}/new")
    codes = sheet.text.split()[1:]
    assert len(set(codes)) == 3
    assert not any(code in eve.get(page).text for code in codes)
    ada = sqlite_shop.member()
    put_into_cart(ada, kiln)
    assert "is in your cart" in use(ada, codes[0])
    buy(ada)
    shown = eve.get(page).text
    assert "€59.50" in shown
    assert "1 of 1" in shown
    put_into_cart(ada, kiln)
    use(ada, "TENNER")
    assert "is over" in press(eve, page, "/staff/vouchers/1/end")
    review = ada.submit("/checkout", {"country": "DE"}, action="/checkout").text
    assert "takes nothing off below" in review
    assert "I have seen what changed" in review


def test_twenty_buyers_at_once_share_five_uses(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    kiln = ware(shop)
    code = make(shop, percent="10", uses="5")[0]
    cookies = cookies_of_buyers(shop, kiln, 20)
    with shop.transaction():
        for number in list(session.scalars(select(Cart.account_id))):
            vouching.put(number, None, code)
    ends = let_buy(shop, cookies, processes=2)
    assert Counter(ends) == {"paid": 5, "refused": 15}
    assert used(shop) == (5, 5)


AMOUNTS = st.lists(st.integers(0, 10**7), min_size=1, max_size=12)


@given(AMOUNTS, st.one_of(st.none(), st.integers(1, 1000)), st.integers(1, 10**8), st.lists(st.booleans(), min_size=12))
def test_discounts_are_spread_and_never_more_than_the_voucher(
    amounts: list[int], permille: int | None, off: int, mine: list[bool]
) -> None:
    goods = [
        rules.Good(edition_id=at, product_id=int(mine[at]), vendor_id=1, amount=Money(amount, "EUR"))
        for at, amount in enumerate(amounts)
    ]
    terms = rules.Terms(permille=permille, off={} if permille else {"EUR": off}, least={}, product_id=1)
    base = sum(good.amount.amount for good in goods if good.product_id)
    try:
        found = rules.discounts(terms, goods)
    except rules.NotForThese:
        assert not base
        return
    assert all(0 <= one.amount <= good.amount.amount for one, good in zip(found, goods, strict=True))
    assert all(not one for one, good in zip(found, goods, strict=True) if not good.product_id)
    assert total(found, "EUR").amount == (base * permille // 1000 if permille else min(off, base))


@given(st.text(max_size=60))
def test_typed_terms_are_read_or_refused(text: str) -> None:
    for read in (rules.read_amounts, rules.read_percent, rules.read_code):
        try:
            read(text)
        except (rules.TermsRefused, rules.NotACode):
            continue


def test_amounts_are_read_in_their_currencies() -> None:
    assert rules.read_amounts("10 EUR, 11,50 USD; 1 000 JPY") == {"EUR": 1000, "USD": 1150, "JPY": 1000}
    with pytest.raises(rules.TermsRefused):
        rules.read_amounts("10 EUR, 5 EUR")
