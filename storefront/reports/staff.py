"""The reports of sales and of refunds: a picture, tables, and the same as CSV."""

import csv
import io
import re
from datetime import date

from flask import Blueprint, Response, request

from core import clock, menus, web
from core.access import Permission, staff
from core.asking import GOODS, takes
from core.audit import service as audit
from core.errors import Invalid
from core.text import cell
from storefront.reports import refunds, sales, vouchers

pages = Blueprint("reports_staff", __name__)
menus.add("staff", "Sales", "/staff/sales", rank=24, permission=Permission.SALES.value)
menus.add("staff", "Refunds", "/staff/refunds", rank=24, permission=Permission.SALES.value)
SALES, CATALOGUE = Permission.SALES, Permission.CATALOGUE
HEADS = ("by", "name", "currency", "count", "charged", "tax", "returned", "kept")


class NotAMonth(Invalid):
    code = "not_a_month"
    sentence = "A month looks like 2026-11."


@pages.get("/staff/sales")
@staff(SALES)
@takes(until=GOODS)
def overview() -> Response:
    """What was sold in twelve months, up to this one or another."""
    found = sales.report(_until())
    earlier = date(found.first.year - 1, found.first.month, 1) if found.first.year > 2001 else None
    is_past = found.last < clock.now().date().replace(day=1)
    return web.render("storefront/reports/sales.html", report=found, earlier=earlier, is_past=is_past)


@pages.get("/staff/sales.csv")
@staff(SALES)
@takes(until=GOODS)
def overview_csv() -> Response:
    """The same rows as a file; that it was fetched is written down."""
    found, sheet = sales.report(_until()), io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(HEADS)
    for by, rows in (("month", found.by_month), ("edition", found.by_edition)):
        for row in rows:
            tax = row.tax.decimal() if by == "month" else ""
            amounts = (row.charged.decimal(), tax, row.returned.decimal(), row.kept.decimal())
            writer.writerow([by, cell(row.title), row.charged.currency, row.count, *amounts])
    audit.record(web.acting_staff(SALES), "download report", "sales", len(found.by_month), until=str(found.last))
    name = f"sales-{found.last:%Y-%m}.csv"
    given = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(sheet.getvalue(), mimetype="text/csv", headers=given)


@pages.get("/staff/refunds")
@staff(SALES)
@takes(until=GOODS)
def returned() -> Response:
    """What went back in twelve months, and why."""
    found = refunds.report(_until())
    earlier = date(found.first.year - 1, found.first.month, 1) if found.first.year > 2001 else None
    is_past = found.last < clock.now().date().replace(day=1)
    return web.render("storefront/reports/refunds.html", report=found, earlier=earlier, is_past=is_past)


@pages.get("/staff/refunds.csv")
@staff(SALES)
@takes(until=GOODS)
def returned_csv() -> Response:
    """The same rows as a file; that it was fetched is written down."""
    found, sheet = refunds.report(_until()), io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(("by", "name", "cause", "currency", "count", "returned"))
    for by, rows in (("month", found.by_month), ("edition", found.by_edition)):
        for row in rows:
            writer.writerow([by, cell(row.title), row.cause, row.amount.currency, row.count, row.amount.decimal()])
    audit.record(web.acting_staff(SALES), "download report", "refunds", len(found.by_month), until=str(found.last))
    given = {
        "Content-Disposition": f'attachment; filename="refunds-{found.last:%Y-%m}.csv"',
        "Cache-Control": "no-store",
    }
    return Response(sheet.getvalue(), mimetype="text/csv", headers=given)


@pages.get("/staff/vouchers/report")
@staff(CATALOGUE)
@takes(until=GOODS)
def discounted() -> Response:
    """What vouchers took off in twelve months, and what was paid all the same."""
    found = vouchers.report(_until())
    earlier = date(found.first.year - 1, found.first.month, 1) if found.first.year > 2001 else None
    is_past = found.last < clock.now().date().replace(day=1)
    return web.render("storefront/reports/vouchers.html", report=found, earlier=earlier, is_past=is_past)


@pages.get("/staff/vouchers/report.csv")
@staff(CATALOGUE)
@takes(until=GOODS)
def discounted_csv() -> Response:
    """The same rows as a file; that it was fetched is written down."""
    found, sheet = vouchers.report(_until()), io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(("by", "name", "currency", "orders", "taken_off", "paid", "left"))
    for by, rows in (("month", found.by_month), ("voucher", found.by_voucher)):
        for row in rows:
            left = "" if row.left is None else row.left
            amounts = (row.off.decimal(), row.paid.decimal())
            writer.writerow([by, cell(row.title), row.off.currency, row.count, *amounts, left])
    audit.record(web.acting_staff(CATALOGUE), "download report", "vouchers", len(found.by_month), until=str(found.last))
    name = f"vouchers-{found.last:%Y-%m}.csv"
    given = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(sheet.getvalue(), mimetype="text/csv", headers=given)


def _until() -> date | None:
    typed = request.args.get("until", "")
    if not typed:
        return None
    found = re.fullmatch(r"(2[0-9]{3})-(0[1-9]|1[0-2])", typed, re.ASCII)
    if found is None:
        raise NotAMonth
    return date(int(found[1]), int(found[2]), 1)
