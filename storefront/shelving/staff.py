"""New products, where they stand, how they will look, and when they go on sale."""

from flask import Blueprint, Response, current_app, request

from core import web
from core.access import staff
from core.asking import BUTTON, takes
from core.errors import Refusal
from storefront.backoffice.views import CATALOGUE
from storefront.catalogue import markdown, showing
from storefront.catalogue import service as catalogue
from storefront.catalogue.models import Product
from storefront.shelving import service
from storefront.shelving.forms import NewForm, PlaceForm

pages = Blueprint("shelving", __name__)


@pages.get("/staff/catalogue/new")
@staff(CATALOGUE)
def new() -> Response:
    """The form for a new product."""
    return _new(NewForm(formdata=None))


@pages.post("/staff/catalogue/new")
@staff(CATALOGUE)
@takes(NewForm, act=BUTTON)
def new_submit() -> Response:
    """Keep it as a draft, or show how the description will look."""
    form = NewForm()
    is_good = form.validate()
    if request.form.get("act") == "preview":
        return _new(form, rendered=markdown.render(form.markdown()), status=200 if is_good else 422)
    if not is_good:
        return _new(form, status=422)
    try:
        slug = service.write_draft(form.draft(), taken_words(), web.acting_staff(CATALOGUE))
    except service.WordTaken as refused:
        form.slug.errors = [refused.sentence]
        return _new(form, status=409)
    return web.see_other(
        f"/staff/catalogue/{slug}", "Kept as a draft, which nobody else sees. Add an edition, then publish."
    )


@pages.get("/staff/catalogue/<slug>/preview")
@staff(CATALOGUE)
def preview(slug: str) -> Response:
    """The product's page as shoppers see it or, of a draft, will see it."""
    page = showing.page_of(slug, drafts=True)
    product = page.product._replace(withdrawn_at=None)
    return web.render("storefront/catalogue/product.html", page=page, product=product)


@pages.post("/staff/catalogue/<slug>/publish")
@staff(CATALOGUE)
def publish_submit(slug: str) -> Response:
    """Put a draft on sale."""
    try:
        service.publish(slug, web.acting_staff(CATALOGUE))
    except service.NothingToSell as refused:
        return web.see_other(f"/staff/catalogue/{slug}", refused.sentence, "error")
    return web.see_other(f"/staff/catalogue/{slug}", "Published. It is for sale now.")


@pages.get("/staff/catalogue/<slug>/place")
@staff(CATALOGUE)
def place(slug: str) -> Response:
    """Where the product stands."""
    product = catalogue.get_product(slug)
    return _place(product, _filled(product))


@pages.post("/staff/catalogue/<slug>/place")
@staff(CATALOGUE)
@takes(PlaceForm)
def place_submit(slug: str) -> Response:
    """Let it stand elsewhere."""
    product, form = catalogue.get_product(slug), PlaceForm()
    if not form.validate():
        return _place(product, form, status=422)
    wanted = form.place()
    try:
        service.move(slug, wanted, form.seen.data or "", taken_words(), web.acting_staff(CATALOGUE))
    except Refusal as refused:
        return _refused(product, form, refused)
    return web.see_other(f"/staff/catalogue/{wanted.slug}", "Saved. A former address of it leads here.")


def taken_words() -> frozenset[str]:
    """Words that the program's own pages have where a product's would stand."""
    parts = [rule.rule.split("/")[1:] for rule in current_app.url_map.iter_rules()]
    shop = {part[1] for part in parts if len(part) > 1 and part[0] == "shop"}
    return frozenset(shop | {part[2] for part in parts if len(part) > 2 and part[:2] == ["staff", "catalogue"]})


def _filled(product: Product) -> PlaceForm:
    now = service.place_of(product)
    fields = {"slug": now.slug, "keywords": now.keywords, "file_name": now.file_name, "platforms": list(now.platforms)}
    return PlaceForm(
        formdata=None, seen=service.fingerprint(now), vendor=now.vendor_id, category=now.category_id, **fields
    )


def _refused(product: Product, form: PlaceForm, refused: Refusal) -> Response:
    form.seen.data = service.fingerprint(service.place_of(product))
    if isinstance(refused, service.WordTaken):
        form.slug.errors = [refused.sentence]
    elif isinstance(refused, service.OtherSource):
        form.vendor.errors = [refused.sentence]
    else:
        form.form_errors.append(refused.sentence)
    return _place(product, form, refused.status, theirs=_filled(product))


def _new(form: NewForm, rendered: str = "", status: int = 200) -> Response:
    return web.render("storefront/shelving/new.html", status=status, form=form, rendered=rendered)


def _place(product: Product, form: PlaceForm, status: int = 200, theirs: PlaceForm | None = None) -> Response:
    return web.render("storefront/shelving/place.html", status=status, product=product, form=form, theirs=theirs)
