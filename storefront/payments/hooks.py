"""What Stripe says by itself: signed, taken in once, and never believed without asking how the payment stands now."""

from dataclasses import replace
from typing import Any

from core import db, outgoing, web
from core.errors import Invalid, NotFound
from storefront.payments import disputes, returning
from storefront.payments.receiving import is_known, receive
from storefront.payments.stripe import Stripe
from storefront.payments.stripe_disputes import said as said_of
from storefront.payments.telling import Said


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
        _take_payment(event_id, str(thing["id"]))
    elif kind.startswith("charge.dispute.") and (told := said_of(thing, event_id)) is not None:
        _take_dispute(told)
    elif kind in {"refund.failed", "refund.updated", "charge.refund.updated"} and thing.get("status") == "failed":
        _take_refusal(thing)


def _take_payment(event_id: str, remote: str) -> None:
    with db.transaction(reading=True):
        if is_known(Stripe.name, event_id):
            return
    message = Stripe().look(remote)
    if message is not None:
        with db.transaction():
            receive(Stripe.name, replace(message, event_id=event_id))


def _take_dispute(said: Said) -> None:
    """First how the payment stands, which may be news, too; then the dispute."""
    message = Stripe().look(said.payment)
    with db.transaction():
        if message is not None:
            receive(Stripe.name, message)
        disputes.receive(Stripe.name, said)


def _take_refusal(thing: dict[str, Any]) -> None:
    """A refund that Stripe had taken on came back to it: the buyer has no money yet."""
    found = str((thing.get("metadata") or {}).get("return", ""))
    with db.transaction():
        returning.come_back(found)
