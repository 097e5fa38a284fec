"""Subscriptions whose money a bank holds: nothing is asked for meanwhile, nothing that was paid is lost, and they go on."""

from datetime import date, timedelta

from sqlalchemy import select

from core import clock
from core.access import Permission
from storefront.licenses.models import License
from storefront.orders.models import Order
from storefront.renewals.models import Renewal, Subscription
from tests.shop import Shop, Visitor
from tests.storefront.dispute_builders import decide, tell
from tests.storefront.order_builders import buy, pay, refund, ware
from tests.storefront.test_plans import goods, take
from tests.storefront.test_renewals import Calendar, at, keep, page_of, renewals, standing

PRICE = 11_900


def latest_order(shop: Shop) -> str:
    with shop.transaction() as session:
        return session.scalars(select(Order.number).order_by(Order.id.desc()).limit(1)).one()


def pay_next(visitor: Visitor, page: str) -> str:
    """Pay the next period by hand; its order's number."""
    visitor.sign_in(visitor.account_id)
    number = visitor.submit(page, action="/renewal/pay").request.path.rsplit("/", 1)[1]
    pay(visitor, number)
    return number


def test_nothing_is_charged_while_a_bank_holds_the_money(shop: Shop) -> None:
    days = Calendar(shop, at(2027, 1, 31))
    with days.today():
        ada = shop.member()
        number = keep(ada, ware(shop, term="month"))
        page = page_of(shop, ada)
    days.live_until(at(2027, 2, 10))
    with days.today(minutes=20):
        tell(shop, number, "a", "open", PRICE)
        ada.sign_in(ada.account_id)
        text = ada.get(page).text
        assert "Nothing is charged" in text and "We charge" not in text
    days.live_until(at(2027, 5, 15))
    assert standing(shop, ada) == ("active", date(2027, 2, 28), date(2027, 2, 28), "suspended")
    assert renewals(shop, ada) == [] and not shop.letters(name="renewal")
    with days.today(minutes=20):
        tell(shop, number, "a", "won", PRICE)
    days.live_until(at(2027, 5, 16))
    assert standing(shop, ada)[3] == "issued"
    assert [row[3:] for row in renewals(shop, ada)][:1] == [(PRICE, PRICE)]


def test_grace_that_began_before_a_dispute_begins_again_after_it(sqlite_shop: Shop) -> None:
    shop, days = sqlite_shop, Calendar(sqlite_shop, at(2027, 1, 31))
    with days.today():
        bob = shop.member("bob@example.com", "Bob")
        number = keep(bob, ware(shop, term="month"), "wanes")
    days.live_until(at(2027, 3, 2))
    assert standing(shop, bob)[0] == "grace"
    with days.today(minutes=20):
        tell(shop, number, "a", "open", PRICE)
    days.live_until(at(2027, 6, 1))
    assert standing(shop, bob)[0] == "grace" and standing(shop, bob)[3] == "suspended"
    with days.today(minutes=20):
        tell(shop, number, "a", "won", PRICE)
    days.live_until(at(2027, 6, 7))
    assert (standing(shop, bob)[0], standing(shop, bob)[3]) == ("grace", "issued"), (
        "no day of grace is lost by the rest"
    )
    days.live_until(at(2027, 6, 12))
    assert (standing(shop, bob)[0], standing(shop, bob)[3]) == ("suspended", "suspended")


def test_paying_wakes_nothing_that_a_bank_holds_and_is_not_lost(shop: Shop) -> None:
    days = Calendar(shop, at(2027, 1, 31))
    with days.today():
        bob = shop.member("bob@example.com", "Bob")
        number = keep(bob, ware(shop, term="month"), "wanes")
        page = page_of(shop, bob)
    days.live_until(at(2027, 3, 8))
    assert standing(shop, bob)[0] == "suspended"
    with days.today(minutes=20):
        tell(shop, number, "a", "open", PRICE)
        pay_next(bob, page)
        assert standing(shop, bob) == ("active", date(2027, 4, 8), date(2027, 4, 8), "suspended")
        tell(shop, number, "a", "won", PRICE)
        assert standing(shop, bob) == ("active", date(2027, 4, 8), date(2027, 4, 8), "issued")
    with shop.transaction() as session:
        assert session.scalars(select(License.rested_from)).one() is None


def test_winning_wakes_nothing_that_is_not_paid(sqlite_shop: Shop) -> None:
    shop, days = sqlite_shop, Calendar(sqlite_shop, at(2027, 1, 31))
    with days.today():
        bob = shop.member("bob@example.com", "Bob")
        number = keep(bob, ware(shop, term="month"), "wanes")
        page = page_of(shop, bob)
    days.live_until(at(2027, 3, 8))
    with days.today(minutes=20):
        tell(shop, number, "a", "open", PRICE)
        tell(shop, number, "a", "won", PRICE)
        assert (standing(shop, bob)[0], standing(shop, bob)[3]) == ("suspended", "suspended")
        pay_next(bob, page)
        assert (standing(shop, bob)[0], standing(shop, bob)[3]) == ("active", "issued")


def test_a_period_that_is_lost_takes_only_itself_along(sqlite_shop: Shop) -> None:
    shop, days = sqlite_shop, Calendar(sqlite_shop, at(2027, 1, 31))
    with days.today():
        ada = shop.member()
        buy(ada, ware(shop, term="month"))
        page = page_of(shop, ada)
    days.live_until(at(2027, 2, 10))
    with days.today(minutes=20):
        number = pay_next(ada, page)
        tell(shop, number, "a", "open", PRICE)
        assert standing(shop, ada)[3] == "suspended"
        tell(shop, number, "a", "lost", PRICE)
        assert standing(shop, ada) == ("ended", date(2027, 2, 28), date(2027, 2, 28), "issued")


def test_a_renewal_of_which_a_part_is_lost_is_decided_too(shop: Shop) -> None:
    days = Calendar(shop, at(2027, 1, 31))
    with days.today():
        ada, clerk = shop.member(), shop.member("sam@example.com", "Sam", [Permission.SALES])
        first = buy(ada, ware(shop, term="month"))
        page = page_of(shop, ada)
        with shop.transaction() as session:
            license_id = session.scalars(select(License.id)).one()
    days.live_until(at(2027, 2, 10))
    with days.today(minutes=20):
        number = pay_next(ada, page)
        tell(shop, number, "a", "lost", 1_000)
        tell(shop, first, "b", "open", PRICE)
        clerk.sign_in(clerk.account_id)
        assert "another order of it is disputed" in clerk.get(f"/staff/orders/{number}/licenses").text
        assert "Decided" in decide(clerk, number, {license_id: "goes-on"})
        assert standing(shop, ada)[3] == "suspended"
        tell(shop, first, "b", "won", PRICE)
        assert standing(shop, ada)[::3] == ("active", "issued")
        tell(shop, number, "c", "lost", 1_000)
        assert "Decided" in decide(clerk, number, {license_id: "ends"})
        assert standing(shop, ada)[::3] == ("ended", "revoked")
        refund(clerk, number)
        assert standing(shop, ada)[::3] == ("ended", "revoked")


def test_an_open_order_that_runs_out_under_a_dispute_gives_up_nothing(sqlite_shop: Shop) -> None:
    shop, days = sqlite_shop, Calendar(sqlite_shop, at(2027, 1, 31))
    with days.today():
        ada = shop.member()
        number = buy(ada, ware(shop, term="month"))
    days.live_until(at(2027, 3, 1))
    with days.today(minutes=20):
        tell(shop, number, "a", "open", PRICE)
    with clock.moved(at(2027, 4, 20) - clock.now() + timedelta(minutes=20)):
        shop.database.queue.put("orders.expire", {})
        shop.work()
    with shop.transaction() as session:
        renewal = session.scalars(select(Order.state).join(Renewal, Renewal.order_id == Order.id)).one()
        assert (renewal, session.scalars(select(Subscription.state)).one()) == ("expired", "grace")


def test_a_license_rests_while_a_bank_holds_the_money_of_its_change(shop: Shop) -> None:
    plans = goods(shop)
    ada, clerk = shop.member(), shop.member("sam@example.com", "Sam", [Permission.SALES])
    buy(ada, plans["solo"])
    page = page_of(shop, ada)
    number = take(ada, page, plans["studio"].edition_id).rsplit("/", 1)[1]
    pay(ada, number)

    def stands() -> tuple[str, int]:
        with shop.transaction() as session:
            one = session.scalars(select(License)).one()
            return one.state, one.edition_id

    larger = plans["studio"].edition_id
    for name, state, wanted in (("a", "open", "suspended"), ("a", "won", "issued"), ("b", "lost", "suspended")):
        tell(shop, number, name, state, 2_000)
        assert stands() == (wanted, larger)
    with shop.transaction() as session:
        license_id = session.scalars(select(License.id)).one()
    assert "Decided" in decide(clerk, number, {license_id: "goes-on"})
    assert stands() == ("issued", larger)
    tell(shop, number, "c", "open", 13_000)
    assert stands() == ("suspended", larger)
    tell(shop, number, "c", "lost", 13_000)
    assert stands() == ("issued", plans["solo"].edition_id), "what was bought before the change is paid"
