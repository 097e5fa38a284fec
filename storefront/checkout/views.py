"""Pages of the checkout: details, review, payment, receipt."""

from dataclasses import replace

from flask import Blueprint, Response, request

from core import headers, web
from core.access import signed_in
from core.asking import kept, nothing, takes
from core.errors import NextStep, NotAllowed
from core.limits import limited
from storefront.checkout import drafts, reviewing, rules, service
from storefront.checkout.drafts import Typed
from storefront.checkout.forms import DetailsForm, ReviewForm
from storefront.licenses import service as licenses
from storefront.money import Money
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.orders.rules import OPEN_STATES, OrderState
from storefront.orders.waivers import WAIVER_VERSION, WAIVERS
from storefront.pages.rules import TERMS_VERSION
from storefront.payments import service as payments
from storefront.payments.models import PaymentIntent
from storefront.payments.rules import IntentState
from storefront.tax.rates import COUNTRIES

pages = Blueprint("checkout", __name__)


class NotConfirmed(NotAllowed):
    """Keys are mailed, so the address has to be known as the buyer's own."""

    code = "not_confirmed"
    title = "Please confirm your address first"
    sentence = (
        "Your keys and your invoice go to your e-mail address. Please open the link that we mailed to it, then come "
        "back: your cart and what you typed here stay as they are."
    )


@pages.get("/checkout")
@signed_in
def details() -> Response:
    """Who buys, from where."""
    _check_confirmed()
    return _show_details(DetailsForm(formdata=None, obj=_begun(web.me().id)))


@pages.post("/checkout")
@signed_in
@limited("checkout")
@takes(DetailsForm)
def details_submit() -> Response:
    """Keep what was typed, then judge it."""
    _check_confirmed()
    form = DetailsForm()
    drafts.keep_typed(web.me().id, form.typed())
    try:
        drafts.read_typed(form.typed())
    except rules.BuyerRefused as refused:
        form.show(refused)
        return _show_details(form, status=422)
    return web.see_other("/checkout/review")


@pages.get("/checkout/review")
@signed_in
def review() -> Response:
    """The order as it would be placed."""
    _check_confirmed()
    try:
        shown = reviewing.review(web.me().id)
    except rules.BuyerRefused:
        return web.see_other("/checkout", "Please fill in your details first.", "info")
    return _show_review(shown, ReviewForm(formdata=None, token=shown.token, seen=shown.seen))


@pages.post("/checkout/review")
@signed_in
@limited("checkout")
@takes(ReviewForm)
def review_submit() -> Response:
    """Place the order."""
    _check_confirmed()
    form = ReviewForm()
    account_id = web.me().id
    if not form.terms.data:
        return _ask_again(account_id, form)
    try:
        order = service.place(account_id, form.accepted(TERMS_VERSION))
    except service.ReviewChanged as changed:
        return web.see_other("/checkout/review", changed.sentence, "warning")
    return web.see_other(f"/checkout/pay/{order.number}")


@pages.get("/checkout/pay/<number>")
@signed_in
def pay(number: str) -> Response:
    """Pay, wait, confirm, or go on to the receipt: wherever this order stands."""
    order = orders.get_for(web.me().id, number)
    if OrderState(order.state) not in OPEN_STATES:
        return _after_payment(order)
    intent = payments.latest(order.id)
    if intent is not None and intent.state == IntentState.NEEDS_CONFIRMATION:
        return _show_waiting(order, intent)
    return _show_payment("waiting" if intent and intent.state in payments.UNSETTLED else "pay", order, intent)


@pages.post("/checkout/pay/<number>")
@signed_in(own_transactions=True)
@limited("checkout")
@takes(
    attempt=kept("payment_intent.attempt"),
    gateway=kept("payment_intent.gateway"),
    keep=kept("payment_intent.keeps", "saved_method.method"),
    card=nothing("handed to the payment service"),
)
def pay_submit(number: str) -> Response:
    """Take the money. Sent twice, it is one attempt."""
    typed = request.form.get("attempt", "")
    attempt = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 0
    gateway, method = request.form.get("gateway", ""), request.form.get("card", "")
    wish = payments.Wish(gateway=gateway, method=method, attempt=attempt, keeps=bool(request.form.get("keep")))
    payments.pay(web.me().id, number, wish)
    return web.see_other(f"/checkout/pay/{number}")


@pages.post("/checkout/pay/<number>/confirm")
@signed_in(own_transactions=True)
@limited("checkout")
@takes(answer=nothing("handed to the payment service"))
def confirm_submit(number: str) -> Response:
    """The answer to the bank's question."""
    payments.confirm(web.me().id, number, agreed=request.form.get("answer") == "yes")
    return web.see_other(f"/checkout/pay/{number}")


@pages.post("/checkout/pay/<number>/ask")
@signed_in(own_transactions=True)
@limited("checkout")
def ask_submit(number: str) -> Response:
    """Ask the gateway once more for an answer that is missing."""
    payments.ask_again(web.me().id, number)
    return web.see_other(f"/checkout/pay/{number}")


@pages.get("/checkout/done/<number>")
@signed_in
def done(number: str) -> Response:
    """The receipt."""
    order = orders.get_for(web.me().id, number)
    if order.state != OrderState.PAID:
        return _after_payment(order) if order.closed_at else web.see_other(f"/checkout/pay/{number}")
    lines = orders.lines_of(order.id)
    return web.render(
        "storefront/checkout/done.html",
        order=order,
        lines=lines,
        totals=orders.totals_of(order, lines),
        licenses=licenses.licenses_of_order(order.id),
    )


def _begun(account_id: int) -> Typed:
    """What was typed so far, beginning with the country for which this visitor reads prices."""
    typed, wished = drafts.typed_of(account_id), web.wished().country
    return typed if typed.country or wished not in COUNTRIES else replace(typed, country=wished)


def _check_confirmed() -> None:
    if not web.me().confirmed:
        raise NotConfirmed(next_steps=(NextStep(label="To your account", address="/account"),))


def _show_details(form: DetailsForm, status: int = 200) -> Response:
    days = web.settings().telephone_days
    return web.render("storefront/checkout/details.html", status=status, form=form, telephone_days=days)


def _show_review(shown: reviewing.Review, form: ReviewForm, status: int = 200) -> Response:
    return web.render(
        "storefront/checkout/review.html",
        status=status,
        form=form,
        review=shown,
        terms_version=TERMS_VERSION,
        waiver=WAIVERS[WAIVER_VERSION],
    )


def _ask_again(account_id: int, form: ReviewForm) -> Response:
    shown = reviewing.review(account_id)
    form.terms.errors = ["Please accept the terms: without them there is no contract."]
    form.token.data, form.seen.data = shown.token, shown.seen
    return _show_review(shown, form, status=422)


def _show_payment(stage: str, order: Order, intent: PaymentIntent | None) -> Response:
    return web.render(
        f"storefront/payments/{stage}.html",
        order=order,
        lines=orders.lines_of(order.id),
        total=Money(order.total, order.currency),
        attempt=(intent.attempt if intent else 0) + 1,
        was_declined=bool(intent and intent.state == IntentState.DECLINED),
        gateways=payments.offered(order.currency),
        settings=web.settings(),
    )


def _show_waiting(order: Order, intent: PaymentIntent) -> Response:
    """The gateway's own page: its question, its form, or what to do elsewhere."""
    remote = payments.gateway(intent.gateway)
    answer = web.render(
        remote.page,
        order=order,
        lines=orders.lines_of(order.id),
        total=Money(order.total, order.currency),
        was_declined=order.state == OrderState.PAYMENT_FAILED,
        part=remote.part(payments.charge_of(intent), web.settings()),
        keeps=intent.keeps,
    )
    if remote.hosts:
        answer.headers["Content-Security-Policy"] = headers.widened(**remote.hosts)
    return answer


def _after_payment(order: Order) -> Response:
    where = f"/checkout/done/{order.number}" if order.state == OrderState.PAID else f"/account/orders/{order.number}"
    return web.see_other(where)
