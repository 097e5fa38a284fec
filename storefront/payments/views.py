"""Where payment services knock, and what a buyer's browser asks while it pays."""

from flask import Blueprint, Response, jsonify, request

from core import web
from core.access import public, signed_in
from core.limits import limited
from storefront.payments import hooks, saved, service

pages = Blueprint("payments", __name__)


@pages.post("/payments/stripe/events")
@public(own_transactions=True, form_token=False)
def stripe_events() -> Response:
    """Stripe tells something: taken in once, however often it is told."""
    hooks.take_in(request.get_data(), request.headers.get("Stripe-Signature", ""))
    return Response(status=204)


@pages.post("/checkout/pay/<number>/secret")
@signed_in(own_transactions=True)
@limited("checkout")
def secret_submit(number: str) -> Response:
    """What the buyer's browser needs to hand a card to Stripe."""
    return jsonify(secret=service.secret(web.me().id, number))


@pages.get("/account/card")
@signed_in
def card() -> Response:
    """The card that is kept for renewals."""
    return web.render("storefront/payments/card.html", kept=saved.find(web.me().id))


@pages.post("/account/card")
@signed_in
def card_submit() -> Response:
    """Keep it no longer."""
    saved.forget(web.me().id)
    return web.see_other("/account/card", "Forgotten, here and at the payment service.")
