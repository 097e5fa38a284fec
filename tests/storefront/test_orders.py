"""One's own orders, staff at the counter, and what becomes of what was given with an order."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core import clock
from core.access import PROGRAM, Permission
from core.audit.models import AuditEntry
from storefront.catalogue import service as catalogue
from storefront.demo_content import content
from storefront.demo_content.orders import KEPT_POOLS, plan_orders
from storefront.licenses import service as licenses
from storefront.licenses.models import License, PoolKey
from storefront.orders import service as orders
from storefront.orders import telephones
from storefront.orders.models import Order, OrderStep
from storefront.orders.rules import OrderConflict, OrderState, OrderVerb, can
from storefront.papers.models import Invoice
from storefront.payments.models import PretendCharge
from storefront.routes import plant
from tests.shop import Shop, find_form
from tests.storefront.order_builders import buy, has_form, pay, place, press, refund, ware


def state_of(shop: Shop, number: str) -> str:
    """Where the order stands."""
    with shop.transaction():
        return orders.get_by_number(number).state


def test_orders_are_listed_with_their_state(shop: Shop) -> None:
    ada, kiln = shop.member(), ware(shop)
    assert "No orders yet" in ada.get("/account/orders").text
    first, second = buy(ada, kiln), place(ada, kiln)
    page = ada.get("/account/orders").text
    assert page.index(second) < page.index(first)
    assert "Awaiting payment" in page and "Paid" in page and "€119.00" in page


def test_long_lists_of_orders_have_pages(sqlite_shop: Shop) -> None:
    ada, kiln = sqlite_shop.member(), ware(sqlite_shop)
    first = place(ada, kiln)
    with sqlite_shop.transaction() as session:
        row = session.scalars(select(Order)).one()
        kept = {
            c.key: getattr(row, c.key) for c in Order.__table__.columns if c.key not in {"id", "number", "placed_with"}
        }
        session.add_all([Order(**kept, number=f"LP-2026-{n:06d}", placed_with=str(n)) for n in range(500, 525)])
    page = ada.get("/account/orders").text
    assert first not in page and "Next" in page
    assert first in ada.get(f"/account/orders?before={orders.PAGE - 10}").text
    assert ada.get("/account/orders?before=²x").status_code == 200


def test_an_order_shows_lines_sums_steps_and_papers(shop: Shop) -> None:
    ada = shop.member()
    number = buy(ada, ware(shop), company="Töpferei Ada", country="AT")
    page = ada.get(f"/account/orders/{number}").text
    for words in (
        "Kilnwatch",
        "VAT 20%",
        "€19.83",
        "€119.00",
        "INV-",
        "Order placed",
        "Töpferei Ada",
        "Austria",
        "Its licenses",
    ):
        assert words in page


def test_an_unpaid_order_can_be_cancelled_and_frees_its_keys(shop: Shop) -> None:
    ada = shop.member()
    number = place(ada, ware(shop, keys=1))
    assert "The order is cancelled" in press(ada, f"/account/orders/{number}", "/cancel")
    assert state_of(shop, number) == "cancelled"
    with shop.transaction() as session:
        assert session.scalars(select(PoolKey.state)).one() == "imported"
    assert not has_form(ada.get(f"/account/orders/{number}").text, "/cancel")
    assert ada.get(f"/checkout/pay/{number}", follow_redirects=False).location == f"/account/orders/{number}"


def test_an_unpaid_order_expires_and_frees_its_keys(shop: Shop) -> None:
    ada = shop.member()
    number = place(ada, ware(shop, keys=1))
    with clock.moved(timedelta(minutes=29)), shop.transaction():
        orders.expire_due()
    assert state_of(shop, number) == "awaiting_payment"
    with clock.moved(timedelta(minutes=31)), shop.transaction():
        orders.expire_due()
    assert state_of(shop, number) == "expired"
    with shop.transaction() as session:
        assert session.scalars(select(PoolKey.state)).one() == "imported"


def test_a_failed_order_has_time_again_when_it_is_tried_again(shop: Shop) -> None:
    ada = shop.member()
    number = buy(ada, ware(shop), card="declined")
    with clock.moved(timedelta(minutes=25)):
        pay(ada, number, "confirm")
    with clock.moved(timedelta(minutes=40)), shop.transaction():
        orders.expire_due()
    assert state_of(shop, number) == "awaiting_payment"


def test_every_verb_on_every_state_does_what_the_table_says(sqlite_shop: Shop) -> None:
    number = place(sqlite_shop.member(), ware(sqlite_shop))
    for state in OrderState:
        for verb in OrderVerb:
            with sqlite_shop.transaction() as session:
                order = orders.get_by_number(number)
                order.state = state.value
                before = session.scalar(select(func.count()).select_from(OrderStep))
                if can(state, verb):
                    orders.change(order, verb, PROGRAM)
                    assert session.scalar(select(func.count()).select_from(OrderStep)) == before + 1
                else:
                    with pytest.raises(OrderConflict):
                        orders.change(order, verb, PROGRAM)


def test_other_peoples_orders_do_not_exist(shop: Shop) -> None:
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    number = buy(ada, ware(shop))
    for page in ("", "/invoice.pdf", "/credit-note.pdf"):
        assert bob.get(f"/account/orders/{number}{page}").status_code == 404
    assert number not in bob.get("/account/orders").text
    own = place(bob, ware(shop, "other"))
    values = {"form_token": find_form(bob.get(f"/account/orders/{own}").text, "/cancel").values["form_token"]}
    assert bob.client.post(f"/account/orders/{number}/cancel", data=values).status_code == 404


@pytest.mark.clause("P8")
def test_the_telephone_is_gone_some_days_after_the_order_closes(shop: Shop) -> None:
    ada = shop.member()
    number = buy(ada, ware(shop), phone="030 901820")
    for days, left in ((29, True), (31, False)):
        with clock.moved(timedelta(days=days)), shop.transaction():
            telephones.forget()
        with shop.transaction():
            assert (orders.get_by_number(number).phone is not None) is left


@pytest.mark.clause("P8")
def test_a_call_sheet_opens_for_open_orders_with_a_reason_and_is_logged(shop: Shop) -> None:
    ada, clerk = shop.member(), shop.member("clerk@example.com", "Clara", [Permission.SALES])
    number = place(ada, ware(shop), phone="030 901820")
    page = f"/staff/orders/{number}"
    assert "+4930901820" not in clerk.get(page).text
    assert clerk.submit(page, {"reason": "x"}, action="/call").status_code == 400
    opened = clerk.submit(page, {"reason": "The VAT id looks wrong"}, action="/call")
    assert "+4930901820" in opened.text
    assert opened.headers["Cache-Control"] == "no-store"
    with shop.transaction() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "open call sheet")).one()
        assert entry.details == {"reason": "The VAT id looks wrong", "way": "telephone"}
    pay(ada, number)
    assert not has_form(clerk.get(page).text, "/call")
    form = find_form(clerk.get(page).text, "/buyer").values
    refused = clerk.client.post(f"{page}/call", data={**form, "reason": "one more question"})
    assert refused.status_code == 409
    assert "+4930901820" not in refused.text


def test_staff_open_a_buyers_data_for_a_stated_reason(shop: Shop) -> None:
    ada, clerk = shop.member(), shop.member("clerk@example.com", "Clara", [Permission.SALES])
    number = place(ada, ware(shop), company="Töpferei Ada", wants_address="y", address="Weg 1\n1010 Wien")
    page = f"/staff/orders/{number}"
    assert "Töpferei" not in clerk.get(page).text
    opened = clerk.submit(page, {"reason": "Question about the invoice"}, action="/buyer").text
    assert "Töpferei Ada" in opened and "1010 Wien" in opened


def test_staff_find_orders_by_number_address_license_and_the_end_of_a_key(shop: Shop) -> None:
    ada, clerk = shop.member(), shop.member("clerk@example.com", "Clara", [Permission.SALES])
    bob = shop.member("bob@example.com", "Bob")
    number, other = buy(ada, ware(shop)), place(bob, ware(shop, "claybook"))
    with shop.transaction() as session:
        license = session.scalars(select(License)).one()
        five, name = license.last_five, license.public_id

    def found(typed: str) -> str:
        return clerk.submit("/staff/orders", {"q": typed}, action="/staff/orders").text

    assert number in clerk.get("/staff/orders").text and other in clerk.get("/staff/orders").text
    assert f"Order {number}" in found(number.lower().replace("-", " "))
    for typed in (" ADA@example.com", five.lower(), name):
        page = found(typed)
        assert number in page and other not in page, typed
    customer = found("bob@example.com")
    assert other in customer and number not in customer and "bob@example.com" not in customer
    assert "No such orders" in clerk.get("/staff/orders?state=refunded").text
    assert other not in clerk.get("/staff/orders?state=paid").text
    for typed in ("ada@", "da@example.com", "nonsense", "LP-2026-999999", "%", "_____"):
        answer = clerk.submit("/staff/orders", {"q": typed}, action="/staff/orders")
        assert answer.status_code == 404 and "No order answers to this" in answer.text and number not in answer.text
    assert clerk.get("/staff/orders?state=lost").status_code == 400
    assert ada.get("/staff/orders").status_code == 403
    assert ada.get(f"/staff/orders/{number}").status_code == 403


def test_a_refund_sends_the_money_back_and_suspends_the_licenses(shop: Shop) -> None:
    ada, clerk = shop.member(), shop.member("clerk@example.com", "Clara", [Permission.SALES])
    number = buy(ada, ware(shop))
    refund(clerk, number)
    shop.work()
    assert state_of(shop, number) == "refunded"
    with shop.transaction() as session:
        assert session.scalars(select(License.state)).one() == "suspended"
        assert session.scalars(select(PretendCharge.returned)).one() == 11_900
    assert "CN-" in ada.get(f"/account/orders/{number}").text
    assert ada.get(f"/account/orders/{number}/credit-note.pdf").data.startswith(b"%PDF")
    assert "Nothing can go back" in clerk.get(f"/staff/orders/{number}/refund").text


def test_the_demonstration_plants_orders_in_every_state(sqlite_shop: Shop) -> None:
    seen: list[str] = []
    with sqlite_shop.app.app_context():
        for _twice in range(2):
            plant(lambda what, _done, _of: seen.append(what))
    assert seen.count("orders") == len(plan_orders())
    with sqlite_shop.transaction() as session:
        assert set(session.scalars(select(Order.state))) == {state.value for state in OrderState}
        assert session.scalar(select(func.count()).select_from(Order)) == len(plan_orders())
        numbers = list(session.scalars(select(Invoice.number).where(Invoice.kind == "invoice").order_by(Invoice.id)))
        for year in {number.split("-")[1] for number in numbers}:
            of_year = [number for number in numbers if f"-{year}-" in number]
            assert of_year == [f"INV-{year}-{count:06d}" for count in range(1, len(of_year) + 1)]
        left = licenses.free_in_pool([catalogue.find_edition(*name.split("/")).id for name in KEPT_POOLS])
        assert sum(left.values()) == sum(content.editions()[name].pool for name in KEPT_POOLS)
