"""What Stripe says by itself: signed, taken in once, and never believed without asking how the payment stands now."""

from dataclasses import replace
from typing import Any

from core import db, outgoing, web
from core.errors import Invalid, NotFound
from storefront.payments import disputes, returning
from storefront.payments.receiving import is_known, receive
from storefront.payments.rules import DisputeState
from storefront.payments.stripe import Stripe

DISPUTES = {
    "needs_response": DisputeState.OPEN,
    "under_review": DisputeState.OPEN,
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
}
"""What Stripe calls it. An inquiry, for which no money was taken yet, is none."""


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
    elif kind.startswith("charge.dispute.") and thing.get("status") in DISPUTES:
        _take_dispute(_said(event_id, thing))
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


def _take_dispute(said: disputes.Said) -> None:
    """First how the payment stands, which may be news, too; then the dispute."""
    message = Stripe().look(said.payment)
    with db.transaction():
        if message is not None:
            receive(Stripe.name, message)
        disputes.receive(Stripe.name, said)


def _said(event_id: str, thing: dict[str, Any]) -> disputes.Said:
    return disputes.Said(
        event_id=event_id,
        remote=str(thing["id"]),
        payment=str(thing["payment_intent"]),
        state=DISPUTES[thing["status"]],
        amount=int(thing["amount"]),
        currency=str(thing["currency"]).upper(),
        reason=str(thing.get("reason") or ""),
    )


def _take_refusal(thing: dict[str, Any]) -> None:
    """A refund that Stripe had taken on came back to it: the buyer has no money yet."""
    found = str((thing.get("metadata") or {}).get("return", ""))
    with db.transaction():
        returning.come_back(found)
