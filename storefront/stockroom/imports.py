"""Importing keys: send, look at every line, confirm, and watch the worker."""

from flask import Response, request

from core import clock, web
from core.access import staff
from core.asking import GOODS, noted, takes
from core.errors import Invalid
from storefront.backoffice.views import form_number
from storefront.licenses import rules
from storefront.money import Money
from storefront.pools.models import KeyBatch
from storefront.stockroom import importing, reading, service
from storefront.stockroom.importing import ImportRefused, Offered
from storefront.stockroom.staff import BATCHES, CATALOGUE, TYPED, pages, show_pool

__all__ = ["pages"]

FIELDS = ("currency", "cost", "reference", "redeem_by")
LINES = noted("key_batch.content", "pool_key.key")
SHOWN = 100
LARGEST = 2_000_000


@pages.post("/staff/pools/<int:pool_id>/import")
@staff(CATALOGUE)
@takes(file=LINES, keys=LINES, supplier=GOODS, **dict.fromkeys(FIELDS, GOODS))
def import_submit(pool_id: int) -> Response:
    """Keep what was pasted or sent as a file for the preview; nothing is in the pool yet."""
    try:
        batch = importing.draft(_offered(pool_id), web.acting_staff(CATALOGUE))
    except Invalid as refused:
        typed = {name: request.form.get(name, "") for name in TYPED}
        return show_pool(pool_id, status=422, refused=refused, typed=typed)
    return web.see_other(f"/staff/pools/imports/{batch.id}")


@pages.get("/staff/pools/imports/<int:batch_id>")
@staff(CATALOGUE)
def batch(batch_id: int) -> Response:
    """The preview of an import, its progress, or what became of it."""
    return _show(importing.get_batch(batch_id))


@pages.post("/staff/pools/imports/<int:batch_id>")
@staff(CATALOGUE)
def confirm_submit(batch_id: int) -> Response:
    """Take the keys in, all of them or none."""
    try:
        importing.confirm(batch_id, web.acting_staff(CATALOGUE))
    except ImportRefused:
        return _show(importing.get_batch(batch_id), status=422)
    return web.see_other(f"/staff/pools/imports/{batch_id}", "The keys are on their way into the pool.")


@pages.post("/staff/pools/imports/<int:batch_id>/drop")
@staff(CATALOGUE)
def drop_submit(batch_id: int) -> Response:
    """Forget the lines."""
    dropped = importing.discard(batch_id, web.acting_staff(CATALOGUE))
    return web.see_other(f"/staff/pools/{dropped.pool_id}", "Dropped. Nothing was imported, and the lines are gone.")


@pages.app_template_filter("last_five")
def last_five(key: str) -> str:
    """The end of a key by which it is recognized."""
    return rules.last_five(key)


def _offered(pool_id: int) -> Offered:
    file, pasted = request.files.get("file"), request.form.get("keys", "")
    sent = file.read(LARGEST + 1) if file else b""
    if len(sent) > LARGEST:
        raise Invalid("The file is larger than two megabytes. Send it in parts.")
    given = {name: request.form.get(name, "") for name in FIELDS}
    return Offered(
        pool_id=pool_id,
        text=reading.decode(sent) if sent.strip() else pasted,
        given=reading.read_given(today=clock.now().date(), **given),
        supplier_id=form_number("supplier"),
        file_name=(file.filename or "") if file and sent.strip() else "",
    )


def _show(batch: KeyBatch, status: int = 200) -> Response:
    found = importing.look(batch) if batch.state == "draft" else None
    cost = Money(batch.cost, batch.currency) if batch.cost is not None else None
    supplier = service.find_supplier(batch.supplier_id) if batch.supplier_id else None
    return web.render(
        "storefront/stockroom/import.html",
        status=status,
        batch=batch,
        word=BATCHES[batch.state],
        pool=service.get_pool(batch.pool_id),
        found=found,
        spent=importing.spent(found) if found else [],
        cost=cost,
        supplier=supplier.name if supplier else "",
        shown=SHOWN,
    )
