"""Where payment services knock, and what a buyer's browser asks while it pays."""

from flask import Blueprint, Response, jsonify, request

from core import web
from core.access import public, signed_in
from core.limits import limited
from storefront.payments import hooks, service

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
