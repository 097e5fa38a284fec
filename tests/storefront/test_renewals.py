"""Subscriptions: charged once a period on the published days, left some grace, suspended, ended, cancelled, resumed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from core import clock
from core.access import Permission
from storefront.licenses.models import License
from storefront.licenses.rules import Term
from storefront.money import Money
from storefront.orders.models import Order
from storefront.orders.rules import OrderState
from storefront.payments.models import PaymentIntent
from storefront.renewals import forecast, rules
from storefront.renewals.forecast import Group
from storefront.renewals.models import Renewal, Subscription
from storefront.renewals.rules import RenewalConflict, Step, SubscriptionState, SubscriptionVerb
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import Ware, buy, has_form, pay, place, press, refund, ware

moments = st.datetimes(datetime(2026, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))


def at(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize("state", SubscriptionState)
@pytest.mark.parametrize("verb", SubscriptionVerb)
def test_each_verb_in_each_state(state: SubscriptionState, verb: SubscriptionVerb) -> None:
    if rules.can(state, verb):
        assert rules.check_verb(state, verb) in SubscriptionState
    else:
        with pytest.raises(RenewalConflict):
            rules.check_verb(state, verb)
    assert not rules.can(SubscriptionState.ENDED, verb)


@given(st.sampled_from([Term.MONTH, Term.YEAR]), moments, st.none() | st.integers(-24, 24 * 60))
def test_the_days_come_in_order_and_nobody_loses_grace(term: Term, due: datetime, late: int | None) -> None:
    tried = due + timedelta(hours=late) if late is not None else None
    steps = rules.planned(term, due, tried)
    after = [one.at for one in steps[len(rules.REMIND_DAYS[term]) :]]
    assert after == sorted(after) and [one.step for one in steps if one.is_last and one.step is Step.END]
    first = next(one for one in steps if one.step is Step.CHARGE)
    assert first.at == due - rules.CHARGE_BEFORE and all(one.at < first.at for one in steps if one.step is Step.REMIND)
    suspends = rules.moment_of(Step.SUSPEND, term, due, tried)
    assert suspends >= due + rules.GRACE and (tried is None or suspends >= tried + rules.GRACE)


@given(moments, st.integers(1, 60))
def test_periods_are_counted_from_the_day_of_purchase(anchor: datetime, count: int) -> None:
    due = rules.due_at(Term.MONTH, anchor, count)
    after = rules.due_at(Term.MONTH, anchor, count + 1)
    assert due < after and (due.day == anchor.day or (due + timedelta(days=1)).day == 1)
    assert rules.due_at(Term.YEAR, anchor, count) == rules.due_at(Term.MONTH, anchor, 12 * count)


class Calendar:
    """A shop whose days go by; the worker looks once a day, some minutes after the hour of `start`."""

    def __init__(self, shop: Shop, start: datetime) -> None:
        self.shop, self.day = shop, start

    @contextmanager
    def today(self, minutes: int = 0) -> Iterator[None]:
        with clock.moved(self.day + timedelta(minutes=minutes) - datetime.now(UTC)):
            yield

    def live_until(self, end: datetime, daily: Callable[[], None] = lambda: None) -> None:
        while self.day < end:
            self.day += timedelta(days=1)
            with self.today(minutes=10):
                self.look()
                daily()

    def look(self) -> None:
        self.shop.database.queue.put("renewals.look", {})
        self.shop.work()


def keep(visitor: Visitor, goods: Ware, card: str = "paid") -> str:
    """Buy by a card that is to be kept; the order's number."""
    number = place(visitor, goods)
    visitor.submit(f"/checkout/pay/{number}", {"card": card, "keep": "y"}, action=f"/checkout/pay/{number}")
    return number


def standing(shop: Shop, visitor: Visitor) -> Any:
    """State, end of the paid time and end of the license of the visitor's only subscription."""
    with shop.transaction() as session:
        wanted = select(Subscription.state, Subscription.due_at, License.expires_at, License.state)
        joined = wanted.join(License, License.id == Subscription.license_id)
        state, due, until, of_license = session.execute(joined.where(License.account_id == visitor.account_id)).one()
        return state, due.date(), until.date(), of_license


def page_of(shop: Shop, visitor: Visitor) -> str:
    with shop.transaction() as session:
        public_id = session.scalars(select(License.public_id).where(License.account_id == visitor.account_id)).one()
    return f"/account/licenses/{public_id}"


def renewals(shop: Shop, visitor: Visitor) -> list[Any]:
    """Start and end of every paid period after the first, the order's state and what was taken for it."""
    taken = func.sum(PaymentIntent.amount).filter(PaymentIntent.state == "succeeded")
    with shop.transaction() as session:
        wanted = select(Renewal.starts_at, Renewal.ends_at, Order.state, Order.total, taken).join(
            Order, Order.id == Renewal.order_id
        )
        paid = wanted.join(PaymentIntent, PaymentIntent.order_id == Order.id).where(Renewal.starts_at.is_not(None))
        mine = paid.where(Order.account_id == visitor.account_id).group_by(Renewal.id, Order.id)
        return [(one[0].date(), one[1].date(), *one[2:]) for one in session.execute(mine.order_by(Renewal.number))]


def test_a_month_goes_on_is_cancelled_and_goes_on_again(shop: Shop) -> None:
    monthly = ware(shop, term="month")
    days = Calendar(shop, at(2027, 1, 31))
    with days.today():
        ada = shop.member()
        keep(ada, monthly)
        page = page_of(shop, ada)
        text = ada.get(page).text
        assert "Test card ending in 0001" in text and "28 February 2027" in text and "How renewals work" in text
        assert "Pay the next period now" in text and "Ends soon" not in text
    days.live_until(at(2027, 2, 27))
    assert [letter.subject for letter in shop.letters(name="renewal")] == [
        "Your license of Kilnwatch ends its month on 28 February 2027"
    ]
    assert [row[:2] for row in renewals(shop, ada)] == [(date(2027, 2, 28), date(2027, 3, 31))]
    assert standing(shop, ada) == ("active", date(2027, 3, 31), date(2027, 3, 31), "issued")
    with days.today(minutes=20):
        days.look()
        ada.sign_in(ada.account_id)
        assert "Nothing more is charged. Until that day" in ada.get(f"{page}/renewal/cancel").text
        assert "Cancelled. Nothing more is charged" in press(ada, f"{page}/renewal/cancel", "/cancel")
        assert "It goes on" in press(ada, page, "/resume")
        press(ada, f"{page}/renewal/cancel", "/cancel")
        assert "works until 31 March 2027" in ada.get(page).text
        assert "Ends soon" not in ada.get(page).text, "thirty days and more are left"
        shop.work()
    days.live_until(at(2027, 4, 1))
    assert standing(shop, ada)[:3] == ("ended", date(2027, 3, 31), date(2027, 3, 31))
    assert len(renewals(shop, ada)) == 1
    subjects = [letter.subject.removeprefix("Your license of Kilnwatch ") for letter in shop.letters(name="renewal")]
    assert subjects[1:] == ["was cancelled", "goes on", "was cancelled", "has ended"]
    with days.today():
        ada.sign_in(ada.account_id)
        assert "buy it anew" in ada.get(page).text and not has_form(ada.get(page).text, "/renewal")


def test_a_year_day_by_day(sqlite_shop: Shop) -> None:
    """Month ends and a leap day; a card that pays, one that wanes, nobody's card, and a year from a 29 February."""
    shop = sqlite_shop
    monthly, yearly = ware(shop, term="month"), ware(shop, "yearbook", term="year", price=49_000)
    days = Calendar(shop, at(2027, 1, 31))
    with days.today():
        ada, bob, cyd = (shop.member(f"{name}@example.com", name.title()) for name in ("ada", "bob", "cyd"))
        keep(ada, monthly), keep(bob, monthly, "wanes"), buy(cyd, monthly)
    seen: dict[str, list[str]] = {"bob": [], "cyd": []}

    def note() -> None:
        for name, visitor in (("bob", bob), ("cyd", cyd)):
            state, _due, _until, license_state = standing(shop, visitor)
            if not seen[name] or not seen[name][-1].endswith(f"{state} {license_state}"):
                seen[name].append(f"{clock.now():%m-%d} {state} {license_state}")

    days.live_until(at(2027, 3, 20), note)
    assert seen["bob"] == ["02-01 active issued", "02-28 grace issued", "03-07 suspended suspended"]
    assert seen["cyd"] == seen["bob"]
    with days.today(minutes=30):
        bob.sign_in(bob.account_id)
        page = page_of(shop, bob)
        assert "It rests" in bob.get(page).text
        paying = bob.submit(page, action="/renewal/pay").request.path
        pay(bob, paying.rsplit("/", 1)[1])
        assert standing(shop, bob)[0] == "active" and standing(shop, bob)[3] == "issued", "as it was before"
        shop.work()
    began = renewals(shop, bob)[0][0]
    assert began == date(2027, 3, 20), "a rest is not paid for"
    days.live_until(at(2027, 4, 2), note)
    assert seen["cyd"][-1] == "03-30 ended expired"
    days.live_until(at(2028, 2, 29), note)
    with days.today():
        dee = shop.member("dee@example.com", "Dee")
        keep(dee, yearly)
    ends = [row[1].isoformat() for row in renewals(shop, ada)]
    assert ends[:4] == ["2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30"]
    assert ends[-3:] == ["2028-01-31", "2028-02-29", "2028-03-31"] and len(ends) == 13
    for visitor in (ada, bob):
        rows = renewals(shop, visitor)
        assert all(row[2:] == (OrderState.PAID, 11_900, 11_900) for row in rows), "every period is charged once"
    chained = renewals(shop, ada)
    assert all(one[1] == following[0] for one, following in zip(chained, chained[1:], strict=False))
    assert len(renewals(shop, bob)) == 1 and standing(shop, bob)[0] == "ended"
    days.day = at(2029, 1, 25)
    days.live_until(at(2029, 3, 1))
    assert [row[:2] for row in renewals(shop, dee)] == [(date(2029, 2, 28), date(2030, 2, 28))]
    told = [one.subject for one in shop.letters("dee@example.com", "renewal")]
    assert len(told) == 2 and all("ends its year" in one for one in told)


def test_the_money_of_a_renewal_takes_its_own_period_along(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    monthly = ware(shop, term="month")
    days = Calendar(shop, at(2027, 1, 31))
    with days.today():
        ada = shop.member()
        first = keep(ada, monthly)
    days.live_until(at(2027, 3, 30))
    assert standing(shop, ada)[1] == date(2027, 4, 30)
    with days.today(minutes=30), shop.transaction() as session:
        numbers = list(session.scalars(select(Order.number).order_by(Order.id)))
    with days.today(minutes=30):
        clerk = shop.member("clerk@example.com", "Clerk", [Permission.SALES])
        ada.sign_in(ada.account_id)
        assert f"{numbers[2]}/withdraw" not in ada.get(f"/account/orders/{numbers[2]}").text
        assert "goes on with a license" in ada.get(f"/account/orders/{numbers[2]}/withdraw").text
        refund(clerk, numbers[1])
        assert standing(shop, ada)[:3] == ("active", date(2027, 4, 30), date(2027, 4, 30)), "that period is over"
        refund(clerk, numbers[2])
        assert standing(shop, ada) == ("ended", date(2027, 3, 31), date(2027, 3, 31), "issued")
        shop.work()
        refund(clerk, first)
        assert standing(shop, ada)[3] == "suspended"


def test_giving_up_the_order_of_a_period_gives_up_the_period(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    monthly = ware(shop, term="month")
    days = Calendar(shop, at(2027, 1, 31))
    with days.today():
        ada = shop.member()
        buy(ada, monthly)
    days.live_until(at(2027, 2, 20))
    with days.today():
        ada.sign_in(ada.account_id)
        page = page_of(shop, ada)
        number = ada.submit(page, action="/renewal/pay").request.path.rsplit("/", 1)[1]
        assert ada.submit(page, action="/renewal/pay").request.path.endswith(number), "one order for a period"
        press(ada, f"/checkout/pay/{number}", "/cancel")
        assert standing(shop, ada)[0] == "cancelling"
        press(ada, page, "/resume")
        again = ada.submit(page, action="/renewal/pay").request.path.rsplit("/", 1)[1]
        pay(ada, again)
        assert standing(shop, ada)[:2] == ("active", date(2027, 3, 31))
        refused = ada.post(f"{page}/renewal/pay")
        assert refused.status_code == 409 and "thirty days before" in refused.text
    days.live_until(at(2027, 2, 21))
    with days.today():
        ada.sign_in(ada.account_id)
        bob = shop.member("bob@example.com", "Bob")
        assert bob.get(f"{page}/renewal/cancel").status_code == 404


groups = st.builds(
    lambda term, month, count, amount, code: Group(
        term=term, first=date(2027, month, 1), count=count, price=Money(amount, code)
    ),
    st.sampled_from([Term.MONTH, Term.YEAR]),
    st.integers(1, 12),
    st.integers(1, 9),
    st.integers(0, 10**7),
    st.sampled_from(["EUR", "JPY"]),
)


@given(st.lists(groups, max_size=8))
def test_the_forecast_counts_a_year_once_and_a_month_from_its_first_on(given_: list[Group]) -> None:
    firsts = forecast.months_from(date(2027, 1, 31))
    assert (firsts[0], firsts[-1], len(firsts)) == (date(2027, 1, 1), date(2027, 12, 1), 12)
    rows = forecast.expected(given_, firsts)
    times = {Term.YEAR: lambda group: 1, Term.MONTH: lambda group: 13 - group.first.month}
    for code in ("EUR", "JPY"):
        mine = [group for group in given_ if group.price.currency == code]
        told = [row for row in rows if row.price.currency == code]
        assert sum(row.count for row in told) == sum(group.count * times[group.term](group) for group in mine)
        assert sum(row.price.amount for row in told) == sum(
            group.price.amount * times[group.term](group) for group in mine
        )
    picture, best = forecast.columns(rows, firsts, "EUR")
    assert len(picture) == 12 and max(one.percent for one in picture) in ({100} if best else {0})


def test_staff_see_what_is_due_and_what_is_not_paid(shop: Shop) -> None:
    monthly, yearly = ware(shop, term="month"), ware(shop, "yearbook", term="year", price=49_000)
    days = Calendar(shop, at(2027, 1, 31))
    with days.today():
        ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
        keep(ada, monthly), buy(bob, yearly)
        clerk = shop.member("clerk@example.com", "Clerk", [Permission.SALES])
        text = clerk.get("/staff/renewals").text
        assert "Go on" in text and "€119.00" in text and "2027-02" in text
        sheet = clerk.get("/staff/renewals.csv").text.splitlines()
        assert sheet[1:3] == ["2027-02,EUR,1,119.00", "2027-03,EUR,1,119.00"] and len(sheet) == 12
        assert "None of these" in clerk.get("/staff/renewals?state=grace").text
        assert "yearbook" not in clerk.get(f"/staff/renewals?after={10**9}").text.lower()
        assert ada.get("/staff/renewals").status_code == 403
    days.live_until(at(2028, 2, 2))
    with days.today(minutes=30):
        clerk.sign_in(clerk.account_id)
        assert "Yearbook, Solo" in clerk.get("/staff/renewals?state=grace").text
        with shop.statements() as seen:
            clerk.get("/staff/renewals")
        assert len(seen) <= 8
