"""Withdrawing from an order: two steps, no account needed, decided by what was looked at."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from core import later
from storefront.licenses.models import License, PoolKey
from storefront.orders import service as orders
from storefront.payments.models import PretendCharge
from storefront.withdrawal.rules import Facts, Verdict, decide, ends_at
from tests.shop import Shop
from tests.storefront.order_builders import pay, press, put_into_cart, ware

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


def facts(*, days: float = 1, is_business: bool = False, waived: bool = True) -> Facts:
    return Facts(concluded_at=MONDAY, stated_at=MONDAY + timedelta(days=days), is_business=is_business, waived=waived)


def test_each_line_is_decided_by_its_evidence() -> None:
    assert ends_at(MONDAY) == datetime(2026, 12, 8, 12, tzinfo=UTC)
    assert ends_at(MONDAY - timedelta(days=2)).weekday() == 1, "a last day on a weekend ends on Monday, everywhere"
    for said, left, begun, verdict, pieces in [
        (facts(), 3, 1, Verdict.MAY, 2),
        (facts(), 2, 2, Verdict.BEGUN, 0),
        (facts(waived=False), 2, 2, Verdict.MAY, 2),
        (facts(days=14.9), 1, 0, Verdict.MAY, 1),
        (facts(days=15), 1, 0, Verdict.LATE, 0),
        (facts(is_business=True), 1, 0, Verdict.BUSINESS, 0),
        (facts(), 0, 0, Verdict.GONE, 0),
    ]:
        answer = decide(said, pieces_left=left, begun=begun)
        assert (answer.verdict, answer.pieces) == (verdict, pieces) and answer.reason


def test_a_stranger_withdraws_by_a_mailed_link_from_what_nobody_looked_at(shop: Shop) -> None:
    ada, kiln, book = shop.member(), ware(shop), ware(shop, "claybook", price=2_000, keys=2)
    put_into_cart(ada, kiln, book)
    ada.submit("/checkout", {"country": "DE"}, action="/checkout")
    placed = ada.submit(
        "/checkout/review", {"terms": "y", "waiver": "y"}, action="/checkout/review", follow_redirects=False
    )
    number = str(placed.location).rsplit("/", 1)[1]
    pay(ada, number)
    shop.work()
    assert "I want to use what I buy at once" in shop.letters(name="order_paid")[0].text
    with shop.transaction() as session:
        own = session.scalars(select(License).where(License.product_id == kiln.product_id)).one().public_id
    assert "All of it goes back" in ada.get(f"/account/orders/{number}/withdraw").text
    with ada.get(f"/account/licenses/{own}/download") as file:
        assert file.status_code == 200
    assert "Stays yours" in ada.get(f"/account/orders/{number}/withdraw").text
    later.flush()
    assert "Withdraw from the contract here" in ada.get(f"/account/orders/{number}").text
    stranger = shop.visitor()
    for email in ("eve@example.com", "ada@example.com"):
        sent = stranger.submit("/withdraw", {"number": number, "email": email}, action="/withdraw")
        assert "a mail is on its way" in sent.text
    shop.work()
    (letter,) = shop.letters(name="withdrawal_link")
    link = letter.link("/withdraw/")
    seen = stranger.get(link).text
    assert "Stays yours" in seen and "All of it goes back" in seen
    press(stranger, link, link)
    assert "You have withdrawn" in stranger.get(link).text
    shop.work()
    (receipt,) = shop.letters(name="withdrawal_received")
    assert "downloaded for, or used" in receipt.text and "20.00" in receipt.text
    with shop.transaction() as session:
        assert session.scalars(select(PretendCharge.returned)).one() == 2_000
        assert list(session.scalars(select(PoolKey.state))) == ["imported", "imported"]
        order = orders.get_by_number(number)
        assert (order.state, order.refunded) == ("paid", 2_000)
    assert "You have withdrawn" in ada.get(f"/account/orders/{number}/withdraw").text
    bea = shop.member("bea@example.com", "Bea")
    assert bea.get(f"/account/orders/{number}/withdraw").status_code == 404
