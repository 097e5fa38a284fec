"""Stripe for tests: localstripe as the server, and what Stripe's script and Stripe itself do in the world outside."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import stripe
from werkzeug.test import TestResponse

from tests.shop import Shop

SECRET, PUBLIC, SIGNING = "sk_test_planted", "pk_test_planted", "whsec_planted"
GOOD, DECLINED = "4242424242424242", "4000000000000341"
ASKS, ASKS_THEN_DECLINED = "4000002500003155", "4000008260003178"


@contextmanager
def running() -> Iterator[str]:
    """A server of its own; its address."""
    root = Path(__file__).parents[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.localstripe_runner"], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert server.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


@dataclass
class Remote:
    """The other side: the server, the buyer's browser with Stripe's script, and the messages that Stripe sends."""

    shop: Shop
    base: str

    def call(self, path: str, **sent: Any) -> dict[str, Any]:
        """Ask the server as its owner would: GET, or POST where something is sent."""
        with requests.Session() as line:
            line.auth = (SECRET, "")
            answer = line.post(self.base + path, json=sent) if sent else line.get(self.base + path)
        assert answer.ok, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def emptied(self) -> "Remote":
        """The server has forgotten everything: orders of another test have the same numbers."""
        with requests.Session() as line:
            line.delete(f"{self.base}/_config/data")
        return self

    def payment(self, key: str) -> dict[str, Any]:
        """The payment of that order and attempt ("LP-2026-000001/1")."""
        return next(one for one in self.call("/v1/payment_intents")["data"] if one["metadata"].get("order") == key)

    def type_card(self, key: str, number: str) -> dict[str, Any]:
        """What the script does when the buyer presses “Pay”."""
        card = {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}
        method = self.call("/v1/payment_methods", type="card", card=card)
        payment = self.payment(key)
        self.call(f"/v1/payment_intents/{payment['id']}", payment_method=method["id"])
        with requests.Session() as line:
            line.post(f"{self.base}/v1/payment_intents/{payment['id']}/confirm", auth=(SECRET, ""))
        return self.payment(key)

    def answer_bank(self, key: str, secret: str, *, yes: bool) -> dict[str, Any]:
        """What the script does when the buyer has answered the bank's question."""
        address = f"{self.base}/v1/payment_intents/{self.payment(key)['id']}/_authenticate"
        with requests.Session() as line:
            line.post(address, json={"key": PUBLIC, "client_secret": secret, "success": yes})
        return self.payment(key)

    def tell(
        self, kind: str, thing: dict[str, Any], *, id_: str = "evt_1", age: int = 0, signing: str = SIGNING
    ) -> TestResponse:
        """Stripe tells the shop something about a thing, signed by the real library."""
        event = {"id": id_, "object": "event", "type": kind, "data": {"object": thing}, "created": int(time.time())}
        raw = json.dumps(event, indent=2)
        signature = stripe.WebhookSignature.generate_signature_header(raw, signing, int(time.time()) - age)
        return self.post(raw, signature)

    def post(self, raw: str, signature: str) -> TestResponse:
        """Knock at the shop's door with these bytes."""
        return self.shop.visitor().client.post(
            "/payments/stripe/events",
            data=raw,
            headers={"Stripe-Signature": signature, "Content-Type": "application/json; charset=utf-8"},
        )

    def refunds(self, key: str) -> list[int]:
        """What went back of a payment, oldest first."""
        charge = self.payment(key)["latest_charge"]["id"]
        return [one["amount"] for one in self.call("/v1/refunds")["data"] if one["charge"] == charge][::-1]
