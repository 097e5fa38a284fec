"""localstripe in a process of its own, on a free port of this machine, without its file in the temporary folder.

It knows no disputes, so they are added here as Stripe documents them (docs.stripe.com/api/disputes): a test opens one where
a bank would; evidence is staged until it is submitted, once; one that waits for an answer can be closed, which loses it; the
same idempotency key gets the same answer, and another body under it is refused.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from localstripe import resources
from localstripe.errors import UserError
from localstripe.server import api_create, api_list_all, api_retrieve, app, get_post_data, json_response

ANSWERED = {"needs_response": "under_review", "warning_needs_response": "warning_under_review"}
Answer = Callable[[web.Request], Awaitable[web.Response]]


class Dispute(resources.StripeObject):  # type: ignore[misc]
    """A dispute as a bank opens it."""

    object, _id_prefix = "dispute", "dp_"

    def __init__(
        self, payment_intent: str, amount: int, reason: str, due_by: int, status: str = "needs_response"
    ) -> None:
        paid = resources.PaymentIntent._api_retrieve(payment_intent)
        super().__init__()
        self.payment_intent, self.charge, self.currency = payment_intent, paid.latest_charge.id, paid.currency
        self.amount, self.reason, self.status, self.evidence = int(amount), reason, status, {}
        self.evidence_details = {"due_by": int(due_by), "has_evidence": False, "past_due": False, "submission_count": 0}

    def _answer(self, evidence: dict[str, str], submit: str) -> None:
        unknown = set(evidence) - FIELDS
        if unknown or any(len(text) > 20_000 for text in evidence.values()):
            raise UserError(400, f"Received unknown or too long parameters: {sorted(unknown)}")
        if self.status not in ANSWERED:
            raise UserError(400, "This dispute is not in a state that takes evidence")
        self.evidence = {**self.evidence, **evidence}
        count = self.evidence_details["submission_count"] + (submit == "true")
        self.evidence_details = {**self.evidence_details, "has_evidence": True, "submission_count": count}
        self.status = ANSWERED[self.status] if submit == "true" else self.status

    def _close(self) -> None:
        if self.status != "needs_response":
            raise UserError(400, "This dispute is already closed")
        self.status = "lost"


FIELDS = {"product_description", "service_date", "access_activity_log", "uncategorized_text"}
_answers: dict[str, tuple[Any, Any]] = {}
_silent: set[str] = set()
"""Disputes whose answers are lost on the way, though what was asked for is done."""


def once(does: Callable[[Dispute, dict[str, Any]], None]) -> Answer:
    """The same key, the same answer; another body under it is refused, as Stripe does."""

    async def answer(request: web.Request) -> web.Response:
        key, sent = request.headers.get("Idempotency-Key", ""), dict(await get_post_data(request) or {})
        said, id_ = json.dumps([request.path, sent], sort_keys=True), request.match_info["id"]
        if key in _answers and _answers[key][0] != said:
            raise UserError(400, "Keys for idempotent requests can only be used with the same parameters")
        if key not in _answers:
            found = Dispute._api_retrieve(id_)
            does(found, sent)
            _answers[key or said] = (said, found._export())
        if id_ in _silent:
            raise web.HTTPServiceUnavailable
        return json_response(_answers[key or said][1])

    return answer


async def silence(request: web.Request) -> web.Response:
    """Lose the answers about this dispute from now on, or no more."""
    change = _silent.add if (await get_post_data(request))["lost"] else _silent.discard
    change(request.match_info["id"])
    return json_response({})


def add_disputes() -> None:
    """The addresses of disputes; a status is set by the test at one of its own."""
    at = "/v1/disputes"
    app.router.add_post(at, api_create(Dispute, at))
    app.router.add_get(at, api_list_all(Dispute, at))
    app.router.add_get(at + "/{id}", api_retrieve(Dispute, at))
    app.router.add_post(at + "/{id}/close", once(lambda one, _sent: one._close()))
    app.router.add_post(at + "/{id}/_silent", silence)
    app.router.add_post(at + "/{id}/_bank", once(lambda one, sent: setattr(one, "status", sent["status"])))
    app.router.add_post(
        at + "/{id}", once(lambda one, sent: one._answer(sent.get("evidence") or {}, sent.get("submit", "true")))
    )


async def serve() -> None:
    """Serve until the process is ended; the first line it writes is its port."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    resources.Store.dump_to_disk = lambda _self: None
    add_disputes()
    asyncio.run(serve())
