"""Clauses P3a, P3b, P4a and P5c: sums for all, a list for those who ask."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from privacy.pageviews import rules
from privacy.pageviews import service as pageviews
from privacy.pageviews.models import PageCount, Visit
from tests.shop import Shop, Visitor


def visits(shop: Shop) -> list[str]:
    """Every route on any list."""
    shop.work()
    with shop.transaction() as session:
        return list(session.scalars(select(Visit.route).order_by(Visit.id)))


def switch(visitor: Visitor, on: str) -> str:
    """Use the person's own switch."""
    return visitor.submit("/account/privacy", {"purpose": "page_history", "on": on}, action="/switch").text


@pytest.mark.clause("P3a", "P2")
def test_pages_are_counted_per_day_and_route_whoever_asks_and_whatever_answers(shop: Shop) -> None:
    for _ in range(3):
        shop.visitor().get(
            "/privacy/cookies?secret=1", headers={"Referer": "https://example.org/", "From": "a@example.com"}
        )
    shop.member().get("/privacy/cookies")
    shop.work()
    with shop.transaction() as session:
        (count,) = session.scalars(select(PageCount).where(PageCount.route == "/privacy/cookies"))
        assert (count.day, count.times) == (clock.now().date(), 4)
        columns = set(PageCount.__table__.columns.keys())
    assert columns == {"id", "day", "route", "times", "discard_on"}
    assert visits(shop) == []


@pytest.mark.clause("P3a")
def test_small_sums_are_not_told(shop: Shop) -> None:
    assert [rules.shown(times) for times in (0, 4, 5, 1200)] == ["fewer than 5", "fewer than 5", "5", "1,200"]
    with clock.moved(-timedelta(days=7)):
        shop.visitor().get("/privacy/changes")
        for _ in range(6):
            shop.visitor().get("/privacy/cookies")
        shop.work()
    page = shop.visitor().get("/privacy/lists").text
    assert "<code>/privacy/changes</code>" not in page
    assert '<td class="number" data-label="Times">at least 6</td>' in page


@pytest.mark.clause("P3b", "P5c")
def test_nothing_is_listed_until_switched_on_and_nothing_after_switching_off(shop: Shop) -> None:
    ada = shop.member()
    ada.get("/privacy/cookies")
    assert visits(shop) == [] and "lp_visit" not in ada.cookies()
    switch(ada, "1")
    assert "lp_visit" in ada.cookies()
    ada.get("/privacy/cookies?q=private#x", headers={"Referer": "https://example.org/secret"})
    assert visits(shop)[-1] == "/privacy/cookies"
    assert set(Visit.__table__.columns.keys()) == {"id", "trail_id", "route", "at", "discard_at"}
    said = switch(ada, "0")
    assert "the list was deleted" in said
    assert "lp_visit" not in ada.cookies()
    ada.get("/privacy/cookies")
    assert visits(shop) == []


@pytest.mark.clause("P3b")
@pytest.mark.parametrize("signal", [{"Sec-GPC": "1"}, {"Sec-GPC": "0, 1"}, {"DNT": "1"}])
def test_with_a_signal_no_visit_is_recorded(shop: Shop, signal: dict[str, str]) -> None:
    ada = shop.member()
    switch(ada, "1")
    before = visits(shop)
    ada.get("/privacy/cookies", headers=signal)
    assert visits(shop) == before


@pytest.mark.clause("P3b")
def test_ones_own_visits_are_shown_and_deleted_one_by_one_or_all(shop: Shop) -> None:
    ada = shop.member()
    switch(ada, "1")
    for page in ("/privacy/cookies", "/privacy/lists"):
        ada.get(page)
    before = len(visits(shop))
    page = ada.get("/account/privacy/visits").text
    assert "/privacy/lists" in page
    with shop.transaction():
        newest = pageviews.visits_of(ada.account_id)[0].id
    ada.submit("/account/privacy/visits", {"visit": str(newest)}, action="/visits/forget")
    with shop.transaction() as session:
        assert session.get(Visit, newest) is None
    assert before > 1
    ada.submit("/account/privacy/visits", {"visit": ""}, action="/visits/forget")
    with shop.transaction():
        assert pageviews.visits_of(ada.account_id) == []


def test_nobody_deletes_or_sees_the_visits_of_another(shop: Shop) -> None:
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    switch(ada, "1")
    switch(bob, "1")
    ada.get("/privacy/lists")
    assert "/privacy/lists" in visits(shop)
    bob.get("/privacy/cookies")
    visits(shop)
    with shop.transaction():
        hers = pageviews.visits_of(ada.account_id)[0].id
    assert bob.submit("/account/privacy/visits", {"visit": str(hers)}, action="/visits/forget").status_code == 404
    assert "<code>/privacy/lists" not in bob.get("/account/privacy/visits").text
    with shop.transaction() as session:
        assert session.get(Visit, hers) is not None


def test_a_browser_with_a_members_list_adds_nothing_while_signed_out(shop: Shop) -> None:
    ada = shop.member()
    switch(ada, "1")
    before = visits(shop)
    ada.client.delete_cookie("lp_session")
    ada.get("/privacy/cookies")
    assert visits(shop) == before


def test_a_stranger_has_a_list_of_their_own_in_their_browser(shop: Shop) -> None:
    eve = shop.visitor()
    eve.submit("/privacy/preferences", {"on": "1"}, action="/page-history")
    eve.get("/privacy/cookies")
    assert visits(shop)[-1] == "/privacy/cookies"
    assert "<code>/privacy/cookies</code>" in eve.get("/privacy/preferences").text
    eve.submit("/privacy/preferences", action="/forget")
    assert "lp_visit" not in eve.cookies()
    eve.get("/privacy/cookies")
    assert visits(shop) == []


def test_a_made_up_cookie_starts_no_list(shop: Shop) -> None:
    eve = shop.visitor()
    eve.client.set_cookie("lp_visit", "made up")
    eve.get("/privacy/cookies")
    assert visits(shop) == []


@pytest.mark.clause("P4a")
def test_after_its_last_day_a_visit_is_not_read_even_before_the_sweep(shop: Shop) -> None:
    ada = shop.member()
    switch(ada, "1")
    ada.get("/privacy/lists")
    assert visits(shop)
    with clock.moved(rules.KEPT + timedelta(minutes=1)), shop.transaction() as session:
        assert pageviews.visits_of(ada.account_id) == []
        assert session.scalars(select(Visit)).all()
        pageviews.sweep()
        assert not session.scalars(select(Visit)).all()


def test_counting_costs_a_page_no_statement(shop: Shop) -> None:
    eve = shop.visitor()
    eve.get("/privacy/cookies")
    with shop.statements() as seen:
        eve.get("/privacy/cookies")
    assert seen == []
