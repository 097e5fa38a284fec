"""Pages of the back office about stock and the audit log."""

from flask import Response, request

from core import web
from core.access import Permission, staff
from core.asking import noted, takes
from storefront.backoffice import log, stock
from storefront.backoffice.views import CATALOGUE, pages, web_number
from storefront.licenses.pool import MOST_KEYS, Imported, ImportRefused

__all__ = ["pages"]


@pages.get("/staff/pools")
@staff(CATALOGUE)
def list_pools() -> Response:
    """How many keys each resold edition has."""
    return web.render("storefront/backoffice/pools.html", pools=stock.pools(), low=stock.LOW)


@pages.get("/staff/pools/<int:edition_id>")
@staff(CATALOGUE)
def show_pool(edition_id: int) -> Response:
    """One pool, and where new keys are pasted."""
    return _show_pool(edition_id)


@pages.post("/staff/pools/<int:edition_id>")
@staff(CATALOGUE)
@takes(keys=noted("pool_key.key"))
def import_submit(edition_id: int) -> Response:
    """Take pasted keys in, all of them or none, and say what happened line by line."""
    pasted = request.form.get("keys", "")
    try:
        done = stock.import_pasted(edition_id, pasted, web.acting_staff(CATALOGUE))
    except ImportRefused as refused:
        return _show_pool(edition_id, status=422, refused=refused, pasted=pasted)
    return _show_pool(edition_id, done=done)


@pages.get("/staff/audit")
@staff(Permission.AUDIT)
def show_audit() -> Response:
    """The log, newest first, and whether its chain is whole."""
    entries, next_before = log.entries(web_number("before"))
    chain = log.check(entries, wanted="check" in request.args)
    return web.render("storefront/backoffice/audit.html", entries=entries, next_before=next_before, chain=chain)


def _show_pool(
    edition_id: int,
    status: int = 200,
    *,
    done: Imported | None = None,
    refused: ImportRefused | None = None,
    pasted: str = "",
) -> Response:
    return web.render(
        "storefront/backoffice/pool.html",
        status=status,
        pool=stock.get_pool(edition_id),
        done=done,
        refused=refused,
        pasted=pasted,
        most=MOST_KEYS,
    )
