"""Sums of pages as they may be told: by whole weeks, and so that no small number can be computed back. Pure.

A page's week is told if the page was opened five times or more in it. Its days are told only if each of the seven has
five or more: the week minus its days then gives nothing that is not told already. Whatever is longer, or about several
pages, is a sum of what is told, never of what was counted. The running week is not told: two looks at it would give
away what came in between.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from privacy.pageviews.rules import FEW, shown

WEEKS = (1, 4, 13, 26)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)

Days = Mapping[date, int]
Counts = Mapping[str, Days]
"""What was counted: by kind of page, then by day."""


class Order(StrEnum):
    """Which pages come first."""

    MOST = "most"
    LEAST = "least"
    RISING = "rising"
    FALLING = "falling"


class By(StrEnum):
    """How finely time is told."""

    WEEK = "week"
    DAY = "day"


@dataclass(frozen=True, kw_only=True)
class Span:
    """Whole weeks: the first day, and the Monday after the last."""

    first: date
    until: date

    @property
    def last(self) -> date:
        """The last day."""
        return self.until - DAY

    @property
    def weeks(self) -> tuple[date, ...]:
        """The Mondays."""
        return tuple(self.first + WEEK * n for n in range((self.until - self.first) // WEEK))

    @property
    def before(self) -> "Span":
        """As many weeks, just before."""
        return Span(first=self.first - (self.until - self.first), until=self.first)


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What is told of some weeks: the sum of those that are told, and how many are not."""

    times: int
    hidden: int

    @property
    def most(self) -> int:
        """What it is at most, as anybody can tell."""
        return self.times + self.hidden * (FEW - 1)

    @property
    def said(self) -> str:
        """As words."""
        if not self.times:
            return f"fewer than {FEW} a week"
        return f"at least {self.times:,}" if self.hidden else shown(self.times)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One kind of page, now and in the period before."""

    route: str
    now: Sum
    before: Sum

    @property
    def change(self) -> str:
        """How much it grew or shrank; only the direction, or nothing, where weeks are not told."""
        if self.now.hidden or self.before.hidden:
            return "more" if self.now.times > self.before.most else "less" if self.now.most < self.before.times else "–"
        percent = round(100 * (self.now.times - self.before.times) / self.before.times)
        return f"{'+' if percent > 0 else '−' if percent < 0 else '±'}{abs(percent)} %"


@dataclass(frozen=True, kw_only=True)
class Point:
    """A day or a week of a chart; times is None where it is not told."""

    first: date
    times: int | None
    percent: int = 0

    @property
    def said(self) -> str:
        """As words."""
        return "not shown" if self.times is None else f"{self.times:,}"


def span(today: date, weeks: int) -> Span:
    """The last whole weeks, Monday to Sunday."""
    monday = today - timedelta(days=today.weekday())
    return Span(first=monday - WEEK * weeks, until=monday)


def lines(counts: Counts, period: Span, order: Order) -> list[Line]:
    """Every kind of page that was opened in the period or in the one before."""
    found = [
        Line(route=route, now=_sum(days, period), before=_sum(days, period.before)) for route, days in counts.items()
    ]
    if order is Order.MOST:
        return sorted(found, key=lambda line: (-line.now.times, line.route))
    if order is Order.LEAST:
        return sorted(found, key=lambda line: (line.now.times, line.route))
    sign = -1 if order is Order.RISING else 1
    return sorted(found, key=lambda line: (sign * (line.now.times - line.before.times), line.route))


def points(counts: Counts, period: Span, by: By) -> list[Point]:
    """The period by weeks or days, over all these kinds of pages."""
    if by is By.WEEK:
        firsts, told = period.weeks, [_week(days, monday) for days in counts.values() for monday in period.weeks]
    else:
        firsts = tuple(monday + DAY * n for monday in period.weeks for n in range(7))
        told = [one for days in counts.values() for monday in period.weeks for one in _days(days, monday)]
    sums = [_total(told[place :: len(firsts)]) for place in range(len(firsts))]
    most = max((times for times in sums if times), default=1)
    return [
        Point(first=first, times=times, percent=round(100 * (times or 0) / most))
        for first, times in zip(firsts, sums, strict=True)
    ]


def total(found: Iterable[Line]) -> Sum:
    """All pages together, from what is told of each."""
    kept = [line.now for line in found]
    return Sum(times=sum(one.times for one in kept), hidden=sum(one.hidden for one in kept))


def rows(counts: Counts, period: Span, by: By) -> Iterable[tuple[date, str, str]]:
    """Every cell as words: (first day, page, times)."""
    for route in sorted(counts):
        for point in points({route: counts[route]}, period, by):
            hidden = f"fewer than {FEW}" if by is By.WEEK else "not shown"
            yield point.first, route, hidden if point.times is None else str(point.times)


def _sum(days: Days, period: Span) -> Sum:
    told = [_week(days, monday) for monday in period.weeks]
    return Sum(times=sum(times or 0 for times in told), hidden=told.count(None))


def _week(days: Days, monday: date) -> int | None:
    times = sum(days.get(monday + DAY * n, 0) for n in range(7))
    return times if times >= FEW else None


def _days(days: Days, monday: date) -> list[int | None]:
    counted = [days.get(monday + DAY * n, 0) for n in range(7)]
    return list(counted) if min(counted) >= FEW else [None] * 7


def _total(told: Iterable[int | None]) -> int | None:
    kept = [times for times in told if times is not None]
    return sum(kept) if kept else None
