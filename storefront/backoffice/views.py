"""The back office's front door, the goods, and the audit log."""

from flask import Blueprint, Response, request

from core import menus, web
from core.access import Permission, staff, staff_any
from core.asking import BUTTON, GOODS, SEARCH, takes
from core.errors import Invalid
from storefront.backoffice import rules, service
from storefront.backoffice.forms import TextsForm
from storefront.catalogue import markdown
from storefront.catalogue import service as catalogue
from storefront.catalogue.models import Product

pages = Blueprint("backoffice", __name__)
CATALOGUE = Permission.CATALOGUE
WHAT = {
    "/staff/catalogue": "What is said about products, what they cost, and what is sold no longer.",
    "/staff/pools": "Keys of resold products: how many are left, and new ones.",
    "/staff/vouchers": "Codes that make carts cheaper: how often, for what, and what they cost so far.",
    "/staff/pages": "Which pages are read, more or less than before, from sums that know nobody.",
    "/staff/reports": "Posts that members reported, each with its board and words, to hide or to leave.",
    "/staff/surveys": "Questions to members, who may decline, and what came out.",
    "/staff/requests": "What people asked about their data, by when it is due, and what was decided.",
    "/staff/holds": "What the law keeps from being deleted, each with a reason that the person reads.",
    "/staff/audit": "Who did what here, in an unbroken chain.",
    "/staff/newsletter": "Issues: written, tried on oneself, sent once to whoever asked for them.",
    "/staff/stops": "Wishes to be left alone that came by letter, telephone or mail.",
    "/staff/calls": "Numbers of open orders, each opened for a stated reason, to call about that order.",
    "/staff/tickets": "What people wrote to us: the queue, their letters, our answers.",
    "/staff/licenses": "Licenses by product, state and end, without a word about who holds them.",
    "/staff/disputes": "What banks ask about payments, by when they want an answer, and what we say to them.",
    "/staff/orders": "Orders by their number, the buyer's details for a stated reason, refunds.",
}


def fill_menu() -> None:
    """Put the back office's own pages into the staff's menu."""
    menus.add("staff", "Start", "/staff", rank=0)
    menus.add("staff", "Catalogue", "/staff/catalogue", rank=10, permission=CATALOGUE.value)
    menus.add("staff", "Key pools", "/staff/pools", rank=15, permission=CATALOGUE.value)
    menus.add("staff", "Audit log", "/staff/audit", rank=90, permission=Permission.AUDIT.value)


@pages.get("/staff")
@staff_any
def start() -> Response:
    """What this person may do here."""
    lines = [line for line in web.menu("staff") if line.address != "/staff"]
    held = sorted(permission.value for permission in web.me().permissions)
    return web.render("storefront/backoffice/start.html", lines=lines, what=WHAT, held=held)


@pages.get("/staff/catalogue")
@staff(CATALOGUE)
@takes(q=SEARCH)
def list_products() -> Response:
    """Products by name, or those with the letters of a search."""
    words, after = request.args.get("q", "")[:80], web_number("after")
    found, next_after = service.list_products(words, after)
    return web.render("storefront/backoffice/catalogue.html", found=found, words=words, next_after=next_after)


@pages.get("/staff/catalogue/<slug>")
@staff(CATALOGUE)
def edit(slug: str) -> Response:
    """One product: its texts, prices and what is sold."""
    product = catalogue.get_product(slug)
    return _show(product, _filled(product))


@pages.post("/staff/catalogue/<slug>")
@staff(CATALOGUE)
@takes(TextsForm, act=BUTTON)
def edit_submit(slug: str) -> Response:
    """Save the texts, or show how the description will look."""
    product, form = catalogue.get_product(slug), TextsForm()
    is_good = form.validate()
    if request.form.get("act") == "preview":
        return _show(product, form, rendered=markdown.render(form.markdown()), status=200 if is_good else 422)
    if not is_good:
        return _show(product, form, status=422)
    try:
        changed = service.rewrite(slug, form.texts(), form.seen.data or "", web.acting_staff(CATALOGUE))
    except service.TextsChanged as refused:
        return _ask_again(product, form, refused)
    say = "Saved. The product's page shows it now." if changed else "Nothing was different, so nothing was changed."
    return web.see_other(f"/staff/catalogue/{slug}", say)


@pages.post("/staff/catalogue-preview")
@staff(CATALOGUE)
@takes(TextsForm)
def preview() -> Response:
    """The description as it will look, for the page's script."""
    return web.render("storefront/backoffice/preview.html", html=markdown.render(TextsForm().markdown()))


@pages.post("/staff/catalogue/<slug>/withdraw")
@staff(CATALOGUE)
@takes(edition=GOODS)
def withdraw_submit(slug: str) -> Response:
    """Sell an edition, or the whole product, no longer."""
    service.withdraw(slug, form_number("edition"), web.acting_staff(CATALOGUE))
    return web.see_other(f"/staff/catalogue/{slug}#editions", "Withdrawn. Carts that hold it say so.")


@pages.post("/staff/catalogue/<slug>/sell-again")
@staff(CATALOGUE)
@takes(edition=GOODS)
def sell_again_submit(slug: str) -> Response:
    """Take a withdrawal back."""
    service.sell_again(slug, form_number("edition"), web.acting_staff(CATALOGUE))
    return web.see_other(f"/staff/catalogue/{slug}#editions", "It is for sale again.")


def form_number(field: str) -> int:
    """A number in a form of ours, 0 where there is none. Raises Invalid."""
    return _read_number(request.form.get(field, ""))


def web_number(field: str) -> int:
    """A number in the address, 0 where there is none. Raises Invalid."""
    return _read_number(request.args.get(field, ""))


def _read_number(typed: str) -> int:
    if not typed:
        return 0
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 15):
        raise Invalid("That number cannot be read. Nothing was changed.")
    return int(typed)


def _filled(product: Product) -> TextsForm:
    texts = service.texts_of(product)
    return TextsForm(
        formdata=None,
        seen=service.fingerprint(texts),
        requirements=rules.write_requirements(texts.requirements),
        **{name: getattr(texts, name) for name in ("name", "subtitle", "tagline", "version", "description")},
    )


def _ask_again(product: Product, form: TextsForm, refused: service.TextsChanged) -> Response:
    """What was typed stays; saving again is a choice made with the others' texts known."""
    saved, typed = service.texts_of(product), vars(form.texts())
    form.seen.data = service.fingerprint(saved)
    form.form_errors.append(refused.sentence)
    theirs = {name: text for name, text in vars(saved).items() if text != typed[name]}
    if "requirements" in theirs:
        theirs["requirements"] = rules.write_requirements(saved.requirements)
    return _show(product, form, status=409, theirs=theirs)


def _show(product: Product, form: TextsForm, status: int = 200, **more: object) -> Response:
    given = {"rendered": "", "theirs": {}, **more}
    return web.render(
        "storefront/backoffice/product.html",
        status=status,
        product=product,
        form=form,
        editions=service.editions_of(product.id),
        **given,
    )
