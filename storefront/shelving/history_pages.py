"""The history of a product: who changed which field from what to what, and the button that puts it back."""

from flask import Response

from core import web
from core.access import staff
from core.asking import SEARCH, takes
from core.errors import Refusal
from storefront.backoffice.views import CATALOGUE, web_number
from storefront.catalogue import history as changes
from storefront.catalogue import service as catalogue
from storefront.shelving import history
from storefront.shelving.maker_pages import pages
from storefront.shelving.staff import taken_words

__all__ = ["pages"]


@pages.get("/staff/catalogue/<slug>/history")
@staff(CATALOGUE)
@takes(before=SEARCH)
def show_history(slug: str) -> Response:
    """Changes, the newest first."""
    product = catalogue.get_product(slug)
    lines, next_before = changes.lines(product.id, web_number("before"))
    return web.render(
        "storefront/shelving/history.html",
        product=product,
        lines=lines,
        next_before=next_before,
        word=history.word,
        shown=history.shown,
    )


@pages.post("/staff/catalogue/<slug>/history/<int:change_id>/back")
@staff(CATALOGUE)
def put_back_submit(slug: str, change_id: int) -> Response:
    """Let what was before hold again."""
    try:
        now = history.put_back(slug, change_id, taken_words(), web.acting_staff(CATALOGUE))
    except Refusal as refused:
        if refused.status == 404:
            raise
        return web.see_other(f"/staff/catalogue/{slug}/history", refused.sentence, "error")
    return web.see_other(f"/staff/catalogue/{now}/history", "Put back, as a change of its own.")
