"""What the reports read: the counts of pages, and no other table."""

from core import clock
from privacy.pageviews import service as pageviews
from privacy.reports import rules
from privacy.reports.rules import Counts, Line, Order, Span

PUBLIC_WEEKS = 4


def span(weeks: int) -> Span:
    """The last whole weeks."""
    return rules.span(clock.now().date(), weeks)


def counts(period: Span, route: str = "") -> Counts:
    """What was counted in the period and in the one before, of all pages or of one."""
    return pageviews.counts(period.before.first, period.until, route)


def lately() -> list[Line]:
    """The last four weeks as everybody may see them, the most opened first."""
    period = span(PUBLIC_WEEKS)
    found = rules.lines(pageviews.counts(period.first, period.until), period, Order.MOST)
    return [line for line in found if line.now.times]
