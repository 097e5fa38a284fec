"""The audit log as a page of the back office."""

from flask import Response, request

from core import web
from core.access import Permission, staff
from storefront.backoffice import log
from storefront.backoffice.views import pages, web_number

__all__ = ["pages"]


@pages.get("/staff/audit")
@staff(Permission.AUDIT)
def show_audit() -> Response:
    """The log, newest first, and whether its chain is whole."""
    entries, next_before = log.entries(web_number("before"))
    chain = log.check(entries, wanted="check" in request.args)
    return web.render("storefront/backoffice/audit.html", entries=entries, next_before=next_before, chain=chain)
