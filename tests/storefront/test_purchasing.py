"""Members ask, a manager approves, one order is paid once, and the invoice says what each cost centre pays."""

from collections import Counter
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import select

from core import clock
from storefront.money import Money
from storefront.orders.models import Order
from storefront.purchasing import leaving, rules
from storefront.purchasing.models import JointPurchase, Requisition
from storefront.purchasing.rules import Ordered, RequisitionConflict, State, TextRefused, Verb, Want
from tests.shop import Shop
from tests.storefront.order_builders import pay, place, put_into_cart, ware
from tests.storefront.organization_builders import ask, founded, join, requisitions

centres = st.sampled_from(["", "Kiln", "Glaze", "Shop"])
wants = st.lists(st.builds(Want, edition_id=st.integers(1, 4), pieces=st.integers(1, 9), centre=centres), max_size=8)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verb", Verb)
def test_a_requisition_takes_named_steps_only(state: State, verb: Verb) -> None:
    if (state, verb) in rules.TRANSITIONS:
        assert rules.check_verb(state, verb) is rules.TRANSITIONS[state, verb]
    else:
        with pytest.raises(RequisitionConflict):
            rules.check_verb(state, verb)


@given(wants, st.lists(st.integers(1, 10**9), min_size=8, max_size=8))
def test_cost_centres_pay_together_what_the_order_costs(asked: list[Want], prices: list[int]) -> None:
    """Also where a bundle is opened into its parts; another order is nobody's."""
    parts = {4: [1, 5]}
    pieces = Counter({number: sum(w.pieces for w in asked if w.edition_id == number) for number in range(1, 5)})
    opened = [(edition, pieces[number]) for number in range(1, 5) for edition in parts.get(number, [number])]
    lines = [
        Ordered(position=nth, edition_id=edition, pieces=count)
        for nth, (edition, count) in enumerate(((e, c) for e, c in opened if c), start=1)
    ]
    found = rules.match(asked, parts, lines)
    assert found is not None and {nth: one.total() for nth, one in found.items()} == {
        line.position: line.pieces for line in lines
    }
    amounts = {line.position: Money(prices[line.position], "EUR") for line in lines}
    shares = rules.split(amounts, found, "EUR")
    assert sum(share.amount for share in shares.values()) == sum(one.amount for one in amounts.values())
    if lines:
        assert rules.match(asked, parts, lines[1:]) is None
        more = Ordered(position=99, edition_id=lines[0].edition_id, pieces=lines[0].pieces + 10)
        assert rules.match(asked, parts, [*lines[1:], more]) is None


def test_what_is_approved_is_ordered_once_and_split_on_the_invoice(shop: Shop) -> None:
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    kiln, saw = ware(shop), ware(shop, "fretsaw", price=5_000)
    assert "/cart/ask" not in bob.get("/cart").text
    home = founded(ada)
    page = f"{home}/purchases"
    join(shop, ada, home, bob, "bob@example.com")
    assert "wait for a yes" in ask(bob, kiln, saw, quantity=2, centre="Kiln room")
    ask(ada, kiln, centre="")
    shown = bob.get(page).text
    assert "Kiln room" in shown and "/approve" not in shown and "Nothing in here yet" in bob.get("/cart").text
    numbers = [one.id for one in requisitions(shop)]
    assert bob.post(f"{page}/{numbers[0]}/approve", {"cost_centre": ""}).status_code == 403
    for number in (numbers[0], numbers[2]):
        ada.submit(page, {}, action=f"/{number}/approve")
    ada.submit(page, {"reason": "We have one"}, action=f"/{numbers[1]}/decline")
    assert "We have one" in shop.letters("bob@example.com", "requisition_news")[-1].text
    assert "€357.00" in ada.get(page).text
    put_into_cart(ada, saw)
    assert ada.submit(page, {}, action="/order").status_code == 409
    ada.submit("/cart", {}, action="/cart/remove")
    assert "Ostrakon Pottery" in ada.submit(page, {}, action="/order").text
    ada.submit("/checkout", {"country": "AT"}, action="/checkout")
    assert "exactly what was approved" in ada.get("/checkout/review").text
    number = place(ada, country="AT")
    pay(ada, number)
    paper = PdfReader(BytesIO(ada.get(f"/account/orders/{number}/invoice.pdf").data))
    text = " ".join(page.extract_text() for page in paper.pages)
    assert "By cost centre" in text and "Kiln room" in text and "238.00" in text and rules.NO_CENTRE in text
    assert "is bought" in shop.letters("bob@example.com", "requisition_news")[-1].text
    assert [one.state for one in requisitions(shop)] == ["ordered", "declined", "ordered"]
    assert number in ada.get(page).text and number not in bob.get(page).text


def test_another_order_is_ones_own_and_one_that_lapses_puts_everything_back(shop: Shop) -> None:
    ada, kiln = shop.member(), ware(shop)
    page = f"{founded(ada)}/purchases"
    for _twice in range(2):
        ask(ada, kiln)
    for one in requisitions(shop):
        ada.submit(page, {}, action=f"/{one.id}/approve")
    ada.submit(page, {}, action="/order")
    ada.submit("/cart", {"quantity": "5"}, action="/cart/quantity")
    ada.submit("/checkout", {"country": "AT"}, action="/checkout")
    assert "an order of your own" in ada.get("/checkout/review").text
    own = place(ada)
    pay(ada, own)
    assert {one.state for one in requisitions(shop)} == {"checkout"}
    ada.submit(page, {}, action="/give-up")
    ada.submit(page, {}, action="/order")
    number = place(ada)
    with shop.transaction() as session:
        assert session.scalars(select(JointPurchase.state).order_by(JointPurchase.id)).all() == ["put_back", "ordered"]
        expires = session.scalars(select(Order.expires_at).where(Order.number == number)).one()
    with clock.moved(expires - clock.now()), shop.app.app_context():
        shop.database.queue.run("orders.expire", {})
    assert {one.state for one in requisitions(shop)} == {"approved"}
    ada.submit(page, {}, action="/withdraw")
    assert sorted(one.state for one in requisitions(shop)) == ["approved", "withdrawn"]


def test_texts_that_are_too_long_are_refused_and_erasure_leaves_none(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    ada, kiln = shop.member(), ware(shop)
    founded(ada)
    with pytest.raises(TextRefused):
        rules.read_text("x" * 41, rules.LONGEST_CENTRE, "cost centre")
    put_into_cart(ada, kiln)
    assert ada.submit("/cart", {"cost_centre": "x" * 41}, action="/cart/ask").status_code == 400
    assert "Kilnwatch" in ada.get("/cart").text
    ada.submit("/cart", {"cost_centre": "Kiln"}, action="/cart/ask")
    assert ada.account_id
    with shop.transaction() as session:
        assert leaving.preview(ada.account_id).lines[0].count == 1
        leaving.ordering.forget(ada.account_id)
        assert session.scalars(select(Requisition.id)).all() == []
