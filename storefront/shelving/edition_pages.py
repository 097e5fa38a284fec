"""An edition: added, changed, put before another."""

from collections.abc import Callable
from functools import partial

from flask import Response

from core import web
from core.access import staff
from core.asking import SEARCH, takes
from core.audit import service as audit
from core.errors import Refusal
from storefront.backoffice import supposing
from storefront.backoffice.views import CATALOGUE, web_number
from storefront.catalogue import history, meeting
from storefront.catalogue import service as catalogue
from storefront.catalogue.meeting import Supposed
from storefront.catalogue.models import Edition, Product
from storefront.shelving import editions, forms, service
from storefront.shelving import history as words
from storefront.shelving.forms import EditionForm, NewEditionForm
from storefront.shelving.staff import pages

__all__ = ["pages"]


@pages.get("/staff/catalogue/<slug>/editions/new")
@staff(CATALOGUE)
def new_edition(slug: str) -> Response:
    """The form for one more."""
    return _show(catalogue.get_product(slug), NewEditionForm(formdata=None, devices=1))


@pages.post("/staff/catalogue/<slug>/editions/new")
@staff(CATALOGUE)
@takes(NewEditionForm)
def new_edition_submit(slug: str) -> Response:
    """Add it behind the others."""
    product, form = catalogue.get_product(slug), NewEditionForm()
    if not form.validate():
        return _show(product, form, status=422)
    price = form.cost()
    try:
        editions.add(slug, form.word(), form.said(), price, web.acting_staff(CATALOGUE))
    except service.WordTaken as refused:
        form.slug.errors = [refused.sentence]
        return _show(product, form, status=409)
    return web.see_other(f"/staff/catalogue/{slug}#editions", f"{form.name.data} was added. It costs {price}.")


@pages.get("/staff/catalogue/<slug>/editions/<int:edition_id>")
@staff(CATALOGUE)
def edition(slug: str, edition_id: int) -> Response:
    """What an edition is."""
    product, found = editions.get(slug, edition_id)
    return _show(product, forms.filled(found, editions.said_of(found)), edition=found)


@pages.post("/staff/catalogue/<slug>/editions/<int:edition_id>")
@staff(CATALOGUE)
@takes(EditionForm)
def edition_submit(slug: str, edition_id: int) -> Response:
    """Sell it as this."""
    (product, found), form = editions.get(slug, edition_id), EditionForm()
    if not form.validate():
        return _show(product, form, status=422, edition=found)
    act = partial(editions.change, slug, edition_id, form.said(), form.seen.data or "", web.acting_staff(CATALOGUE))
    try:
        supposing.tried(act)
    except Refusal as refused:
        form.form_errors.append(refused.sentence)
        form.seen.data = service.fingerprint(editions.said_of(found))
        return _show(product, form, status=refused.status, edition=found, theirs=editions.said_of(found))
    return _asked(product, found, form) or _changed(slug, act)


@pages.get("/staff/catalogue/<slug>/editions/<int:edition_id>/met.csv")
@staff(CATALOGUE)
@takes(devices=SEARCH)
def met_csv(slug: str, edition_id: int) -> Response:
    """The numbers of the licenses that other devices would change; that they were fetched is written down."""
    product, found = editions.get(slug, edition_id)
    met = meeting.met_by(Supposed(edition_id=found.id, devices=(found.devices, web_number("devices"))))
    numbers = [number for one in met for number in one.numbers]
    audit.record(web.acting_staff(CATALOGUE), "download report", "edition", found.id, licenses=str(len(numbers)))
    sheet = "".join(f"{line}\r\n" for line in ("license", *numbers))
    name = f"{product.slug}-{found.slug}-licenses.csv"
    given = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(sheet, mimetype="text/csv", headers=given)


def _asked(product: Product, found: Edition, form: EditionForm) -> Response | None:
    """Whom other terms meet, unless that was shown or they stay."""
    before, after = editions.said_of(found).terms, form.said().terms
    changed = history.differences(vars(before), vars(after))
    if not changed:
        return None
    facts = [
        (words.word(name), f"{words.shown(name, was)} → {words.shown(name, will)}")
        for name, (was, will) in changed.items()
    ]
    devices = (before.devices, after.devices)
    back = f"/staff/catalogue/{product.slug}/editions/{found.id}"
    return supposing.ask(product, found, Supposed(edition_id=found.id, devices=devices), facts, back)


def _changed(slug: str, act: Callable[[], bool]) -> Response:
    say = "Saved. The product's page shows it now." if act() else "Nothing was different, so nothing was changed."
    return web.see_other(f"/staff/catalogue/{slug}#editions", say)


@pages.post("/staff/catalogue/<slug>/editions/<int:edition_id>/before")
@staff(CATALOGUE)
def edition_before_submit(slug: str, edition_id: int) -> Response:
    """One place further up."""
    editions.put_before(slug, edition_id, web.acting_staff(CATALOGUE))
    return web.see_other(f"/staff/catalogue/{slug}#editions", "It stands one place further up now.")


def _show(
    product: Product,
    form: EditionForm,
    status: int = 200,
    *,
    edition: Edition | None = None,
    theirs: editions.Said | None = None,
) -> Response:
    return web.render(
        "storefront/shelving/edition.html",
        status=status,
        product=product,
        form=form,
        edition=edition,
        is_sold=bool(edition) and editions.is_sold(edition.id if edition else 0),
        theirs=theirs,
    )
