"""Bundles: one price in the cart, its parts in the order, to the last cent; each with a key, each given back by its share."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core.access import PROGRAM, Permission
from storefront.bundles import rules, service
from storefront.catalogue.service import EditionDraft
from storefront.licenses.models import License
from storefront.money import Money, total
from storefront.orders.models import Order, OrderLine
from tests.shop import Shop
from tests.storefront.builders import make_product
from tests.storefront.order_builders import Ware, pay, place, refund

amounts = st.integers(0, 10**7)


@given(amounts, st.lists(st.none() | amounts, min_size=1, max_size=12), st.sampled_from(["EUR", "JPY", "KWD"]), amounts)
def test_parts_add_up_to_the_bundle(price: int, alone: list[int | None], code: str, off: int) -> None:
    known = [None if one is None else Money(one, code) for one in alone]
    shares = rules.shares(Money(price, code), known)
    assert total(shares, code) == Money(price, code) and min(shares).amount >= 0
    taken = rules.split(Money(min(off, price), code), shares)
    assert total((one for one in taken if one), code).amount in {0, min(off, price)}
    assert all(one is None or one <= share for one, share in zip(taken, shares, strict=True))


def pair(shop: Shop, keys: int = 3) -> tuple[Ware, dict[str, int]]:
    """A bundle of a program of ours and a resold one."""
    editions = (
        EditionDraft(slug="solo", name="Solo", price=10_000),
        EditionDraft(slug="both", name="Both", price=14_999),
    )
    kiln = make_product(shop, "kilnwatch", editions=editions)
    pool = [f"CLAY-KEY-{number:05d}-XYZ" for number in range(keys)]
    clay = make_product(
        shop, "claydesk", source="pool", editions=(EditionDraft(slug="pro", name="Pro", price=9_900),), pool_keys=pool
    )
    parts = {"solo": kiln.editions["solo"], "pro": clay.editions["pro"]}
    with shop.transaction():
        for number in parts.values():
            service.put_in(kiln.editions["both"], number, PROGRAM)
    return Ware(kiln.id, kiln.editions["both"], kiln.slug, "both"), parts


def lines(shop: Shop, number: str) -> list[Any]:
    with shop.transaction() as session:
        wanted = select(OrderLine.edition_id, OrderLine.quantity, OrderLine.amount).join(
            Order, Order.id == OrderLine.order_id
        )
        return [
            tuple(row) for row in session.execute(wanted.where(Order.number == number).order_by(OrderLine.position))
        ]


def test_a_bundle_is_one_price_and_two_keys(shop: Shop) -> None:
    both, parts = pair(shop)
    ada = shop.member()
    page = ada.get("/shop/kilnwatch").text
    with shop.transaction():
        assert service.bundles()[0].edition.id == both.edition_id
    assert "What is in Both" in page and "Claydesk" in page and "alone €99.00" in page
    number = place(ada, both, quantity=2)
    assert lines(shop, number) == [(parts["solo"], 2, 2 * 7_537), (parts["pro"], 2, 2 * 7_462)]
    pay(ada, number)
    with shop.transaction() as session:
        held = list(session.scalars(select(License.edition_id).order_by(License.id)))
        assert sorted(held) == sorted([*parts.values()] * 2) and both.edition_id not in held
        assert session.scalars(select(Order.total)).one() == 2 * 14_999
        solo = session.scalars(select(License.public_id).where(License.edition_id == parts["solo"])).first()
    assert "Both" not in ada.get(f"/account/licenses/{solo}/plan").text, "a license cannot become several"
    clerk = shop.member("clerk@example.com", "Clerk", [Permission.SALES])
    assert "€74.62" in refund(clerk, number, "pieces-2=1") or "74.62" in clerk.get(f"/staff/orders/{number}").text


def test_a_bundle_waits_for_its_parts(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    both, parts = pair(shop, keys=1)
    ada = shop.member()
    with shop.transaction():
        from_cart = service.parts_of([both.edition_id], "EUR")[both.edition_id]
        assert [part.edition.id for part in from_cart] == list(parts.values())
    ada.submit("/shop/kilnwatch", {"edition": both.edition_id, "quantity": 2}, action="/cart/add")
    review = ada.submit("/checkout", {"country": "DE"}, action="/checkout").text
    assert "Claydesk: there are not enough keys" in review and "Order and pay" not in review


def test_staff_put_bundles_together(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    both, parts = pair(shop)
    clerk = shop.member("clerk@example.com", "Clerk", [Permission.CATALOGUE])
    page = clerk.get("/staff/bundles").text
    assert "Kilnwatch, Both" in page and "Claydesk, Pro" in page
    refused = clerk.post("/staff/bundles", {"bundle": parts["solo"], "edition": both.edition_id})
    assert refused.status_code == 409 and "cannot be part of another" in refused.text
    same = clerk.post("/staff/bundles", {"bundle": both.edition_id, "edition": parts["pro"]})
    assert "part of it already" in same.text
    assert "no key of its own" in clerk.post("/staff/bundles", {"bundle": parts["pro"], "edition": parts["solo"]}).text
    for _part in parts:
        out = clerk.submit("/staff/bundles", action="/take-out")
    assert "No bundles yet" in out.text and "What is in" not in clerk.get("/shop/kilnwatch").text
    back = clerk.post("/staff/bundles", {"bundle": both.edition_id, "edition": parts["pro"]})
    assert "from now on" in back.text
