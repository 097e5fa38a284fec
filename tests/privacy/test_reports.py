"""Clauses P3a, P4a and P4b: what staff see of visits is sums, and no small number can be computed back from them."""

import csv
import io
import re
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from core import clock, db
from core.access import Permission
from core.audit.models import AuditEntry
from privacy import register
from privacy.pageviews import service as pageviews
from privacy.pageviews.models import PageCount
from privacy.reports import rules
from privacy.reports.rules import By, Order
from privacy.retention import service as retention
from tests.shop import Shop, Visitor

MONDAY = date(2026, 3, 2)
SPAN = rules.span(MONDAY + timedelta(days=15), 2)


def counted(shop: Shop, route: str, times: list[int], weeks_ago: int = 1) -> None:
    """A week of counts, Monday first."""
    with shop.transaction():
        today = clock.now().date()
        monday = today - timedelta(days=today.weekday() + 7 * weeks_ago)
        days = {(monday + timedelta(days=n), route): many for n, many in enumerate(times) if many}
        pageviews.write_counts(dict(days))


def tables(shop: Shop, *pages: str, reader: Visitor) -> set[str]:
    """The tables that these pages ask or write."""
    with shop.statements() as seen:
        for page in pages:
            assert reader.get(page).status_code == 200
    return set(re.findall(r'(?:from|join|into|update) "?(\w+)', " ".join(seen), re.IGNORECASE))


@pytest.mark.clause("P4b", "P3a")
def test_staff_read_sums_of_whole_weeks_and_nothing_else(shop: Shop) -> None:
    counted(shop, "/shop/<slug>", [10, 20, 30, 40, 50, 60, 70])
    counted(shop, "/shop/<slug>", [10] * 7, weeks_ago=2)
    counted(shop, "/terms", [1, 0, 3, 0, 0, 0, 0])
    counted(shop, "/company", [9, 9, 9, 9, 9, 9, 2])
    shop.visitor().get("/privacy/cookies")
    shop.work()
    clerk = shop.member("clerk@example.com", "Clerk", (Permission.CATALOGUE,))
    every_page = tables(shop, "/staff", reader=clerk)
    here = tables(shop, "/staff/pages", "/staff/pages.csv", reader=clerk)
    assert here - every_page == {"page_count", "audit_entry"}, "that the file was fetched is written down"
    page, week = clerk.get("/staff/pages").text, clerk.get("/staff/pages?weeks=1").text
    sheet = clerk.get("/staff/pages.csv?weeks=1&by=day").text
    assert "+300 %" in week and ">more<" in page and "at least 350" in page and "fewer than 5 a week" in page
    assert "<code>/privacy/cookies" not in page, "the running week is not told"
    told = {(row["page"], row["times"]) for row in csv.DictReader(io.StringIO(sheet))}
    assert ("/shop/<slug>", "70") in told and {times for page, times in told if page == "/company"} == {"not shown"}
    assert "fewer than 5" in clerk.get("/staff/pages.csv?weeks=1&page=/terms").text
    with shop.transaction() as session:
        assert len(session.scalars(select(AuditEntry).where(AuditEntry.verb == "download report")).all()) == 3
    assert shop.member().get("/staff/pages").status_code in {403, 404}
    assert "+300 %" in clerk.get("/staff/pages?weeks=1&page=/shop/<slug>").text
    assert clerk.get("/staff/pages?weeks=x&order=y&by=z&page=nothing").status_code == 200


@pytest.mark.clause("P4b")
def test_no_column_about_a_person_may_serve_what_works_with_sums() -> None:
    held = [one for table in register.holdings().values() for one in table.columns.values()]
    sums_only = {name for name, purpose in register.purposes.items() if purpose.aggregates_only}
    assert held and sums_only and not [one for one in held if sums_only & set(one.purposes)]
    about = register.Holding(category="email", collected_for="measurement", keep="a day")
    with pytest.raises(register.Misdeclared, match="sums only"):
        register.declare("stranger", subject="", address=about)


@pytest.mark.clause("P4a")
def test_counts_are_unreadable_and_gone_after_thirteen_months(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    counted(shop, "/terms", [9] * 7)
    later = clock.now() + timedelta(days=13 * 31)
    monkeypatch.setattr(clock, "now", lambda: later)
    with shop.transaction():
        assert pageviews.counts(date.min, date.max) == {}, "whether they were swept or not"
    with shop.app.app_context():
        db.use(shop.database)
        assert retention.sweep()["page_counts"] == 7
    with shop.transaction() as session:
        assert session.scalar(select(func.count()).select_from(PageCount)) == 0
    assert "Counts of opened pages" in shop.visitor().get("/privacy/discarded").text


weeks = st.lists(st.integers(0, 12), min_size=14, max_size=14)


@given(st.lists(weeks, min_size=1, max_size=3))
def test_nothing_small_can_be_computed_back(drawn: list[list[int]]) -> None:
    """Each page's week is told or not; its days only where each is told. All else is a sum of what is told."""
    counts = {
        f"/{n}": {SPAN.first + timedelta(days=day): times for day, times in enumerate(one)}
        for n, one in enumerate(drawn)
    }
    by_day, by_week = Counter[tuple[str, date]](), Counter[tuple[str, date]]()
    for first, route, times in rules.rows(counts, SPAN, By.DAY):
        assert times == "not shown" or int(times) == counts[route][first] >= 5
        by_day[route, first - timedelta(days=first.weekday())] += 0 if times == "not shown" else int(times)
    for first, route, times in rules.rows(counts, SPAN, By.WEEK):
        by_week[route, first] = 0 if times == "fewer than 5" else int(times)
    assert all(times in {0, by_week[cell]} for cell, times in by_day.items()), "no week less its days is new"
    lines = rules.lines(counts, SPAN, Order.MOST)
    assert rules.total(lines).times == sum(by_week.values())
    assert {line.route: line.now.times for line in lines} == {
        route: sum(by_week[route, monday] for monday in SPAN.weeks) for route in counts
    }
    assert sum(point.times or 0 for point in rules.points(counts, SPAN, By.WEEK)) == sum(by_week.values())
    assert sum(point.times or 0 for point in rules.points(counts, SPAN, By.DAY)) == sum(by_day.values())
