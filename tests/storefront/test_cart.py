"""The cart through its pages: filled without an account and without JavaScript, kept, changed, and honest about prices."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core import clock, db
from storefront.cart import service as cart_service
from storefront.catalogue import service as catalogue
from storefront.catalogue.service import EditionDraft
from storefront.orders.models import Order
from tests.shop import Shop, find_form
from tests.storefront.builders import Made, make_product
from tests.storefront.cart_builders import add, carts, kept, post

TEAM = EditionDraft(slug="team", name="Team", price=29_900, devices=9)
SOLO = EditionDraft(slug="solo", name="Solo", price=11_900, devices=2)


def kilnwatch(shop: Shop) -> Made:
    return make_product(shop, editions=(SOLO, TEAM))


def test_a_stranger_fills_a_cart_and_finds_it_again(shop: Shop) -> None:
    made, visitor = kilnwatch(shop), shop.visitor()
    page = add(visitor, made.editions["solo"], 2)
    assert page.status_code == 200
    assert "2 × Kilnwatch, Solo went into your cart." in page.text
    assert "€238.00" in page.text
    add(visitor, made.editions["team"])
    again = visitor.get("/cart").text
    assert "Team" in again and "€537.00" in again
    assert "Go to checkout" in again


def test_the_number_beside_the_cart_counts_pieces(shop: Shop) -> None:
    made, visitor = kilnwatch(shop), shop.visitor()
    assert 'class="count"' not in visitor.get("/cart").text
    add(visitor, made.editions["solo"], 3)
    assert '<span class="count">3<' in visitor.get("/cart").text


@pytest.mark.clause("P5b")
def test_the_cookie_is_set_by_the_first_add_and_by_nothing_else(shop: Shop) -> None:
    made, visitor = kilnwatch(shop), shop.visitor()
    for path in ("/cart", "/cart?x=1"):
        assert "Set-Cookie" not in visitor.get(path).headers
    add(visitor, made.editions["solo"], 0)
    add(visitor, 999_999)
    post(visitor, "/cart/remove", edition=made.editions["solo"])
    post(visitor, "/cart/quantity", edition=made.editions["solo"], quantity=2)
    post(visitor, "/cart/accept", edition=made.editions["solo"], price=11_900, currency="EUR")
    assert "lp_cart" not in visitor.cookies()
    assert carts(shop) == []
    add(visitor, made.editions["solo"])
    assert "lp_cart" in visitor.cookies()


@pytest.mark.clause("P5b")
def test_only_a_hash_of_the_token_is_kept(shop: Shop) -> None:
    made, visitor = kilnwatch(shop), shop.visitor()
    add(visitor, made.editions["solo"])
    token = visitor.cookies()["lp_cart"]
    (cart,) = carts(shop)
    assert cart.account_id is None
    assert len(token) >= 40
    assert cart.token_hash and token not in cart.token_hash


def test_a_member_needs_no_cookie(shop: Shop) -> None:
    made, ada = kilnwatch(shop), shop.member()
    add(ada, made.editions["solo"])
    assert "lp_cart" not in ada.cookies()
    assert kept(shop) == [(ada.account_id, made.editions["solo"], 1)]


def test_the_same_edition_twice_adds_up(shop: Shop) -> None:
    made, visitor = kilnwatch(shop), shop.visitor()
    add(visitor, made.editions["solo"], 2)
    add(visitor, made.editions["solo"], 3)
    assert kept(shop) == [(None, made.editions["solo"], 5)]


@pytest.mark.parametrize("typed", ["0", "100", "-1", "1.5", "many", "", "²", "9" * 400])
def test_a_quantity_is_refused_beside_its_field_and_kept(shop: Shop, typed: str) -> None:
    made, visitor = kilnwatch(shop), shop.visitor()
    add(visitor, made.editions["solo"], 4)
    answer = visitor.submit("/cart", {"quantity": typed}, action="/cart/quantity")
    assert answer.status_code == 422
    assert "Please choose a quantity from 1 to 99." in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert find_form(answer.text, "/cart/quantity").values["quantity"] == typed[:20]
    assert kept(shop) == [(None, made.editions["solo"], 4)]


@pytest.mark.parametrize("typed", ["0", "100", "x"])
def test_a_refused_quantity_can_be_put_right_where_it_was_typed(shop: Shop, typed: str) -> None:
    made, visitor = kilnwatch(shop), shop.visitor()
    answer = add(visitor, made.editions["solo"], typed)
    assert answer.status_code == 422
    form = find_form(answer.text, "/cart/add")
    assert form.values["quantity"] == typed
    assert answer.text.count("Please choose a quantity from 1 to 99.") == 2
    page = visitor.client.post(form.action, data={**form.values, "quantity": "2"}, follow_redirects=True)
    assert "2 × Kilnwatch, Solo went into your cart." in page.text


def test_more_than_ninety_nine_together_are_refused(shop: Shop) -> None:
    made, visitor = kilnwatch(shop), shop.visitor()
    add(visitor, made.editions["solo"], 99)
    assert add(visitor, made.editions["solo"], 1).status_code == 422
    assert kept(shop) == [(None, made.editions["solo"], 99)]


def test_quantities_are_changed_and_lines_removed(shop: Shop) -> None:
    made, visitor = kilnwatch(shop), shop.visitor()
    add(visitor, made.editions["solo"])
    add(visitor, made.editions["team"])
    page = visitor.submit("/cart", {"quantity": "7"}, action="/cart/quantity").text
    assert "The quantity is changed." in page and "€833.00" in page
    page = visitor.submit("/cart", action="/cart/remove").text
    assert kept(shop) == [(None, made.editions["team"], 1)]
    assert "€833.00" not in page


def test_an_emptied_cart_leaves_nothing_behind(shop: Shop) -> None:
    made, visitor = kilnwatch(shop), shop.visitor()
    add(visitor, made.editions["solo"])
    page = visitor.submit("/cart", action="/cart/remove").text
    assert "Nothing in here yet" in page
    assert "lp_cart" not in visitor.cookies()
    assert carts(shop) == []


def test_what_another_tab_took_out_is_said(shop: Shop) -> None:
    made, visitor = kilnwatch(shop), shop.visitor()
    add(visitor, made.editions["solo"])
    add(visitor, made.editions["team"])
    post(visitor, "/cart/remove", edition=made.editions["solo"])
    page = post(visitor, "/cart/quantity", edition=made.editions["solo"], quantity=3).text
    assert "not in your cart any more" in page
    assert kept(shop) == [(None, made.editions["team"], 1)]


def test_a_cart_lives_thirty_days_from_its_last_change(shop: Shop) -> None:
    made, visitor = kilnwatch(shop), shop.visitor()
    add(visitor, made.editions["solo"])
    with clock.moved(timedelta(days=29)):
        visitor.submit("/cart", {"quantity": "2"}, action="/cart/quantity")
    with clock.moved(timedelta(days=58)):
        assert "Kilnwatch" in visitor.get("/cart").text
    with clock.moved(timedelta(days=59, minutes=1)):
        page = visitor.get("/cart").text
        assert "Nothing in here yet" in page and 'class="count"' not in page


def test_carts_that_ran_out_are_swept_and_others_stay(shop: Shop) -> None:
    made, late, fresh = kilnwatch(shop), shop.visitor(), shop.visitor()
    add(late, made.editions["solo"])
    with clock.moved(timedelta(days=31)):
        add(fresh, made.editions["team"])
        with shop.transaction():
            cart_service.sweep()
        assert kept(shop) == [(None, made.editions["team"], 1)]
        assert len(carts(shop)) == 1


def test_an_account_whose_cart_ran_out_starts_anew(shop: Shop) -> None:
    made, ada = kilnwatch(shop), shop.member()
    add(ada, made.editions["solo"], 5)
    with clock.moved(timedelta(days=31)), shop.transaction():
        cart_service.add(ada.account_id, None, made.editions["team"])
    assert kept(shop) == [(ada.account_id, made.editions["team"], 1)]


def test_a_price_that_changed_is_shown_and_accepted_before_paying(shop: Shop) -> None:
    made, visitor = kilnwatch(shop), shop.visitor()
    add(visitor, made.editions["solo"])
    with shop.transaction():
        catalogue.reprice(made.editions["solo"], 12_900)
    page = visitor.get("/cart").text
    assert "The price of Kilnwatch, Solo rose from €119.00 to €129.00 since you put it in." in page
    assert "Go to checkout" not in page
    page = visitor.submit("/cart", action="/cart/accept").text
    assert "The new price is accepted." in page
    assert "rose from" not in page and "Go to checkout" in page


def test_a_price_that_changes_while_it_is_accepted_is_shown_again(shop: Shop) -> None:
    made, visitor = kilnwatch(shop), shop.visitor()
    add(visitor, made.editions["solo"])
    with shop.transaction():
        catalogue.reprice(made.editions["solo"], 9_900)
    form = find_form(visitor.get("/cart").text, "/cart/accept")
    with shop.transaction():
        catalogue.reprice(made.editions["solo"], 19_900)
    page = visitor.client.post("/cart/accept", data=form.values, follow_redirects=True).text
    assert "changed once more" in page
    assert "rose from €119.00 to €199.00" in page


def test_nothing_is_ordered_at_a_price_that_was_not_accepted(shop: Shop) -> None:
    made, ada = kilnwatch(shop), shop.member()
    add(ada, made.editions["solo"])
    ada.submit("/checkout", {"country": "DE"}, action="/checkout")
    with shop.transaction():
        catalogue.reprice(made.editions["solo"], 12_900)
    page = ada.get("/checkout/review").text
    assert "rose from €119.00 to €129.00" in page
    ada.submit("/checkout/review", {"terms": "y"}, action="/checkout/review")
    with shop.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 0


def test_what_was_withdrawn_counts_no_longer_and_can_only_be_taken_out(shop: Shop) -> None:
    made, visitor = kilnwatch(shop), shop.visitor()
    add(visitor, made.editions["solo"])
    add(visitor, made.editions["team"])
    with shop.transaction():
        catalogue.withdraw_edition(made.editions["solo"])
    page = visitor.get("/cart").text
    assert "Kilnwatch, Solo is no longer sold. Please take it out." in page
    assert "<dd>€299.00</dd>" in page
    assert "Go to checkout" not in page
    assert "Go to checkout" in post(visitor, "/cart/remove", edition=made.editions["solo"]).text


def test_a_withdrawn_product_is_said_and_not_added(shop: Shop) -> None:
    made, visitor = kilnwatch(shop), shop.visitor()
    add(visitor, made.editions["solo"])
    with shop.transaction():
        catalogue.withdraw(made.id)
    assert "is no longer sold" in visitor.get("/cart").text
    assert add(visitor, made.editions["team"]).status_code == 409
    assert kept(shop) == [(None, made.editions["solo"], 1)]


def test_a_pool_that_ran_low_is_shown_with_what_is_left(shop: Shop) -> None:
    made, visitor = make_product(shop, source="pool", pool_keys=("KEY-A-1", "KEY-A-2")), shop.visitor()
    add(visitor, made.editions["solo"], 5)
    page = visitor.get("/cart").text
    assert "only 2 left just now. You asked for 5." in page
    assert "Go to checkout" not in page
    form = find_form(page, "/cart/quantity")
    assert form.values["quantity"] == "2"
    page = visitor.client.post("/cart/quantity", data=form.values, follow_redirects=True).text
    assert "Go to checkout" in page and kept(shop) == [(None, made.editions["solo"], 2)]


def test_an_empty_pool_is_shown(shop: Shop) -> None:
    made, visitor = make_product(shop, source="pool"), shop.visitor()
    page = add(visitor, made.editions["solo"]).text
    assert "no key is left just now" in page and "Go to checkout" not in page


def test_a_cart_has_one_currency_which_the_visitor_chooses(shop: Shop) -> None:
    """Never by address: what another currency costs is an own price, and what has none in it is not offered."""
    dear = EditionDraft(slug="solo", name="Solo", price=11_900, prices={"USD": 12_900, "JPY": 19_800, "KWD": 39_500})
    made, visitor = make_product(shop, "kilnwatch", editions=(dear,)), shop.visitor()
    euros = make_product(shop, "eurotool", editions=(EditionDraft(slug="solo", name="Solo", price=500),))
    add(visitor, made.editions["solo"])
    add(visitor, euros.editions["solo"], 2)
    assert "¥19,800" not in shop.visitor().get("/shop/kilnwatch").text
    page = visitor.submit("/shop/kilnwatch", {"currency": "JPY"}, action="/shop/currency").text
    assert "Your cart is in JPY now" in page and "Eurotool, Solo is not sold in JPY." in page and "¥19,800" in page
    assert "Not sold in JPY" in visitor.get("/shop").text and "¥19,800" in visitor.get("/shop?sort=price").text
    assert "Not sold in this currency" in visitor.get("/shop/eurotool").text
    assert add(visitor, euros.editions["solo"]).status_code == 409
    page = visitor.get("/cart").text
    assert "is not sold in JPY. Please take it out" in page and "Go to checkout" not in page
    visitor.submit("/cart", {"currency": "EUR"}, action="/shop/currency")
    assert "€129.00" in visitor.get("/cart").text
    assert shop.visitor().post("/shop/currency", {"currency": "XXX"}).status_code in (400, 403, 422)
    guest = shop.visitor()
    guest.submit("/shop", {"currency": "KWD"}, action="/shop/currency")
    assert "39.500" in add(guest, made.editions["solo"]).text


@pytest.mark.parametrize("path", ["/cart/add", "/cart/quantity", "/cart/remove", "/cart/accept"])
@pytest.mark.parametrize("edition", ["", "-1", "x", "9" * 15, "9" * 40, "1'--", "²"])
def test_hostile_fields_are_answered_calmly(sqlite_shop: Shop, path: str, edition: str) -> None:
    made, visitor = kilnwatch(sqlite_shop), sqlite_shop.visitor()
    add(visitor, made.editions["solo"])
    for data in ({}, {"quantity": "2"}, {"price": "1e5", "currency": "XXX"}, {"price": "1", "currency": "EUR"}):
        assert post(visitor, path, edition=edition, **data).status_code < 500
    assert kept(sqlite_shop) == [(None, made.editions["solo"], 1)]


def test_a_cart_is_read_with_few_statements(shop: Shop) -> None:
    made, visitor, ada = kilnwatch(shop), shop.visitor(), shop.member()
    pool = make_product(shop, "resold", source="pool", pool_keys=("A-1",))
    for one in (visitor, ada):
        for edition in (*made.editions.values(), pool.editions["solo"]):
            add(one, edition)
        with shop.statements() as seen:
            one.get("/cart")
        assert len(seen) <= 6, seen
    with shop.statements() as seen:
        shop.visitor().get("/cart")
    assert seen == []


def test_two_tabs_that_add_at_once_lose_nothing(shop: Shop) -> None:
    made, account = kilnwatch(shop), shop.make_account()
    start = threading.Barrier(8)
    failed: list[BaseException] = []

    def tab(edition: int) -> None:
        db.use(shop.database)
        start.wait()
        try:
            with shop.app.app_context(), db.transaction():
                cart_service.add(account, None, edition)
        except BaseException as error:  # told below, in the test's own thread
            failed.append(error)

    tabs = [threading.Thread(target=tab, args=(made.editions[name],)) for name in ("solo", "team") * 4]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join()
    assert failed == []
    assert sorted(kept(shop)) == sorted((account, edition, 4) for edition in made.editions.values())
