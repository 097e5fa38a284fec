"""Carts at the sign-in page: what was filled before comes along, is told, and nobody ever gets another person's cart."""

from datetime import timedelta

import pytest

from core import clock
from storefront.cart import service as cart_service
from storefront.catalogue import service as catalogue
from storefront.catalogue.service import EditionDraft
from tests.shop import PASSWORD, Shop, Visitor
from tests.storefront.builders import Made, make_product
from tests.storefront.cart_builders import add, carts, kept, post

EDITIONS = (EditionDraft(slug="solo", name="Solo", price=11_900), EditionDraft(slug="team", name="Team", price=29_900))


def kilnwatch(shop: Shop) -> Made:
    return make_product(shop, editions=EDITIONS)


def sign_in(visitor: Visitor, email: str = "ada@example.com") -> str:
    """Through the page; the text of what comes next."""
    return visitor.submit("/sign-in", {"email": email, "password": PASSWORD}, action="/sign-in").text


def test_what_was_filled_before_signing_in_comes_along_and_is_told(shop: Shop) -> None:
    made, account, visitor = kilnwatch(shop), shop.make_account(), shop.visitor()
    with shop.transaction():
        cart_service.add(account, None, made.editions["solo"], 1)
    add(visitor, made.editions["solo"], 2)
    add(visitor, made.editions["team"], 1)
    page = sign_in(visitor)
    assert "2 × Kilnwatch, Solo were added from the cart you filled before signing in." in page
    assert "1 × Kilnwatch, Team was added from the cart you filled before signing in." in page
    assert sorted(kept(shop)) == [(account, made.editions["solo"], 3), (account, made.editions["team"], 1)]
    assert len(carts(shop)) == 1
    assert "lp_cart" not in visitor.cookies()


def test_nothing_is_said_where_nothing_was_filled(shop: Shop) -> None:
    made, account, visitor = kilnwatch(shop), shop.make_account(), shop.visitor()
    with shop.transaction():
        cart_service.add(account, None, made.editions["solo"], 1)
    assert "before signing in" not in sign_in(visitor)
    assert kept(shop) == [(account, made.editions["solo"], 1)]


def test_quantities_are_limited_together_and_that_is_told(shop: Shop) -> None:
    made, account, visitor = kilnwatch(shop), shop.make_account(), shop.visitor()
    with shop.transaction():
        cart_service.add(account, None, made.editions["solo"], 90)
    add(visitor, made.editions["solo"], 20)
    assert "The quantity of Kilnwatch, Solo was limited to 99." in sign_in(visitor)
    assert kept(shop) == [(account, made.editions["solo"], 99)]


def test_the_price_that_a_visitor_saw_is_the_one_that_is_compared(shop: Shop) -> None:
    made, account, visitor = kilnwatch(shop), shop.make_account(), shop.visitor()
    with shop.transaction():
        cart_service.add(account, None, made.editions["solo"], 1)
        catalogue.reprice(made.editions["solo"], 12_900)
    add(visitor, made.editions["solo"])
    sign_in(visitor)
    assert "rose from" not in visitor.get("/cart").text
    with shop.transaction():
        catalogue.reprice(made.editions["solo"], 10_000)
    assert "fell from €129.00 to €100.00" in visitor.get("/cart").text


def test_signing_out_leaves_the_cart_with_the_account(shop: Shop) -> None:
    made, visitor = kilnwatch(shop), shop.visitor()
    account = shop.make_account()
    add(visitor, made.editions["solo"])
    sign_in(visitor)
    visitor.submit("/cart", action="/sign-out")
    assert "Nothing in here yet" in visitor.get("/cart").text
    assert kept(shop) == [(account, made.editions["solo"], 1)]
    sign_in(visitor)
    assert "Kilnwatch" in visitor.get("/cart").text


def test_a_token_that_was_merged_opens_nothing(shop: Shop) -> None:
    made, visitor, thief = kilnwatch(shop), shop.visitor(), shop.visitor()
    shop.make_account()
    add(visitor, made.editions["solo"])
    token = visitor.cookies()["lp_cart"]
    sign_in(visitor)
    thief.client.set_cookie("lp_cart", token)
    assert "Nothing in here yet" in thief.get("/cart").text
    post(thief, "/cart/remove", edition=made.editions["solo"])
    add(thief, made.editions["team"])
    assert thief.cookies()["lp_cart"] != token
    assert "Team" not in visitor.get("/cart").text and "Solo" in visitor.get("/cart").text


def test_a_token_counts_for_nothing_while_somebody_is_signed_in(shop: Shop) -> None:
    made, visitor, ada = kilnwatch(shop), shop.visitor(), shop.member()
    add(visitor, made.editions["solo"])
    ada.client.set_cookie("lp_cart", visitor.cookies()["lp_cart"])
    assert "Nothing in here yet" in ada.get("/cart").text
    add(ada, made.editions["team"])
    assert kept(shop) == [(None, made.editions["solo"], 1), (ada.account_id, made.editions["team"], 1)]


def test_two_people_on_one_machine_do_not_share_a_cart(shop: Shop) -> None:
    made, visitor = kilnwatch(shop), shop.visitor()
    ada, bob = shop.make_account(), shop.make_account("bob@example.com", "Bob")
    add(visitor, made.editions["solo"])
    sign_in(visitor)
    visitor.submit("/cart", action="/sign-out")
    page = sign_in(visitor, "bob@example.com")
    assert "before signing in" not in page
    assert "Nothing in here yet" in visitor.get("/cart").text
    assert kept(shop) == [(ada, made.editions["solo"], 1)]
    assert bob != ada


@pytest.mark.parametrize("token", ["", "x", "1", "a" * 43, "ü" * 40, "9" * 3000, "' or 1=1 --"])
def test_made_up_tokens_open_nothing_and_are_not_taken_over(shop: Shop, token: str) -> None:
    made, owner, thief = kilnwatch(shop), shop.visitor(), shop.visitor()
    add(owner, made.editions["solo"])
    thief.client.set_cookie("lp_cart", token)
    assert "Nothing in here yet" in thief.get("/cart").text
    add(thief, made.editions["team"])
    assert thief.cookies()["lp_cart"] != token
    assert kept(shop) == [(None, made.editions["solo"], 1), (None, made.editions["team"], 1)]


def test_a_cart_that_ran_out_is_not_brought_along(shop: Shop) -> None:
    made, account, visitor = kilnwatch(shop), shop.make_account(), shop.visitor()
    add(visitor, made.editions["solo"])
    with clock.moved(timedelta(days=31)), shop.transaction():
        assert cart_service.merge_at_sign_in(account, visitor.cookies()["lp_cart"]) == ""
    assert kept(shop) == [(None, made.editions["solo"], 1)]


def test_a_merge_that_fails_leaves_both_carts_as_they_were(shop: Shop) -> None:
    made, account, visitor = kilnwatch(shop), shop.make_account(), shop.visitor()
    add(visitor, made.editions["solo"])
    with pytest.raises(RuntimeError, match="the sign-in failed"), shop.transaction():
        cart_service.merge_at_sign_in(account, visitor.cookies()["lp_cart"])
        raise RuntimeError("the sign-in failed")
    assert kept(shop) == [(None, made.editions["solo"], 1)]
    assert "Kilnwatch" in visitor.get("/cart").text
