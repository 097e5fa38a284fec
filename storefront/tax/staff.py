"""The tax report: a quarter as a table and as CSV, what the shop is registered for, and the rates that hold today."""

import csv
import io

from flask import Blueprint, Response, request

from core import clock, web
from core.access import Permission, staff
from core.asking import GOODS, takes
from core.audit import service as audit
from storefront.tax import rates, report, service
from storefront.tax.report import Quarter, Row
from storefront.tax.rules import Scheme
from storefront.vatids import staff as vatids
from storefront.vatids import tasks

pages = Blueprint("tax_staff", __name__)
SALES = Permission.SALES
HEADS = (
    "declared", "country", "rate percent", "currency", "invoices", "invoiced net", "invoiced tax",
    "credit notes", "credited net", "credited tax", "net", "tax",
)  # fmt: skip
WORDS = {
    Scheme.DOMESTIC: "At home",
    Scheme.OSS: "One Stop Shop",
    Scheme.REVERSE_CHARGE: "Reverse charge",
    Scheme.OUTSIDE: "Outside the Union",
    Scheme.EXEMPT: "Exempt",
}


@pages.get("/staff/tax")
@staff(SALES)
@takes(quarter=GOODS)
def overview() -> Response:
    """What was invoiced and credited in a quarter, this one unless another is asked for."""
    now = report.quarter_of(clock.now().date())
    quarter = _quarter() or now
    rows = report.rows_of(quarter)
    return web.render(
        "storefront/tax/report.html",
        quarter=quarter,
        later=quarter.next if quarter < now else None,
        rows=[(WORDS[row.scheme], _country(row.country), row) for row in rows],
        totals=[(WORDS[total.scheme], total) for total in report.totals_of(rows)],
        tasks=[(_country(task.country), *vatids.WORDS[task.state], task) for task in tasks.tasks()],
        asks=bool(web.settings().vies_url),
        seller=service.seller(),
        home=_country(service.seller().country),
        standard=[(_country(state), *rates.held(state, clock.now().date())) for state in rates.STANDARD],
    )


@pages.get("/staff/tax.csv")
@staff(SALES)
@takes(quarter=GOODS)
def overview_csv() -> Response:
    """The same rows as a file; that it was fetched is written down."""
    quarter = _quarter() or report.quarter_of(clock.now().date())
    sheet, rows = io.StringIO(), report.rows_of(quarter)
    writer = csv.writer(sheet)
    writer.writerow(HEADS)
    writer.writerows(_cells(row) for row in rows)
    audit.record(web.acting_staff(SALES), "download report", "tax", len(rows), quarter=str(quarter))
    given = {"Content-Disposition": f'attachment; filename="tax-{quarter}.csv"', "Cache-Control": "no-store"}
    return Response(sheet.getvalue(), mimetype="text/csv", headers=given)


def _quarter() -> Quarter | None:
    typed = request.args.get("quarter", "")
    return report.read_quarter(typed) if typed else None


def _country(code: str) -> str:
    return rates.COUNTRIES.get(code, code or "not known")


def _cells(row: Row) -> list[object]:
    return [
        row.scheme.value,
        row.country,
        f"{row.rate_permille / 10:.1f}",
        row.net.currency,
        row.invoices,
        row.invoiced_net.decimal(),
        row.invoiced_tax.decimal(),
        row.credits,
        row.credited_net.decimal(),
        row.credited_tax.decimal(),
        row.net.decimal(),
        row.tax.decimal(),
    ]
