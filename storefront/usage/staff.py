"""How programs are used, for staff who look after the catalogue."""

import csv
import io

from flask import Blueprint, Response

from core import clock, menus, web
from core.access import Permission, staff
from core.audit import service as audit
from core.text import cell
from storefront.usage import service

pages = Blueprint("usage", __name__)
CATALOGUE = Permission.CATALOGUE
menus.add("staff", "Usage", "/staff/usage", rank=16, permission=CATALOGUE.value)
HEADS = ("program", "holders", "licenses", "used_lately", "devices")


@pages.get("/staff/usage")
@staff(CATALOGUE)
def overview() -> Response:
    """All programs of our own."""
    return web.render("storefront/usage/overview.html", lines=service.overview())


@pages.get("/staff/usage.csv")
@staff(CATALOGUE)
def overview_csv() -> Response:
    """The same as a file: numbers in steps of five, empty where fewer than five people are behind one."""
    sheet, lines = io.StringIO(), service.overview()
    writer = csv.writer(sheet)
    writer.writerow(HEADS)
    for line in lines:
        sums = (line.holders, line.licenses, line.used, line.devices)
        writer.writerow([cell(line.name), *("" if one.told is None else one.told for one in sums)])
    audit.record(web.acting_staff(CATALOGUE), "download report", "usage", len(lines))
    name = f"usage-{clock.now():%Y-%m-%d}.csv"
    given = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(sheet.getvalue(), mimetype="text/csv", headers=given)


@pages.get("/staff/usage/<slug>")
@staff(CATALOGUE)
def program(slug: str) -> Response:
    """One of them."""
    return web.render("storefront/usage/program.html", detail=service.detail(slug))
