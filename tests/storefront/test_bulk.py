"""Bulk actions: shown before they are done, each row once whatever happens to the worker, and a result to take along."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core import clock, db
from core.access import Permission
from core.audit.models import AuditEntry
from storefront.bulk import rules, work
from storefront.bulk.models import BulkRow, BulkRun
from storefront.catalogue.models import Edition
from storefront.licenses.models import License
from storefront.orders.models import Order
from storefront.payments.models import PaymentDispute
from storefront.renewals.models import Subscription
from tests.shop import Shop, Visitor
from tests.storefront.builders import make_product
from tests.storefront.order_builders import buy, place, refund, ware
from tests.storefront.test_transfers import announce, banking


def choose(staff: Visitor, page: str, act: str, *ids: int, everything: bool = False) -> str:
    """Tick in a list and go on; the address of the page that comes next."""
    form = {"act": act, "pick": [str(one) for one in ids], **({"all": "yes"} if everything else {})}
    answer = staff.submit(page, form, action="/staff/bulk")
    assert answer.status_code == 200, answer.text
    return str(answer.request.path)


def give(staff: Visitor, at: str, **typed: str) -> str:
    return staff.submit(at, typed, action=f"{at}/given").text


def go(staff: Visitor, at: str) -> str:
    staff.submit(at, {}, action=f"{at}/start")
    staff.shop.work()
    return staff.get(at).text


def states(shop: Shop, table: type, *, by: str = "id") -> list[str]:
    with shop.transaction() as session:
        return [one.state for one in session.scalars(select(table).order_by(getattr(table, by)))]


def ids_of(shop: Shop, table: type) -> list[int]:
    with shop.transaction() as session:
        return list(session.scalars(select(table.id).order_by(table.id)))


def test_orders_are_cancelled_confirmed_and_marked_as_paid(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    banking(shop, monkeypatch)
    ada, sam, kiln = shop.member(), shop.member("sam@example.com", "Sam", [Permission.SALES]), ware(shop)
    paid, waiting, promised = buy(ada, kiln), place(ada, kiln), place(ada, kiln)
    announce(ada, promised)
    everyone = ids_of(shop, Order)
    nothing = sam.submit("/staff/orders", {"act": "orders.cancel"}, action="/staff/bulk").text
    assert "Tick at least one of the orders first" in nothing

    at = choose(sam, "/staff/orders", "orders.confirm", everything=True)
    page = sam.get(at).text
    assert "Nothing is done yet. 1 order would be changed, 2 left as they are." in page and paid in page
    assert "1 order confirmed again, 2 left" in go(sam, at)
    assert len(shop.letters(name="order_paid")) == 2

    at = choose(sam, "/staff/orders", "orders.arrived", *everyone)
    refused = give(sam, at, reason="short")
    assert "Please write why" in refused and 'value="short"' in refused
    page = give(sam, at, reason="statement 48 of our account")
    assert "238.00 EUR arrived" in page and "did not choose to pay by transfer" in page
    assert "1 order marked as paid" in go(sam, at)

    at = choose(sam, "/staff/orders?state=awaiting_payment", "orders.cancel", everything=True)
    page = sam.get(at).text
    assert waiting in page and promised not in page and "Cancelled" in page
    assert "1 order cancelled." in go(sam, at)
    assert states(shop, Order) == ["paid", "cancelled", "paid"]
    sheet = sam.get(f"{at}.csv").text.splitlines()
    assert len(sheet) == 2 and sheet[1].startswith(f"{waiting},") and ",done," in sheet[1]
    assert at in sam.get("/staff/bulk").text
    with shop.transaction() as session:
        told = [(entry.verb, entry.thing) for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert {("confirm again", "order"), ("book transfer", "order"), ("cancel", "order")} <= set(told)
    for stranger in (ada, shop.member("kim@example.com", "Kim", [Permission.CATALOGUE])):
        assert stranger.get(at).status_code == 403
        assert stranger.client.get(f"{at}.csv").status_code == 403


def test_licenses_get_days_rest_work_again_and_end(shop: Shop) -> None:
    ada, sam = shop.member(), shop.member("sam@example.com", "Sam", [Permission.SALES])
    buy(ada, ware(shop), ware(shop, "querylark", term="month"))
    with shop.transaction() as session:
        forever, monthly = session.scalars(select(License).order_by(License.product_id)).all()
        names = forever.public_id, monthly.public_id
        numbers = forever.id, monthly.id
    page = sam.get("/staff/licenses").text
    assert all(name in page for name in names) and "ada@example.com" not in page and ">Ada<" not in page
    soon = (clock.now() + timedelta(days=90)).date()
    for query, which in ((f"ends={soon}", 1), ("product=kilnwatch", 0), ("state=issued&product=querylark", 1)):
        page = sam.get(f"/staff/licenses?{query}").text
        assert names[which] in page and names[1 - which] not in page
    assert "No such licenses" in sam.get("/staff/licenses?state=revoked").text

    at = choose(sam, "/staff/licenses", "licenses.extend", everything=True)
    assert "from 1 to 3650" in give(sam, at, days="0")
    page = give(sam, at, days="10")
    assert "has no end" in page and "It renews" in page and "None of them can be changed" in page
    with shop.transaction() as session:
        renewing = session.scalars(select(Subscription)).one()
        renewing.state, renewing.next_at = "ended", None
        end = session.get_one(License, numbers[1]).expires_at
    at = choose(sam, "/staff/licenses", "licenses.extend", everything=True)
    give(sam, at, days="10")
    with clock.moved(timedelta(hours=2)):
        assert "1 license extended, 1 left" in go(sam, at)
    with shop.transaction() as session:
        assert session.get_one(License, numbers[1]).expires_at == end + timedelta(days=10)

    for act, word in (("suspend", "suspended"), ("resume", "issued"), ("revoke", "revoked")):
        at = choose(sam, "/staff/licenses?product=kilnwatch", f"licenses.{act}", everything=True)
        give(sam, at, reason="The key was published.")
        go(sam, at)
        assert states(shop, License, by="product_id")[0] == word
    at = choose(sam, "/staff/licenses", "licenses.resume", numbers[0])
    assert "was revoked" in give(sam, at, reason="By mistake, it seems.")
    with shop.transaction() as session:
        reasons = [entry.details.get("reason") for entry in session.scalars(select(AuditEntry))]
        assert reasons.count("The key was published.") == 6
        assert session.scalars(select(PaymentDispute)).all() == []


def test_revoking_what_renews_ends_that_too(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    sam = shop.member("sam@example.com", "Sam", [Permission.SALES])
    buy(shop.member(), ware(shop, "querylark", term="month"))
    at = choose(sam, "/staff/licenses", "licenses.suspend", everything=True)
    assert "would go on paying" in give(sam, at, reason="The key was published.")
    at = choose(sam, "/staff/licenses", "licenses.revoke", everything=True)
    assert "Revoked and renews no more" in give(sam, at, reason="The key was published.")
    assert "1 license revoked." in go(sam, at)
    assert (states(shop, License), states(shop, Subscription)) == (["revoked"], ["ended"])


def test_goods_change_their_price_together_and_go_off_sale(shop: Shop) -> None:
    kim, kiln = shop.member("kim@example.com", "Kim", [Permission.CATALOGUE]), make_product(shop)
    ada = shop.member()
    ada.submit("/shop/kilnwatch", {}, action="/cart/add")
    at = choose(kim, "/staff/catalogue", "editions.price", everything=True)
    assert "from -90 to 500 percent" in give(kim, at, percent="0")
    page = give(kim, at, percent="-10 %")
    assert "119.00 EUR" in page and "107.10 EUR" in page and "Whom it meets" in page and "Carts" in page
    stale = choose(kim, "/staff/catalogue", "editions.price", everything=True)
    give(kim, stale, percent="50")
    assert "repriced." in go(kim, at) and "€107.10" in shop.visitor().get("/shop/kilnwatch").text
    assert work.CHANGED in go(kim, stale) and "€107.10" in shop.visitor().get("/shop/kilnwatch").text
    edition = kiln.editions["solo"]

    at = choose(kim, "/staff/catalogue/kilnwatch", "editions.withdraw", edition)
    assert "1 edition withdrawn." in go(kim, at)
    at = choose(kim, "/staff/catalogue/kilnwatch", "editions.sell-again", everything=True)
    assert "It is on sale." in kim.get(at).text or len(kiln.editions) == 1
    go(kim, at)
    at = choose(kim, "/staff/catalogue?q=kiln", "products.withdraw", everything=True)
    assert "1 product withdrawn." in go(kim, at)
    assert "products.sell-again" in kim.get("/staff/catalogue").text
    with shop.transaction() as session:
        assert all(one.withdrawn_at is None for one in session.scalars(select(Edition)))
    assert kim.client.post("/staff/bulk", data={}).status_code in {400, 403}


def test_a_worker_that_dies_in_the_middle_does_each_row_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """After some rows it dies between the change and its commit; meanwhile one row changes; then the clock starts it again."""
    ada, sam, kiln = shop.member(), shop.member("sam@example.com", "Sam", [Permission.SALES]), ware(shop)
    for _order in range(5):
        buy(ada, kiln)
    at = choose(sam, "/staff/orders", "orders.confirm", everything=True)
    sam.submit(at, {}, action=f"{at}/start")
    calls, plain = list[int](), work._do

    def dies(run_id: int, row_id: int) -> None:
        plain(run_id, row_id)
        calls.append(row_id)
        if len(calls) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(work, "_do", dies)
    run_id = int(re.findall(r"\d+", at)[0])
    with shop.app.app_context(), pytest.raises(KeyboardInterrupt):
        db.use(shop.database)
        work.run(run_id)
    assert len(shop.letters(name="order_paid")) == 5 + 2
    assert "2 of 5 are done" in sam.get(at).text
    with shop.transaction() as session:
        last = session.scalars(select(BulkRow).order_by(BulkRow.id.desc())).first()
        number = session.get_one(Order, last.thing_id).number
    refund(sam, number)
    with shop.transaction():
        work.catch_up()
    shop.work()
    page = sam.get(at).text
    assert "4 orders confirmed again, 1 left" in page and "It is not paid, so" in page
    assert len(shop.letters(name="order_paid")) == 5 + 4
    with clock.moved(timedelta(days=40)), shop.transaction() as session:
        work.catch_up()
        assert session.scalars(select(BulkRun)).all() == session.scalars(select(BulkRow)).all() == []


def test_what_is_stopped_stays_as_far_as_it_came(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    ada, sam = shop.member(), shop.member("sam@example.com", "Sam", [Permission.SALES])
    buy(ada, ware(shop))
    at = choose(sam, "/staff/orders", "orders.confirm", everything=True)
    sam.submit(at, {}, action=f"{at}/start")
    assert "Stopped" in sam.submit(at, {}, action=f"{at}/stop").text
    shop.work()
    assert "0 orders confirmed again, 1 left" in sam.get(at).text and len(shop.letters(name="order_paid")) == 1


@given(amount=st.integers(0, 10**12), percent=st.decimals(-90, 500, places=2))
def test_a_change_in_percent_is_rounded_to_the_nearest(amount: int, percent: object) -> None:
    changed = rules.changed(amount, str(percent))
    assert abs(changed * 100 - amount * (100 + percent)) <= 50 and changed >= 0  # type: ignore[operator]
