"""What was sold in twelve months, by month and by edition; two statements, whatever was sold."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, func, select

from core import clock, web
from core.db import session
from storefront.money import Money
from storefront.orders.models import Order, OrderLine
from storefront.reports import rules
from storefront.reports.grouping import month_of
from storefront.reports.rules import Bar, Sales
from storefront.stockroom.rules import months


@dataclass(frozen=True, kw_only=True)
class Report:
    """Rows by month carry its "2026-11" as title; `totals` are those of the months."""

    first: date
    last: date
    by_month: list[Sales]
    by_edition: list[Sales]
    totals: list[Sales]
    bars: list[Bar]
    best: Money


def report(until: date | None = None) -> Report:
    """Twelve months in UTC, the last one that of this day: every order that was paid in them, what went back taken off."""
    firsts = months(until or clock.now().date())
    by_month = _by_month(firsts)
    bars, best = rules.bars(by_month, firsts, web.settings().currency)
    return Report(
        first=firsts[0],
        last=firsts[-1],
        by_month=by_month,
        by_edition=_by_edition(firsts),
        totals=rules.totals(by_month),
        bars=bars,
        best=best,
    )


def _by_month(firsts: list[date]) -> list[Sales]:
    month = month_of(Order.paid_at)
    sums = (func.count(), func.sum(Order.total), func.sum(Order.tax), func.sum(Order.refunded))
    wanted = select(month, Order.currency, *sums).where(*_paid(firsts)).group_by(month, Order.currency)
    return [_sales(*row) for row in session.execute(wanted.order_by(month.desc(), Order.currency))]


def _by_edition(firsts: list[date]) -> list[Sales]:
    """A line's tax is reckoned with its order's: it is not told here."""
    named = (OrderLine.title, OrderLine.edition_title, Order.currency)
    sums = (func.sum(OrderLine.quantity), func.sum(OrderLine.amount), func.sum(OrderLine.returned))
    wanted = select(*named, *sums).join(Order, Order.id == OrderLine.order_id).where(*_paid(firsts)).group_by(*named)
    found = session.execute(wanted.order_by(*named))
    return [
        _sales(f"{title}, {edition}", currency, pieces, charged, 0, returned)
        for title, edition, currency, pieces, charged, returned in found
    ]


def _paid(firsts: list[date]) -> tuple[ColumnElement[bool], ...]:
    start, end = (datetime.combine(day, datetime.min.time(), UTC) for day in (firsts[0], rules.month_after(firsts[-1])))
    return Order.paid_at >= start, Order.paid_at < end


def _sales(title: str, currency: str, count: int, charged: int, *beside: int) -> Sales:
    """`beside`: the tax in it, and what went back. A database may give sums as decimals."""
    tax, returned = beside
    sums = (Money(int(amount), currency) for amount in (charged, tax, returned))
    return Sales(title=title, count=int(count), charged=next(sums), tax=next(sums), returned=next(sums))
