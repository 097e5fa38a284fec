"""From the cart to a paid order through the pages, as a buyer without JavaScript does it."""

import pytest
from sqlalchemy import func, select

from core.accounts.models import Acceptance, Account
from storefront.catalogue import service as catalogue
from storefront.checkout.models import CheckoutDraft
from storefront.licenses.models import License, PoolKey
from storefront.orders.models import Order, PostalAddress
from storefront.payments.models import PaymentIntent, PretendCharge
from tests.shop import Shop, find_form
from tests.storefront.order_builders import buy, has_form, pay, place, put_into_cart, ware


def test_a_buyer_gets_from_cart_to_keys(shop: Shop) -> None:
    ada, kiln, clay = shop.member(), ware(shop), ware(shop, "claybook", price=4900, keys=3)
    number = place(ada, kiln, clay)
    receipt = pay(ada, number)
    assert "It is yours" in receipt and "€168.00" in receipt
    assert "VAT 19%" in receipt
    shop.work()
    names = sorted(letter.name for letter in shop.letters("ada@example.com"))
    assert names == ["license_keys", "license_keys", "order_paid"]
    assert ["Your key:" in letter.text for letter in shop.letters(name="license_keys")] == [True, False]
    assert "CLAYBOOK" not in shop.letters(name="license_keys")[0].text + shop.letters(name="license_keys")[1].text
    with shop.transaction() as session:
        assert session.scalar(select(func.count()).select_from(License)) == 2
        assert session.scalar(select(PoolKey.state).where(PoolKey.license_id.is_not(None))) == "delivered"
    assert "nothing to order" in ada.get("/checkout/review").text.lower()


def test_strangers_are_sent_to_sign_in_and_brought_back(shop: Shop) -> None:
    answer = shop.visitor().get("/checkout", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/checkout"


def test_an_unconfirmed_address_is_asked_to_confirm_first(shop: Shop) -> None:
    ada = shop.member()
    with shop.transaction() as session:
        session.get_one(Account, ada.account_id).confirmed_at = None
    answer = ada.get("/checkout")
    assert answer.status_code == 403
    assert "confirm your address" in answer.text


def test_bad_details_are_refused_beside_their_fields_and_kept(shop: Shop) -> None:
    ada = shop.member()
    put_into_cart(ada, ware(shop))
    typed = {
        "country": "AT",
        "company": "Töpferei <b>",
        "vat_id": "ATU99",
        "phone": "12",
        "wants_address": "y",
        "address": "x\n" * 12,
    }
    answer = ada.submit("/checkout", typed, action="/checkout")
    assert answer.status_code == 422
    assert "This VAT id has a typing error" in answer.text
    assert "Please write the whole number" in answer.text
    assert "at most 8 lines" in answer.text
    again = find_form(ada.get("/checkout").text, "/checkout").values
    assert (again["country"], again["company"], again["vat_id"], again["phone"]) == (
        "AT",
        "Töpferei <b>",
        "ATU99",
        "12",
    )
    assert again["address"].strip() == typed["address"].strip()
    assert ada.get("/checkout/review", follow_redirects=False).location == "/checkout"


@pytest.mark.parametrize(
    "sent", [{}, {"country": "ZZ"}, {"country": "D" * 5000}, {"country": "DE", "phone": "9" * 9000}]
)
def test_hostile_details_are_answered_calmly(sqlite_shop: Shop, sent: dict[str, str]) -> None:
    ada = sqlite_shop.member()
    put_into_cart(ada, ware(sqlite_shop))
    assert ada.submit("/checkout", {"country": "", **sent}, action="/checkout").status_code == 422


def test_an_address_that_is_wanted_must_be_written(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    put_into_cart(ada, ware(sqlite_shop))
    answer = ada.submit("/checkout", {"country": "DE", "wants_address": "y"}, action="/checkout")
    assert answer.status_code == 422
    assert "Please write the address" in answer.text


@pytest.mark.clause("P8")
def test_a_telephone_belongs_to_its_order_only(shop: Shop) -> None:
    ada = shop.member()
    page = ada.get("/checkout").text
    assert "Used only to call you about this order" in page
    number = place(ada, ware(shop), phone="030 901820")
    with shop.transaction() as session:
        order = session.scalars(select(Order).where(Order.number == number)).one()
        assert repr(order.phone) == "‹order.phone›"
        assert session.scalars(select(CheckoutDraft)).one().phone is None
    assert "+4930901820" in ada.get(f"/account/orders/{number}").text


@pytest.mark.clause("P7")
def test_an_address_is_kept_for_the_invoice_it_was_given_for(shop: Shop) -> None:
    ada, kiln = shop.member(), ware(shop)
    assert "Used only for this invoice" in ada.get("/checkout").text
    place(ada, kiln, wants_address="y", address="Weg 1\n1010 Wien")
    with shop.transaction() as session:
        kept = session.scalars(select(PostalAddress)).one()
        assert kept.given_for == "invoice"
        assert session.scalars(select(CheckoutDraft)).one().address is None
    put_into_cart(ada, ware(shop, "second"))
    assert "Weg 1" not in ada.get("/checkout").text


def test_an_address_is_not_kept_where_none_is_wanted(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    place(ada, ware(sqlite_shop), address="Weg 1\n1010 Wien")
    with sqlite_shop.transaction() as session:
        assert session.scalar(select(func.count()).select_from(PostalAddress)) == 0


def test_nothing_is_ordered_without_the_terms(shop: Shop) -> None:
    ada = shop.member()
    put_into_cart(ada, ware(shop))
    ada.submit("/checkout", {"country": "DE"}, action="/checkout")
    answer = ada.submit("/checkout/review", {}, action="/checkout/review")
    assert answer.status_code == 422
    assert "Please accept the terms" in answer.text
    with shop.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 0


def test_accepted_terms_are_recorded_with_their_version(shop: Shop) -> None:
    ada = shop.member()
    place(ada, ware(shop))
    with shop.transaction() as session:
        kept = session.scalars(select(Acceptance).where(Acceptance.text == "terms")).one()
        assert (kept.account_id, kept.place) == (ada.account_id, "checkout")


def test_a_price_that_changes_after_the_review_is_shown_before_it_is_charged(shop: Shop) -> None:
    ada, kiln = shop.member(), ware(shop)
    put_into_cart(ada, kiln)
    ada.submit("/checkout", {"country": "DE"}, action="/checkout")
    form = find_form(ada.get("/checkout/review").text, "/checkout/review")
    with shop.transaction():
        catalogue.reprice(kiln.edition_id, 99_900)
    answer = ada.client.post("/checkout/review", data={**form.values, "terms": "y"}, follow_redirects=True)
    assert "Something changed since you looked" in answer.text
    assert "€999.00" in answer.text
    with shop.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 0


def test_placing_twice_gives_the_same_order(shop: Shop) -> None:
    ada = shop.member()
    put_into_cart(ada, ware(shop, keys=2))
    ada.submit("/checkout", {"country": "DE"}, action="/checkout")
    form = find_form(ada.get("/checkout/review").text, "/checkout/review")
    places = {ada.client.post("/checkout/review", data={**form.values, "terms": "y"}).location for _ in range(3)}
    assert len(places) == 1
    with shop.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 1
        assert session.scalar(select(func.count()).where(PoolKey.state == "reserved")) == 1


def test_paying_twice_takes_the_money_once(shop: Shop) -> None:
    ada = shop.member()
    number = place(ada, ware(shop))
    form = find_form(ada.get(f"/checkout/pay/{number}").text, f"/checkout/pay/{number}")
    for _ in range(3):
        ada.client.post(f"/checkout/pay/{number}", data={**form.values, "card": "paid"})
    for page in ("pay", "done", "pay"):
        assert ada.get(f"/checkout/{page}/{number}").status_code == 200
    with shop.transaction() as session:
        assert session.scalar(select(func.count()).select_from(PaymentIntent)) == 1
        assert session.scalar(select(func.count()).select_from(PretendCharge)) == 1
        assert session.scalar(select(func.count()).select_from(License)) == 1
    assert len(shop.letters(name="license_keys")) == 1


def test_an_empty_pool_refuses_before_payment_and_keeps_the_cart(shop: Shop) -> None:
    ada, clay = shop.member(), ware(shop, keys=1)
    buy(shop.member("bob@example.com", "Bob"), clay)
    put_into_cart(ada, clay)
    ada.submit("/checkout", {"country": "DE"}, action="/checkout")
    page = ada.get("/checkout/review").text
    if has_form(page, "/checkout/review"):
        answer = ada.submit("/checkout/review", {"terms": "y"}, action="/checkout/review")
        assert answer.status_code == 409
        assert "Nothing was charged and your cart is as it was" in answer.text
    with shop.transaction() as session:
        assert session.scalar(select(func.count()).where(Order.account_id == ada.account_id)) == 0
    assert "Kilnwatch" in ada.get("/checkout/review").text


def test_a_half_reserved_order_gives_its_keys_back(shop: Shop) -> None:
    ada, many = shop.member(), ware(shop, keys=3)
    put_into_cart(ada, many, quantity=2)
    ada.submit("/checkout", {"country": "DE"}, action="/checkout")
    form = find_form(ada.get("/checkout/review").text, "/checkout/review")
    bob = shop.member("bob@example.com", "Bob")
    place(bob, many, quantity=2)
    answer = ada.client.post("/checkout/review", data={**form.values, "terms": "y"})
    assert answer.status_code in {409, 303}
    with shop.transaction() as session:
        assert session.scalar(select(func.count()).where(PoolKey.state == "reserved")) == 2
        assert session.scalar(select(func.count()).where(PoolKey.state == "imported")) == 1


def test_a_changed_price_has_to_be_accepted(shop: Shop) -> None:
    ada, kiln = shop.member(), ware(shop)
    put_into_cart(ada, kiln)
    with shop.transaction():
        catalogue.reprice(kiln.edition_id, 12_900)
    ada.submit("/checkout", {"country": "DE"}, action="/checkout")
    page = ada.get("/checkout/review").text
    assert "rose from €119.00 to €129.00" in page
    again = ada.submit("/checkout/review", {"terms": "y"}, action="/checkout/review")
    assert "check the order once more" in again.text
    done = ada.submit("/checkout/review", {"terms": "y", "changes": "y"}, action="/checkout/review")
    assert "Pay €129.00" in done.text


def test_what_was_withdrawn_has_to_go_first(shop: Shop) -> None:
    ada, kiln = shop.member(), ware(shop)
    put_into_cart(ada, kiln)
    with shop.transaction():
        catalogue.withdraw_edition(kiln.edition_id)
    ada.submit("/checkout", {"country": "DE"}, action="/checkout")
    page = ada.get("/checkout/review").text
    assert "no longer sold" in page
    assert not has_form(page, "/checkout/review")
