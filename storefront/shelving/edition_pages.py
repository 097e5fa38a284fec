"""An edition: added, changed, put before another."""

from flask import Response

from core import web
from core.access import staff
from core.asking import takes
from core.errors import Refusal
from storefront.backoffice.views import CATALOGUE
from storefront.catalogue import service as catalogue
from storefront.catalogue.models import Edition, Product
from storefront.shelving import editions, forms, service
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
    try:
        changed = editions.change(slug, edition_id, form.said(), form.seen.data or "", web.acting_staff(CATALOGUE))
    except Refusal as refused:
        form.form_errors.append(refused.sentence)
        form.seen.data = service.fingerprint(editions.said_of(found))
        return _show(product, form, status=refused.status, edition=found, theirs=editions.said_of(found))
    say = "Saved. The product's page shows it now." if changed else "Nothing was different, so nothing was changed."
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
