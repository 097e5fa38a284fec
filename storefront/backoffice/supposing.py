"""“What this changes”: a page before a change of price or terms is saved. What was shown is what is saved."""

from collections.abc import Callable, Sequence

from flask import Response, request

from core import web
from core.db import session
from core.forms import TOKEN_FIELD
from storefront.catalogue import meeting
from storefront.catalogue.meeting import Met, Supposed
from storefront.catalogue.models import Edition, Product

SHOWN = 20
FIELD = "met"


def tried(act: Callable[[], object]) -> None:
    """Do it and take it back, so that what would be refused is refused before anybody is asked."""
    with session.begin_nested() as supposed:
        act()
        supposed.rollback()


def ask(
    product: Product, edition: Edition, supposed: Supposed, facts: Sequence[tuple[str, str]], back: str
) -> Response | None:
    """The page that lists whom it meets; None where exactly this was shown and is to be saved."""
    return ask_about(product, edition, facts, meeting.met_by(supposed), back, supposed=supposed)


def ask_about(
    product: Product,
    edition: Edition,
    facts: Sequence[tuple[str, str]],
    met: Sequence[Met],
    back: str,
    *,
    supposed: Supposed,
) -> Response | None:
    """The same where the room that asks knows whom it meets."""
    now, seen = meeting.fingerprint(supposed, facts, met), request.form.get(FIELD, "")
    if now == seen:
        return None
    typed = [(name, text) for name, text in request.form.items(multi=True) if name not in {TOKEN_FIELD, FIELD}]
    return web.render(
        "storefront/backoffice/changes.html",
        product=product,
        edition=edition,
        facts=facts,
        met=met,
        numbers=[number for one in met for number in one.numbers],
        most=SHOWN,
        sheet=_sheet(product, supposed),
        typed=typed,
        now=now,
        is_other=bool(seen),
        at=request.path,
        back=back,
    )


def _sheet(product: Product, supposed: Supposed) -> str:
    at = f"/staff/catalogue/{product.slug}/editions/{supposed.edition_id}/met.csv"
    return f"{at}?devices={supposed.devices[1]}" if supposed.devices else ""
