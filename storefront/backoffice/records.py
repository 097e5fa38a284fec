"""The audit log as pages of the back office: read, searched, taken along; and the command that follows its chain."""

import csv
import io
from urllib.parse import urlencode

import click
from flask import Response, current_app, request
from flask.cli import AppGroup, with_appcontext

from core import db, web
from core.access import Permission, staff
from core.asking import SEARCH, takes
from core.audit import service as audit
from core.text import cell
from storefront.backoffice import log
from storefront.backoffice.views import pages, web_number

__all__ = ["pages"]
FILTERS = ("did", "to", "role", "since", "until")
MOST_ROWS = 100_000

commands = AppGroup("audit", help="The record of what the staff and the program did.")


@pages.get("/staff/audit")
@staff(Permission.AUDIT)
@takes(**dict.fromkeys((*FILTERS, "before", "check"), SEARCH))
def show_audit() -> Response:
    """The log, newest first, and whether its chain is whole."""
    wanted, query = log.read(request.args), _query()
    entries, next_before = log.entries(wanted, web_number("before"))
    older = urlencode({**_asked(), "before": next_before})
    return web.render(
        "storefront/backoffice/audit.html",
        entries=entries,
        wanted=wanted,
        query=query,
        roles=log.roles(),
        older=f"/staff/audit?{older}" if next_before else "",
        chain=log.check(entries, wanted="check" in request.args),
    )


@pages.get("/staff/audit.csv")
@staff(Permission.AUDIT)
@takes(**dict.fromkeys(FILTERS, SEARCH))
def audit_csv() -> Response:
    """The same for machines, with the chain; that it was taken is an entry of its own."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    for row in log.rows(log.read(request.args), MOST_ROWS):
        writer.writerow(map(cell, row))
    audit.record(web.acting_staff(Permission.AUDIT), "download audit log", "audit log", 0, asked=_query())
    given = {"Content-Disposition": 'attachment; filename="audit.csv"', "Cache-Control": "no-store"}
    return Response(sheet.getvalue(), mimetype="text/csv", headers=given)


@commands.command("verify")
@with_appcontext
def verify() -> None:
    """Follow the chain from the first entry to the last; fails at one that was altered, or before which one is gone."""
    db.use(current_app.extensions["database"])
    with db.transaction(reading=True):
        broken = audit.first_broken()
    if broken is not None:
        raise click.ClickException(f"The chain is broken at entry {broken}. Compare with a backup.")
    click.echo("The chain is whole: every entry follows from the one before.")


def _asked() -> dict[str, str]:
    return {name: request.args[name][:80] for name in FILTERS if request.args.get(name)}


def _query() -> str:
    return urlencode(_asked())
