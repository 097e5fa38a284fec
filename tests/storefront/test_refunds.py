"""Money that goes back in parts: never more than was paid, and what becomes of licenses and resold keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from core.access import Permission
from storefront.licenses.models import License, PoolKey
from storefront.money import Money, zero
from storefront.orders import service as orders
from storefront.orders.rules import Line, totals
from storefront.papers.models import Invoice
from storefront.payments.models import PretendCharge
from storefront.refunds.models import Refund, RefundRequest
from storefront.refunds.rules import Bought, RefundRefused, Wish, is_all, plan, shares, takes_two, whole
from tests.shop import Shop
from tests.storefront.order_builders import buy, pay, place, put_into_cart, refund, ware

lines = st.lists(
    st.builds(
        Line,
        unit_price=st.integers(0, 99_999).map(lambda amount: Money(amount, "EUR")),
        quantity=st.integers(1, 7),
        tax_rate_permille=st.sampled_from([0, 70, 190, 200]),
    ),
    min_size=1,
    max_size=5,
)
asks = st.lists(
    st.tuples(st.integers(1, 5), st.integers(0, 7), st.none() | st.integers(0, 99_999)), min_size=1, max_size=12
)


@given(lines, st.booleans(), asks)
def test_no_sequence_of_refunds_gives_back_more_than_was_paid(
    sold: list[Line], net_prices: bool, wishes: list[tuple[int, int, int | None]]
) -> None:
    by_place = dict(enumerate(sold, start=1))
    paid = totals(sold, "EUR", net_prices=net_prices).gross
    shared = shares(by_place, "EUR", net_prices=net_prices)
    assert sum(shared.values(), start=zero("EUR")) == paid
    gone = {place: (0, zero("EUR")) for place in by_place}
    for wanted, pieces, amount in [*wishes, (0, 0, None)]:
        known = [
            Bought(
                position=at, gross=shared[at], pieces=line.quantity, pieces_returned=gone[at][0], returned=gone[at][1]
            )
            for at, line in by_place.items()
        ]
        wish = Wish(position=wanted, pieces=pieces, amount=None if amount is None else Money(amount, "EUR"))
        try:
            parts = whole(known) if not wanted else plan(known, [wish])
        except RefundRefused:
            continue
        assert wanted or is_all(known, parts)
        for part in parts:
            gone[part.position] = (gone[part.position][0] + part.pieces, gone[part.position][1] + part.amount)
            assert zero("EUR") <= gone[part.position][1] <= shared[part.position]
            assert gone[part.position][0] <= by_place[part.position].quantity
    assert sum((amount for _pieces, amount in gone.values()), start=zero("EUR")) == paid
    assert all(gone[at][0] == line.quantity for at, line in by_place.items())


def test_parts_go_back_one_after_the_other(shop: Shop) -> None:
    ada, clerk = shop.member(), shop.member("clerk@example.com", "Clara", [Permission.SALES])
    kiln, book = ware(shop), ware(shop, "claybook", price=2_000, keys=3)
    put_into_cart(ada, kiln)
    number = place(ada, book, quantity=2)
    assert "CLAYBOOK-KEY" not in pay(ada, number) + "".join(one.text for one in shop.letters())
    at = f"/staff/orders/{number}/refund"
    assert "2 resold keys" in clerk.get(f"{at}?whole=yes").text
    assert "at most 2" in clerk.get(f"{at}?pieces-2=3").text
    assert "without thousands separators" in clerk.get(f"{at}?amount-1=x").text
    refund(clerk, number, "amount-1=19.00")
    page = refund(clerk, number, "pieces-2=1")
    assert "Refunded in part" in page and "It was the wrong edition." in ada.get(f"/account/orders/{number}").text
    shop.work()
    with shop.transaction() as session:
        states = list(session.scalars(select(License.state).order_by(License.order_line_id, License.unit)))
        assert states == ["issued", "issued", "revoked"]
        assert sorted(session.scalars(select(PoolKey.state))) == ["delivered", "imported", "imported"]
        assert session.scalars(select(PretendCharge.returned)).one() == 1_900 + 2_000
        notes = list(session.scalars(select(Invoice.part).where(Invoice.kind == "credit_note").order_by(Invoice.id)))
        assert notes == [0, 1]
    other = shop.member("bea@example.com", "Bea")
    buy(other, book, book)
    with shop.transaction() as session:
        reveal = session.scalars(select(License).where(License.account_id == ada.account_id, License.unit == 1)).all()[
            1
        ]
        address = f"/account/licenses/{reveal.public_id}"
    ada.submit(address, action=f"{address}/reveal")
    assert "The order stays paid" not in clerk.get(f"{at}?whole=yes").text
    refund(clerk, number)
    shop.work()
    with shop.transaction() as session:
        order = orders.get_by_number(number)
        assert (order.state, order.refunded) == ("refunded", order.total)
        assert session.scalars(select(PretendCharge.returned).order_by(PretendCharge.id)).first() == order.total
        ends = session.scalars(select(License.state).where(License.account_id == ada.account_id).order_by(License.id))
        assert list(ends) == ["suspended", "suspended", "revoked"]
        assert session.scalars(select(PoolKey.state).where(PoolKey.state == "imported")).all() == []
        sold = session.execute(text("SELECT slug, sold FROM product")).all()
        assert {slug: count for slug, count in sold} == {"kilnwatch": 0, "claybook": 2}


def test_above_a_sum_two_of_the_staff_give_back_together(shop: Shop) -> None:
    ada = shop.member()
    clara, otto = (shop.member(f"{name}@example.com", name, [Permission.SALES]) for name in ("clara", "otto"))
    number = buy(ada, ware(shop, price=60_000))
    at = f"/staff/orders/{number}"
    said = clara.submit(f"{at}/refund?whole=yes", {"reason": "It did not fit at all."}, action="/refund")
    assert "somebody else of the staff has to agree" in said.text and "A refund waits" in said.text
    with shop.transaction() as session:
        assert session.scalars(select(Refund)).all() == []
        waiting = session.scalars(select(RefundRequest)).one()
    again = clara.submit(f"{at}/refund?whole=yes", {"reason": "Once more, please."}, action="/refund")
    assert again.status_code == 409 and "waits for a second person already" in again.text
    assert "Agree" not in clara.get(at).text
    assert clara.post(f"{at}/refund/{waiting.id}/agree").status_code == 403
    assert number in otto.get("/staff/refunds/waiting").text
    done = otto.submit(at, action="/agree")
    assert "Refunded, by two of you" in done.text
    with shop.transaction() as session:
        assert session.scalars(select(Refund.amount)).one() == 60_000
        assert session.scalars(select(License.state)).one() == "suspended"
        request = session.scalars(select(RefundRequest)).one()
        assert request.state == "given" and request.asked_by_id != request.decided_by_id
    assert otto.post(f"{at}/refund/{waiting.id}/agree").status_code == 404


def test_many_small_refunds_are_no_way_around_two(shop: Shop) -> None:
    ada, clara, otto = shop.member(), *(shop.member(f"{n}@example.com", n, [Permission.SALES]) for n in ("cl", "ot"))
    number = buy(ada, ware(shop, price=60_000))
    at = f"/staff/orders/{number}"
    first = clara.submit(f"{at}/refund?amount-1=400", {"reason": "A part of it."}, action="/refund")
    assert "on its way back" in first.text
    second = clara.submit(f"{at}/refund?amount-1=150", {"reason": "Another part."}, action="/refund")
    assert "has to agree" in second.text
    taken = clara.submit(at, action="/decline")
    assert "Nothing goes back" in taken.text and "A refund waits" not in taken.text
    clara.submit(f"{at}/refund?amount-1=150", {"reason": "Another part."}, action="/refund")
    assert "Nothing goes back" in otto.submit(at, action="/decline").text
    with shop.transaction() as session:
        assert sorted(session.scalars(select(RefundRequest.state))) == ["declined", "taken back"]
        assert session.scalars(select(Refund.amount)).one() == 40_000


def test_the_database_knows_that_it_takes_two(shop: Shop) -> None:
    ada, clara = shop.member(), shop.member("clara@example.com", "Clara", [Permission.SALES])
    number = buy(ada, ware(shop, price=60_000))
    clara.submit(f"/staff/orders/{number}/refund?whole=yes", {"reason": "It did not fit."}, action="/refund")
    with pytest.raises(IntegrityError), shop.transaction() as session:
        session.execute(text("update refund_request set state = 'given', decided_by_id = asked_by_id"))


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_what_takes_two_is_the_sum_of_all_that_goes_back(returned: int, amount: int, alone: int) -> None:
    assert takes_two(Money(returned, "EUR"), Money(amount, "EUR"), alone) == (returned + amount > alone)
