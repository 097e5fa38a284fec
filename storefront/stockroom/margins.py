"""The margin report: a table, a picture of it, and the same as CSV."""

import csv
import io

from flask import Response

from core import clock, web
from core.access import staff
from core.audit import service as audit
from core.text import cell
from storefront.stockroom import margin
from storefront.stockroom.complaints import pages
from storefront.stockroom.staff import CATALOGUE

__all__ = ["pages"]

HEADS = ("edition", "currency", "sold", "net", "keys", "cost", "keys without cost", "margin", "percent")


@pages.get("/staff/pools/margin")
@staff(CATALOGUE)
def margins() -> Response:
    """What resold keys brought in and cost in twelve months."""
    return web.render("storefront/stockroom/margin.html", report=margin.report())


@pages.get("/staff/pools/margin.csv")
@staff(CATALOGUE)
def margins_csv() -> Response:
    """The same rows as a file; that it was fetched is written down."""
    sheet, found = io.StringIO(), margin.report().rows
    writer = csv.writer(sheet)
    writer.writerow(HEADS)
    for row in found:
        amounts = (row.net.decimal(), row.keys, row.cost.decimal(), row.unknown, row.margin.decimal())
        percent = "" if row.percent is None else row.percent
        writer.writerow([cell(row.title), row.net.currency, row.pieces, *amounts, percent])
    audit.record(web.acting_staff(CATALOGUE), "download report", "margin", len(found))
    name = f"margin-{clock.now().date()}.csv"
    given = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(sheet.getvalue(), mimetype="text/csv", headers=given)
