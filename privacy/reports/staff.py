"""/staff/pages: which pages are read, more or less than before, from sums alone; also as CSV."""

import csv
import io
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from core.access import Permission, staff
from core.audit import service as audit
from core.web import acting_staff, render
from privacy.reports import rules, service
from privacy.reports.rules import By, Order

pages = Blueprint("privacy_reports", __name__)
READERS = Permission.CATALOGUE
HERE = "/staff/pages"
DAYS_UP_TO = 4
"""By days for so many weeks at most: more columns than that nobody can tell apart."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the address asks for; whatever it gets wrong becomes what is usual."""

    weeks: int
    order: Order
    by: By
    route: str

    def address(self, path: str = HERE, **other: object) -> str:
        """The same with something else."""
        asked = {"weeks": self.weeks, "order": self.order.value, "by": self.by.value, "page": self.route, **other}
        return f"{path}?{urlencode({name: value for name, value in asked.items() if value})}"


@pages.get(HERE)
@staff(READERS)
def overview() -> Response:
    """All pages or one: how often they were opened, by week or day, and what changed."""
    wanted = _wanted()
    period = service.span(wanted.weeks)
    counts = service.counts(period, wanted.route)
    lines = rules.lines(counts, period, wanted.order)
    return render(
        "privacy/reports/overview.html",
        wanted=wanted,
        period=period,
        lines=lines,
        total=rules.total(lines),
        points=rules.points(counts, period, wanted.by),
        choices=(rules.WEEKS, Order, _bys(wanted.weeks)),
    )


@pages.get(f"{HERE}.csv")
@staff(READERS)
def download() -> Response:
    """The same cells as a file, with the same ones left out; that it was fetched is written down."""
    wanted = _wanted()
    period = service.span(wanted.weeks)
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow([wanted.by.value, "page", "times"])
    writer.writerows(rules.rows(service.counts(period, wanted.route), period, wanted.by))
    audit.record(acting_staff(READERS), "download report", "report", wanted.weeks, by=wanted.by.value)
    name = f"pages-{period.first}-{period.last}-by-{wanted.by.value}.csv"
    given = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(sheet.getvalue(), mimetype="text/csv", headers=given)


def _wanted() -> Wanted:
    asked = request.args
    weeks = asked.get("weeks", 4, int)
    order, by = asked.get("order", ""), asked.get("by", "")
    weeks = weeks if weeks in rules.WEEKS else 4
    return Wanted(
        weeks=weeks,
        order=Order(order) if order in set(Order) else Order.MOST,
        by=By(by) if by in set(_bys(weeks)) else By.WEEK,
        route=asked.get("page", "")[:80],
    )


def _bys(weeks: int) -> tuple[By, ...]:
    return (By.WEEK, By.DAY) if weeks <= DAYS_UP_TO else (By.WEEK,)
