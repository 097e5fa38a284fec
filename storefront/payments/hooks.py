"""What Stripe says by itself: signed, taken in once, and never believed without asking how the payment stands now."""

from dataclasses import replace
from typing import Any

from core import db, outgoing, web
from core.errors import Invalid, NotFound
from storefront.payments.receiving import is_known, receive
from storefront.payments.stripe import Stripe


class NotFromStripe(Invalid):
    """The signature is missing or wrong, or the message is older than five minutes."""

    code = "not_from_stripe"
    sentence = "This message is not signed as Stripe signs, or it is too old. Nothing was changed."


def take_in(raw: bytes, signature: str) -> None:
    """One message, as the bytes that came. Opens its own transactions. Raises NotFromStripe, NotFound, AnswerLost."""
    if not web.settings().takes_cards:
        raise NotFound
    try:
        said = outgoing.heard(raw, signature, web.settings())
        event_id, kind, thing = str(said["id"])[:80], str(said["type"]), said["data"]["object"]
    except (outgoing.NotSigned, KeyError, TypeError):
        raise NotFromStripe from None
    if kind.startswith("payment_intent."):
        _take_payment(event_id, thing)


def _take_payment(event_id: str, thing: dict[str, Any]) -> None:
    with db.transaction(reading=True):
        if is_known(Stripe.name, event_id):
            return
    message = Stripe().look(str(thing["id"]))
    if message is not None:
        with db.transaction():
            receive(Stripe.name, replace(message, event_id=event_id))
