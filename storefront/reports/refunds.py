"""What went back in twelve months: by month and cause, and by edition; two statements, whatever went back."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, func, select

from core import clock, web
from core.db import session
from storefront.money import Money
from storefront.orders.models import Order, OrderLine
from storefront.refunds.models import Refund, RefundPart
from storefront.refunds.rules import Cause
from storefront.reports import rules
from storefront.reports.grouping import month_of
from storefront.reports.rules import Bar, Sales
from storefront.stockroom.rules import months

CAUSES = {Cause.STAFF.value: "by staff", Cause.WITHDRAWAL.value: "withdrawn"}


@dataclass(frozen=True, kw_only=True)
class Returned:
    """So many refunds of a month and cause, or pieces of an edition, and the money that went back for them."""

    title: str
    cause: str
    count: int
    amount: Money


@dataclass(frozen=True, kw_only=True)
class Report:
    """Rows by month carry its "2026-11" as title; `totals` are those of the months, one for each currency."""

    first: date
    last: date
    by_month: list[Returned]
    by_edition: list[Returned]
    totals: list[Returned]
    bars: list[Bar]
    best: Money


def report(until: date | None = None) -> Report:
    """Twelve months in UTC, the last one that of this day, by the moment of the refund, tax included."""
    firsts = months(until or clock.now().date())
    by_month = _by_month(firsts)
    bars, best = _picture(by_month, firsts)
    return Report(
        first=firsts[0],
        last=firsts[-1],
        by_month=by_month,
        by_edition=_by_edition(firsts),
        totals=_totals(by_month),
        bars=bars,
        best=best,
    )


def _by_month(firsts: list[date]) -> list[Returned]:
    month = month_of(Refund.at)
    named = (month, Refund.cause, Refund.currency)
    wanted = select(*named, func.count(), func.sum(Refund.amount)).where(*_between(firsts)).group_by(*named)
    rows = session.execute(wanted.order_by(month.desc(), Refund.currency, Refund.cause))
    return [_returned(title, CAUSES[cause], count, amount, code) for title, cause, code, count, amount in rows]


def _by_edition(firsts: list[date]) -> list[Returned]:
    """The most expensive first."""
    named = (OrderLine.title, OrderLine.edition_title, Order.currency)
    sums = (func.sum(RefundPart.pieces), func.sum(RefundPart.amount))
    joined = (
        select(*named, *sums)
        .join(OrderLine, OrderLine.id == RefundPart.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Refund, Refund.id == RefundPart.refund_id)
    )
    rows = session.execute(joined.where(*_between(firsts)).group_by(*named).order_by(sums[1].desc(), *named))
    return [_returned(f"{title}, {edition}", "", pieces, amount, code) for title, edition, code, pieces, amount in rows]


def _between(firsts: list[date]) -> tuple[ColumnElement[bool], ...]:
    start, end = (datetime.combine(day, datetime.min.time(), UTC) for day in (firsts[0], rules.month_after(firsts[-1])))
    return Refund.at >= start, Refund.at < end


def _totals(rows: list[Returned]) -> list[Returned]:
    """All together, one row for each currency, by its code."""
    codes = sorted({row.amount.currency for row in rows})
    of = {code: [row for row in rows if row.amount.currency == code] for code in codes}
    return [
        _returned("All together", "", sum(row.count for row in mine), sum(row.amount.amount for row in mine), code)
        for code, mine in of.items()
    ]


def _picture(rows: list[Returned], firsts: list[date]) -> tuple[list[Bar], Money]:
    """The months in the shop's currency; several causes of one month are one column."""
    code, sums = web.settings().currency, dict[str, int]()
    for row in rows:
        if row.amount.currency == code:
            sums[row.title] = sums.get(row.title, 0) + row.amount.amount
    none = Money(0, code)
    told = [
        Sales(title=title, count=1, charged=Money(amount, code), tax=none, returned=none)
        for title, amount in sums.items()
    ]
    return rules.bars(told, firsts, code)


def _returned(title: str, cause: str, count: int, amount: int, code: str) -> Returned:
    return Returned(title=title, cause=cause, count=int(count), amount=Money(int(amount), code))
