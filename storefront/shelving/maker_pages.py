"""The pages of makers and shelves."""

from flask import Response, request
from wtforms import BooleanField, Field, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, Regexp

from core import web
from core.access import staff
from core.asking import GOODS, takes
from core.errors import Refusal
from core.forms import Form
from core.text import clean_line, without_controls
from storefront.backoffice.views import CATALOGUE
from storefront.catalogue.models import Category, Vendor
from storefront.shelving import makers, rules, service
from storefront.shelving.edition_pages import pages

__all__ = ["pages"]

MAKERS, SHELVES = "/staff/catalogue/makers", "/staff/catalogue/shelves"


class NamedForm(Form):
    """A name, and the word for addresses, which stays."""

    ties = dict.fromkeys(("name", "slug"), GOODS)
    name = StringField(
        "Name", [InputRequired("It needs a name."), Length(max=80, message="At most 80 characters, please.")]
    )
    slug = StringField("Word in addresses", description="Empty: made of the name. It stays.", render_kw={"dir": "ltr"})

    def validate_slug(self, field: Field) -> None:
        """It can stand in an address, where it is asked for."""
        if "slug" not in request.form:
            return
        try:
            self.word()
        except Refusal as refused:
            raise ValidationError(refused.sentence) from None

    def word(self) -> str:
        """The word for addresses."""
        return rules.read_slug(self.slug.data or "", self.name.data or "")


class MakerForm(NamedForm):
    """Who makes products."""

    ties = {**NamedForm.ties, **dict.fromkeys(("country", "about", "own"), GOODS)}
    country = StringField(
        "Country",
        [Regexp(r"^[A-Z]{2}$", message="Two capital letters, such as AT.")],
        render_kw={"dir": "ltr", "maxlength": "2"},
    )
    about = TextAreaField("About them", [InputRequired("A sentence or two, please."), Length(max=2000)])
    own = BooleanField("It is our own workshop: keys of its products are made here")

    def said(self) -> dict[str, str]:
        """What was typed, once it is valid."""
        about = without_controls(self.about.data or "").strip()
        return {"name": clean_line(self.name.data or ""), "country": self.country.data or "", "about": about}


class ShelfForm(NamedForm):
    """A shelf of the shop."""

    ties = {**NamedForm.ties, "sentence": GOODS}
    sentence = StringField(
        "A sentence for its page",
        [InputRequired("What stands there?"), Length(max=200, message="At most 200 characters.")],
    )

    def said(self) -> dict[str, str]:
        """What was typed, once it is valid."""
        return {"name": clean_line(self.name.data or ""), "sentence": clean_line(self.sentence.data or "")}


@pages.get(MAKERS)
@staff(CATALOGUE)
def all_makers() -> Response:
    """Who makes products, and the form for one more."""
    return _makers(MakerForm(formdata=None))


@pages.post(MAKERS)
@staff(CATALOGUE)
@takes(MakerForm)
def maker_submit() -> Response:
    """Add one."""
    form = MakerForm()
    if not form.validate():
        return _makers(form, 422)
    try:
        makers.add_maker(form.word(), form.said(), web.acting_staff(CATALOGUE), own=form.own.data)
    except service.WordTaken as refused:
        form.slug.errors = [refused.sentence]
        return _makers(form, 409)
    return web.see_other(MAKERS, "Added. New products can be theirs.")


@pages.get(f"{MAKERS}/<int:maker_id>")
@staff(CATALOGUE)
def maker(maker_id: int) -> Response:
    """One maker, to be renamed."""
    found = makers.get_maker(maker_id)
    return _one("maker", found, MakerForm(formdata=None, name=found.name, country=found.country, about=found.about))


@pages.post(f"{MAKERS}/<int:maker_id>")
@staff(CATALOGUE)
@takes(MakerForm)
def rename_maker_submit(maker_id: int) -> Response:
    """Save it."""
    found, form = makers.get_maker(maker_id), MakerForm()
    if not form.validate():
        return _one("maker", found, form, 422)
    makers.rename_maker(maker_id, form.said(), web.acting_staff(CATALOGUE))
    return web.see_other(MAKERS, "Saved. Product pages and the search have it now.")


@pages.get(SHELVES)
@staff(CATALOGUE)
def all_shelves() -> Response:
    """The shelves in their order, and the form for one more."""
    return _shelves(ShelfForm(formdata=None))


@pages.post(SHELVES)
@staff(CATALOGUE)
@takes(ShelfForm)
def shelf_submit() -> Response:
    """Add one."""
    form = ShelfForm()
    if not form.validate():
        return _shelves(form, 422)
    try:
        makers.add_shelf(form.word(), form.said(), web.acting_staff(CATALOGUE))
    except service.WordTaken as refused:
        form.slug.errors = [refused.sentence]
        return _shelves(form, 409)
    return web.see_other(SHELVES, "Added, behind the others.")


@pages.get(f"{SHELVES}/<int:shelf_id>")
@staff(CATALOGUE)
def shelf(shelf_id: int) -> Response:
    """One shelf, to be renamed."""
    found = makers.get_shelf(shelf_id)
    return _one("shelf", found, ShelfForm(formdata=None, name=found.name, sentence=found.sentence))


@pages.post(f"{SHELVES}/<int:shelf_id>")
@staff(CATALOGUE)
@takes(ShelfForm)
def rename_shelf_submit(shelf_id: int) -> Response:
    """Save it."""
    found, form = makers.get_shelf(shelf_id), ShelfForm()
    if not form.validate():
        return _one("shelf", found, form, 422)
    makers.rename_shelf(shelf_id, form.said(), web.acting_staff(CATALOGUE))
    return web.see_other(SHELVES, "Saved. The shop has it now.")


@pages.post(f"{SHELVES}/<int:shelf_id>/before")
@staff(CATALOGUE)
def shelf_before_submit(shelf_id: int) -> Response:
    """One place further up."""
    makers.put_shelf_before(shelf_id, web.acting_staff(CATALOGUE))
    return web.see_other(SHELVES, "It stands one place further up now.")


def _makers(form: MakerForm, status: int = 200) -> Response:
    return _list("maker", service.makers(), makers.counted(Vendor), form, status)


def _shelves(form: ShelfForm, status: int = 200) -> Response:
    return _list("shelf", service.shelves(), makers.counted(Category), form, status)


def _list(kind: str, found: object, counts: dict[int, int], form: Form, status: int) -> Response:
    at = request.path
    return web.render("storefront/shelving/named.html", status, kind=kind, found=found, counts=counts, form=form, at=at)


def _one(kind: str, found: Vendor | Category, form: Form, status: int = 200) -> Response:
    return web.render("storefront/shelving/renamed.html", status, kind=kind, found=found, form=form, at=request.path)
