"""New prices for what renews: shown before, told in time, taken from the day that was told, and not taken by who cancels."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core import clock
from core.access import Permission
from core.audit.models import AuditEntry
from storefront.licenses.rules import Term
from storefront.renewals.models import Subscription
from storefront.renewals.rules import PRICE_NOTICE, due_at
from storefront.repricing import rules
from storefront.repricing.models import PriceAnnouncement
from tests.shop import Shop, Visitor, find_form
from tests.storefront.order_builders import buy, press, ware
from tests.storefront.test_renewals import Calendar, at, keep, page_of, renewals, standing

PAGE, WHY = "/staff/renewals/prices", "Our own costs rose."
moments = st.datetimes(datetime(2026, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))


def clerk_of(shop: Shop) -> Visitor:
    return shop.member("sam@example.com", "Sam", [Permission.SALES])


def preview(clerk: Visitor, edition_id: int, **typed: str) -> Any:
    day = rules.earliest(clock.now()).isoformat()
    sent = {"goods": f"{edition_id}:EUR", "price": "139", "from_day": day, "reason": WHY, **typed}
    return clerk.submit(PAGE, sent, action="/prices")


def announce(clerk: Visitor, edition_id: int, **typed: str) -> str:
    form = find_form(preview(clerk, edition_id, **typed).text, "/announce")
    return str(clerk.client.post(form.action, data=form.values, follow_redirects=True).text)


@given(st.sampled_from([Term.MONTH, Term.YEAR]), moments, st.integers(1, 30), moments)
def test_the_new_price_holds_for_the_first_period_from_its_day_on(
    term: Term, anchor: datetime, periods: int, holds: datetime
) -> None:
    first = rules.first_at(term, anchor, periods, holds)
    due = due_at(term, anchor, periods)
    assert first >= holds and first >= due
    before = [due_at(term, anchor, count) for count in range(periods, periods + 100)]
    assert all(one < holds for one in before if one < first)


@given(moments)
def test_nobody_hears_of_it_later_than_was_promised(now: datetime) -> None:
    assert rules.check_day(rules.earliest(now), now) - now >= PRICE_NOTICE


def test_it_is_told_and_taken_from_its_day_on(shop: Shop) -> None:
    monthly = ware(shop, term="month")
    days = Calendar(shop, at(2027, 1, 31))
    with days.today():
        ada, bob, clerk = shop.member(), shop.member("bob@example.com", "Bob"), clerk_of(shop)
        keep(ada, monthly), keep(bob, monthly)
        assert "2 at €119.00" in clerk.get(PAGE).text and ada.get(PAGE).status_code == 403
        shown = preview(clerk, monthly.edition_id, from_day="2027-04-15").text
        assert "€238.00 → €278.00" in shown and "30 April 2027" in shown and "Announce it to 2" in shown
        form = find_form(shown, "/announce")
        for _ in range(2):
            said = clerk.client.post(form.action, data=form.values, follow_redirects=True)
        assert "Announced" in said.text or "different" in said.text
        shop.work()
        letters = shop.letters(name="renewal")
        assert (
            len(letters) == 2 and "costs 139.00 EUR instead of 119.00 EUR" in letters[0].text and WHY in letters[0].text
        )
        page = page_of(shop, bob)
        press(bob, f"{page}/renewal/cancel", "/cancel")
        shop.work()
    days.live_until(at(2027, 5, 2))
    assert [row[3] for row in renewals(shop, ada)] == [11_900, 11_900, 13_900]
    assert [row[0] for row in renewals(shop, ada)] == [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]
    assert renewals(shop, bob) == [] and standing(shop, bob)[0] == "ended"
    with shop.transaction() as session:
        kept = {one.unit: one.announced_unit for one in session.scalars(select(Subscription))}
        assert kept == {13_900: None, 11_900: 13_900}
        assert session.scalars(select(PriceAnnouncement.met)).all() == [2]
        assert [one.details["met"] for one in session.scalars(select(AuditEntry)) if one.verb == "announce price"] == [
            "2"
        ]


def test_what_cannot_be_announced_is_said(sqlite_shop: Shop) -> None:
    shop, clerk = sqlite_shop, clerk_of(sqlite_shop)
    assert "Nothing renews" in clerk.get(PAGE).text and "30 days before it holds" in clerk.get(PAGE).text
    monthly = ware(shop, term="month")
    ada = shop.member()
    buy(ada, monthly)
    tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
    for typed, word in (
        ({"from_day": tomorrow}, "more than 30 days from today"),
        ({"from_day": "soon"}, "as a date"),
        ({"reason": "so"}, "eight to 200"),
        ({"price": "a lot"}, "Nothing was announced"),
    ):
        answer = preview(clerk, monthly.edition_id, **typed)
        assert answer.status_code == 422 and word in answer.text
    assert clerk.post(PAGE, {"goods": f"{monthly.edition_id}:JPY"}).status_code == 404
    assert "meets nobody" in preview(clerk, monthly.edition_id, price="119").text
    form = find_form(preview(clerk, monthly.edition_id).text, "/announce")
    buy(shop.member("bob@example.com", "Bob"), monthly)
    late = clerk.client.post(form.action, data=form.values)
    assert late.status_code == 409 and "look again" in late.text and "Announce it to 2" in late.text
    with shop.transaction() as session:
        assert session.scalars(select(PriceAnnouncement)).all() == []


def test_another_announcement_takes_the_place_of_the_first(sqlite_shop: Shop) -> None:
    shop, clerk = sqlite_shop, clerk_of(sqlite_shop)
    yearly = ware(shop, term="year")
    ada = shop.member()
    buy(ada, yearly)
    assert "Announced" in announce(clerk, yearly.edition_id)
    shop.work()
    assert "€139.00" in ada.get(page_of(shop, ada)).text
    assert "Announced" in announce(clerk, yearly.edition_id, price="119")
    shop.work()
    assert "costs 119.00 EUR instead of 139.00 EUR" in shop.letters(name="renewal")[-1].text
    with shop.transaction() as session:
        one = session.scalars(select(Subscription)).one()
        assert (one.unit, one.coming_unit) == (11_900, 11_900)
