"""The cart's page, the forms that change it, and the number beside its sign in the head of every page."""

from dataclasses import replace

from flask import Blueprint, Response, g, request

from core import db, web, wishes
from core.access import public
from core.asking import GOODS, NEXT, kept, nothing, takes
from core.errors import Invalid, NotFound, Refusal
from core.limits import limited
from core.web import Notice
from privacy import register
from storefront.cart import rules, service, vouching
from storefront.cart.service import COOKIE, KEEP, NotInCart, PriceChangedAgain
from storefront.cart.shown import as_shown
from storefront.money import EXPONENTS, Money
from storefront.prices import shown
from storefront.vouchers.rules import LONGEST, NotACode, VoucherRefused

pages = Blueprint("cart", __name__)

WISH = nothing("a wish that stays in this browser, in the cookie lp_prefs")
LONGEST_NUMBER = 15
Wrong = tuple[int, str, str]


@pages.get("/cart")
@public
def show() -> Response:
    """What is in the cart."""
    return _show()


@pages.post("/cart/add")
@public
@limited("form")
@takes(edition=kept("cart_line.edition_id"), quantity=kept("cart_line.quantity"))
def add_submit() -> Response:
    """Put something in. The first time this sets the visitor's cookie, and nothing else ever does."""
    edition_id, typed = _number("edition"), request.form.get("quantity", "1")
    try:
        added = service.add(*_owner(), edition_id, rules.read_quantity(typed))
    except rules.QuantityRefused as refused:
        return _ask_quantity(edition_id, typed, refused)
    said = f"{added.quantity} × {added.title} went into your cart. {added.repriced}"
    answer = web.see_other("/cart", said.strip())
    return _remember(answer, added.token)


@pages.post("/cart/quantity")
@public
@takes(edition=kept("cart_line.edition_id"), quantity=kept("cart_line.quantity"))
def quantity_submit() -> Response:
    """Have more or fewer of a line."""
    edition_id, typed = _number("edition"), request.form.get("quantity", "")
    try:
        said = service.set_quantity(*_owner(), edition_id, rules.read_quantity(typed))
    except rules.QuantityRefused as refused:
        return _show(wrong=(edition_id, typed[:20], refused.sentence), status=422)
    except NotInCart as refused:
        return _back(refused)
    return _remember(web.see_other("/cart", f"The quantity is changed. {said}".strip()), _owner()[1])


@pages.post("/cart/remove")
@public
@takes(edition=GOODS)
def remove_submit() -> Response:
    """Take a line out."""
    lasts = service.remove(*_owner(), _number("edition"))
    answer = web.see_other("/cart", "It is out of your cart.")
    if lasts:
        return _remember(answer, _owner()[1])
    web.drop_cookie(answer, COOKIE)
    return answer


@pages.post("/cart/accept")
@public
@takes(edition=GOODS, price=kept("cart_line.price_seen"), currency=kept("cart_line.currency_seen"))
def accept_submit() -> Response:
    """Accept the new price that was shown beside a line."""
    try:
        service.accept_changes(*_owner(), _number("edition"), _price())
    except (NotInCart, PriceChangedAgain) as refused:
        return _back(refused)
    return _remember(web.see_other("/cart", "The new price is accepted."), _owner()[1])


@pages.post("/shop/currency")
@public
@limited("form")
@takes(currency=WISH, country=WISH, vat=WISH, next=NEXT)
def currency_submit() -> Response:
    """Show prices in another currency, for a country, with or without its tax from now on, in the cart too. The choice
    stays in this browser (clause P4c)."""
    wished = _wished()
    said = service.change_currency(*_owner(), wished.prices)
    told = said or f"Prices are in {wished.prices} now, {wished.vat} VAT."
    answer = web.see_other(web.local_path(request.form.get("next"), "/shop"), told)
    cookie = register.cookies[web.PREFS_COOKIE]
    web.put_cookie(answer, cookie.name, wishes.write(wished), seconds=cookie.seconds)
    return answer


@pages.post("/cart/voucher")
@public
@limited("voucher")
@takes(code=kept("cart_voucher.voucher_id"))
def voucher_submit() -> Response:
    """Have a voucher by its code."""
    typed = request.form.get("code", "")
    try:
        label = vouching.put(*_owner(), typed)
    except (VoucherRefused, NotACode, NotInCart) as refused:
        return _show(voucher_wrong=(typed[:LONGEST], refused.sentence), status=refused.status)
    return _remember(web.see_other("/cart", f"The voucher {label} is in your cart."), _owner()[1])


@pages.post("/cart/voucher/remove")
@public
def voucher_remove_submit() -> Response:
    """Have none."""
    vouching.take_out(*_owner())
    return _remember(web.see_other("/cart", "The voucher is out of your cart. It was not used."), _owner()[1])


@pages.app_context_processor
def count_cart() -> dict[str, int | None]:
    """`cart_count` for every page: None, without a question to the database, for a visitor without a cart.

    Asked once per page at most, and not on error pages: these must not fail with the database.
    """
    if not request or g.get("mark") is None or g.get("undo") or not db.in_transaction():
        return {"cart_count": None}
    account_id, token = _owner()
    if account_id is None and not token:
        return {"cart_count": None}
    if "cart_count" not in g:
        g.cart_count = service.count(account_id, token)
    return {"cart_count": g.cart_count}


def _owner() -> tuple[int | None, str | None]:
    """Whose cart: of the account if somebody is signed in, otherwise of the cookie's token."""
    person = web.person()
    return (person.id, None) if person else (None, request.cookies.get(COOKIE))


def beside_prices(edition_id: int) -> str:
    """Whom a new price would meet, for the page on which staff set it."""
    count = service.holding(edition_id)
    return web.part("storefront/cart/_beside_prices.html", count=count)


def _show(wrong: Wrong | None = None, status: int = 200, voucher_wrong: tuple[str, str] | None = None) -> Response:
    """The cart, with what was typed and refused: a quantity, or a voucher's code."""
    cart = service.cart_for(*_owner())
    g.cart_count = cart.count
    given = {"wrong": wrong, "voucher_wrong": voucher_wrong, "days": KEEP.days}
    seen = as_shown(cart, shown.view())
    return web.render("storefront/cart/cart.html", status=status, cart=seen, to_pay=cart.to_pay, **given)


def _wished() -> wishes.Wishes:
    """How prices are to be shown; what the form did not say stays. Refuses with Invalid."""
    before, said = web.wishes_sent(), request.form
    prices, country, vat = said.get("currency", ""), said.get("country", before.country), said.get("vat", before.vat)
    chosen = {"prices": prices, "country": country, "vat": vat}
    if prices not in EXPONENTS or any(value not in wishes.CHOICES[name] for name, value in chosen.items()):
        raise Invalid("Please choose a currency, a country and a way that are shown. Nothing was changed.")
    return replace(before, prices=prices, country=country, vat=vat)


def _ask_quantity(edition_id: int, typed: str, refused: Refusal) -> Response:
    """The form once more with what was typed; the sentence also as a notice, which is what a swapped page shows."""
    said = [Notice(kind="error", text=refused.sentence)]
    offer = service.offer_of(edition_id)
    wrong: Wrong = (edition_id, typed[:20], refused.sentence)
    return web.render("storefront/cart/add.html", status=422, offer=offer, wrong=wrong, notices=said)


def _back(refused: Refusal) -> Response:
    return web.see_other("/cart", refused.sentence, "warning")


def _remember(answer: Response, token: str | None) -> Response:
    """Let the visitor's cookie last as long as the cart does from now."""
    if token:
        web.put_cookie(answer, COOKIE, token, seconds=int(KEEP.total_seconds()))
    return answer


def _number(field: str) -> int:
    """A number that our own page put into a form. Raises NotFound for anything else."""
    typed = request.form.get(field, "")
    if not (typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_NUMBER):
        raise NotFound("There is no such edition in this shop. Your cart is as it was.")
    return int(typed)


def _price() -> Money:
    currency = request.form.get("currency", "")
    if currency not in EXPONENTS:
        raise Invalid("That price cannot be read. Your cart is as it was.")
    return Money(_number("price"), currency)
