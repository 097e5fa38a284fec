"""Disputes at Stripe: how one stands, evidence for the bank, and giving in. Each through the official library."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from core import outgoing, web
from storefront.payments.gateways import AnswerLost
from storefront.payments.rules import DisputeState
from storefront.payments.stripe import HUNDREDTHS
from storefront.payments.telling import Contest, NotTaken, Said

STATES = {
    "warning_needs_response": DisputeState.WARNING,
    "warning_under_review": DisputeState.WARNING_REVIEW,
    "warning_closed": DisputeState.WARNING_CLOSED,
    "needs_response": DisputeState.OPEN,
    "under_review": DisputeState.REVIEW,
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
}
"""What Stripe calls it (docs.stripe.com/api/disputes/object). Of anything else we take no notice."""


class StripeDisputes:
    """Stripe, as far as disputes go."""

    def look(self, contest: Contest) -> Said | None:
        """How it stands now; None where Stripe does not know it."""
        with _service() as service:
            return said(service.v1.disputes.retrieve(contest.remote).to_dict())

    def latest(self) -> list[Said]:
        """The hundred latest of all, whether we have heard of them or not."""
        with _service() as service:
            found = [said(one.to_dict()) for one in service.v1.disputes.list({"limit": 100}).data]
        return [one for one in found if one is not None]

    def submit(self, contest: Contest, evidence: Mapping[str, str], key: str) -> Said | None:
        """Give the bank what speaks for us, once for each key."""
        wanted: Any = {"evidence": dict(evidence), "submit": True}
        with _service() as service:
            return said(service.v1.disputes.update(contest.remote, wanted, {"idempotency_key": key}).to_dict())

    def accept(self, contest: Contest, key: str) -> Said | None:
        """Give in: the money stays with the buyer. Nobody can take that back."""
        with _service() as service:
            return said(service.v1.disputes.close(contest.remote, {}, {"idempotency_key": key}).to_dict())


def said(thing: Mapping[str, Any], event_id: str = "") -> Said | None:
    """A dispute as Stripe writes it; None in a state of which we take no notice. An answer has no number of its own."""
    if thing.get("status") not in STATES:
        return None
    details = thing.get("evidence_details") or {}
    due, currency = details.get("due_by"), str(thing["currency"]).upper()
    return Said(
        event_id=event_id or f"{thing['id']}:{thing['status']}:{due or ''}"[:80],
        remote=str(thing["id"]),
        payment=str(thing["payment_intent"]),
        state=STATES[thing["status"]],
        amount=int(thing["amount"]) // (100 if currency in HUNDREDTHS else 1),
        currency=currency,
        reason=str(thing.get("reason") or ""),
        due_by=datetime.fromtimestamp(int(due), UTC) if due else None,
    )


@contextmanager
def _service() -> Iterator[outgoing.PaymentService]:
    try:
        with outgoing.payment_service(web.settings(), purpose="orders", way=outgoing.DISPUTES) as service:
            yield service
    except outgoing.NoAnswer:
        raise AnswerLost from None
    except outgoing.NotDone as refused:
        raise NotTaken(str(refused)) from None
