"""Subscriptions for staff: what is due, what is not paid, what ended, and what the next months should bring in."""

import csv
import io

from flask import Blueprint, Response, request

from core import menus, web
from core.access import Permission, staff
from core.asking import SEARCH, takes
from core.audit import service as audit
from storefront.renewals import reading
from storefront.renewals.reading import PAGE
from storefront.renewals.rules import SubscriptionState

pages = Blueprint("renewals_staff", __name__)
SALES = Permission.SALES
menus.add("staff", "Renewals", "/staff/renewals", rank=23, permission=SALES.value)
WORDS = {
    SubscriptionState.ACTIVE: ("Go on", "good"),
    SubscriptionState.GRACE: ("Not paid yet", "warn"),
    SubscriptionState.SUSPENDED: ("Rest", "warn"),
    SubscriptionState.CANCELLING: ("Cancelled", "neutral"),
    SubscriptionState.ENDED: ("Ended", "neutral"),
}


@pages.get("/staff/renewals")
@staff(SALES)
@takes(state=SEARCH, after=SEARCH)
def overview() -> Response:
    """The forecast, and the subscriptions in one state."""
    asked = request.args.get("state", "")
    state = SubscriptionState(asked) if asked in set(SubscriptionState) else SubscriptionState.ACTIVE
    typed = request.args.get("after", "")
    after = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else 0
    rows = reading.rows_of(state, after)
    return web.render(
        "storefront/renewals/staff.html",
        expected=reading.expected(),
        counts=reading.counts(),
        words=WORDS,
        state=state,
        rows=rows[:PAGE],
        older=f"/staff/renewals?state={state}&after={rows[PAGE - 1].id}" if len(rows) > PAGE else "",
        newer=f"/staff/renewals?state={state}" if after else "",
    )


@pages.get("/staff/renewals.csv")
@staff(SALES)
def overview_csv() -> Response:
    """The forecast as a file; that it was fetched is written down."""
    found, sheet = reading.expected(), io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(("month", "currency", "renewals", "expected"))
    for row in found.rows:
        writer.writerow([f"{row.first:%Y-%m}", row.price.currency, row.count, row.price.decimal()])
    audit.record(web.acting_staff(SALES), "download report", "renewals", len(found.rows))
    name = f"renewals-{found.firsts[0]:%Y-%m}.csv"
    given = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(sheet.getvalue(), mimetype="text/csv", headers=given)
