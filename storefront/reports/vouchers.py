"""What vouchers did in twelve months: by month, and by voucher; two statements, however many there are."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, func, select

from core import clock, web
from core.db import session
from storefront.money import Money, zero
from storefront.orders.models import Order
from storefront.orders.rules import OrderState
from storefront.reports import rules
from storefront.reports.grouping import month_of
from storefront.reports.rules import Bar, Sales
from storefront.stockroom.rules import months
from storefront.vouchers.models import Voucher, VoucherClaim

PAID = (OrderState.PAID.value, OrderState.REFUNDED.value)


@dataclass(frozen=True, kw_only=True)
class Used:
    """So many paid orders of a month or with a voucher: what it took off, and what was paid all the same, with tax.

    `left`: how often it can still be used; None where that has no limit, or for a month.
    """

    title: str
    count: int
    off: Money
    paid: Money
    left: int | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """Rows by month carry its "2026-11" as title; `totals` are those of the months, one for each currency."""

    first: date
    last: date
    by_month: list[Used]
    by_voucher: list[Used]
    totals: list[Used]
    bars: list[Bar]
    best: Money


def report(until: date | None = None) -> Report:
    """Twelve months in UTC, the last one that of this day, by the moment in which the order was paid."""
    firsts = months(until or clock.now().date())
    by_month = _by_month(firsts)
    code = web.settings().currency
    told = [_as_sales(row, code) for row in by_month if row.off.currency == code]
    bars, best = rules.bars(told, firsts, code)
    return Report(
        first=firsts[0],
        last=firsts[-1],
        by_month=by_month,
        by_voucher=_by_voucher(firsts),
        totals=_totals(by_month),
        bars=bars,
        best=best,
    )


def _by_month(firsts: list[date]) -> list[Used]:
    named = (month_of(Order.paid_at), Order.currency)
    sums = (func.count(), func.sum(Order.discount), func.sum(Order.total))
    joined = select(*named, *sums).join(VoucherClaim, VoucherClaim.order_id == Order.id)
    rows = session.execute(joined.where(*_paid(firsts)).group_by(*named).order_by(named[0].desc(), Order.currency))
    return [_used(title, count, (off, paid), code) for title, code, count, off, paid in rows]


def _by_voucher(firsts: list[date]) -> list[Used]:
    """The one that took off most comes first."""
    named = (Voucher.id, Voucher.label, Voucher.uses_most, Voucher.used, Order.currency)
    sums = (func.count(), func.sum(Order.discount), func.sum(Order.total))
    joined = select(*named, *sums).join(VoucherClaim, VoucherClaim.voucher_id == Voucher.id)
    wanted = joined.join(Order, Order.id == VoucherClaim.order_id).where(*_paid(firsts)).group_by(*named)
    rows = session.execute(wanted.order_by(sums[1].desc(), Voucher.id))
    return [
        _used(label, count, (off, paid), code, most - used if most is not None else None)
        for _id, label, most, used, code, count, off, paid in rows
    ]


def _paid(firsts: list[date]) -> tuple[ColumnElement[bool], ...]:
    start, end = (datetime.combine(day, datetime.min.time(), UTC) for day in (firsts[0], rules.month_after(firsts[-1])))
    return Order.paid_at >= start, Order.paid_at < end, Order.state.in_(PAID)


def _used(title: str, count: int, sums: tuple[int, int], code: str, left: int | None = None) -> Used:
    off, paid = (Money(int(amount), code) for amount in sums)
    return Used(title=title, count=int(count), off=off, paid=paid, left=left)


def _totals(rows: list[Used]) -> list[Used]:
    """All together, one row for each currency, by its code."""
    of = {
        code: [row for row in rows if row.off.currency == code] for code in sorted({row.off.currency for row in rows})
    }
    return [
        _used(
            "All together",
            sum(row.count for row in mine),
            (sum(row.off.amount for row in mine), sum(row.paid.amount for row in mine)),
            code,
        )
        for code, mine in of.items()
    ]


def _as_sales(row: Used, code: str) -> Sales:
    return Sales(title=row.title, count=row.count, charged=row.off, tax=zero(code), returned=zero(code))
