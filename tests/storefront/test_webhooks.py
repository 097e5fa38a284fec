"""Programs are told what happened: signed so that a published library agrees, again until they take it, and never more."""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from standardwebhooks import Webhook, WebhookVerificationError

from core import clock, outgoing
from core.access import Permission
from core.settings import Environment, Settings
from storefront.licenses.models import License
from storefront.licenses.rules import LicenseVerb
from storefront.licenses.service import change
from storefront.webhooks import rules
from storefront.webhooks.models import Delivery, Endpoint
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import buy, ware
from tests.storefront.test_devices import activate


class Program(ThreadingHTTPServer):
    """Somebody's program that listens. status: what it answers; heard: headers and bodies."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.heard = 204, list[tuple[dict[str, str], bytes]]()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}/hooks?from=shop"

    def kinds(self) -> list[str]:
        """What it was told, in order."""
        return [json.loads(body)["type"] for _headers, body in self.heard]


class _Handler(BaseHTTPRequestHandler):
    server: Program

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        if self.server.status in {301, 302}:
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.send_header("Content-Length", "5")
        self.end_headers()
        if self.server.status != 204:
            self.wfile.write(b"sorry")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def listening() -> Iterator[Program]:
    """A program of its own."""
    with Program() as program:
        thread = Thread(target=program.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield program
        finally:
            program.shutdown()
            thread.join()


@pytest.fixture
def program() -> Iterator[Program]:
    """A program that listens."""
    with listening() as found:
        yield found


@pytest.fixture
def clerk(shop: Shop) -> Visitor:
    """Staff for the catalogue."""
    return shop.member("clerk@example.com", "Clerk", [Permission.CATALOGUE])


def name(clerk: Visitor, program: Program, *kinds: str) -> tuple[str, str]:
    """Name a program; its page and its secret."""
    made = clerk.submit(
        "/staff/webhooks", {"address": program.address, "kind": list(kinds) or ["order.paid"]}, action="/new"
    )
    secret = re.search(r"whsec_[\w+/=]+", made.text)
    assert secret is not None, made.text
    with clerk.shop.transaction() as session:
        return f"/staff/webhooks/{session.scalars(select(Endpoint.id)).all()[-1]}", secret[0]


def work(shop: Shop, after: timedelta = timedelta(0)) -> None:
    """Let the worker do what is due by then."""
    with clock.moved(after + timedelta(seconds=1)), shop.app.app_context():
        shop.database.queue.put("webhooks.send", {})
        shop.work()


def test_a_program_is_told_of_licenses_devices_and_orders_and_never_of_whom(
    shop: Shop, clerk: Visitor, program: Program
) -> None:
    kinds = tuple(kind.value for kind in rules.CHOICES)
    _page, secret = name(clerk, program, *kinds)
    ada = shop.member()
    buy(ada, ware(shop))
    assert activate(ada, "kiln-1") == 201
    with shop.transaction() as session:
        license = session.scalars(select(License)).one()
        change(license, LicenseVerb.SUSPEND)
        number = license.public_id
    work(shop)
    told = program.kinds()
    assert {"order.paid", "license.created", "license.active", "device.added", "license.suspended"} <= set(told)
    assert told.index("license.created") < told.index("device.added") < told.index("license.suspended")
    for headers, body in program.heard:
        assert Webhook(secret).verify(body, headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body + b" ", headers)
        for word in (b"ada", b"Ada", b"example.com", b"LPAL", b"kiln-1"):
            assert word not in body
    said = [json.loads(body)["data"] for _headers, body in program.heard]
    assert {"license", "product", "edition"} <= said[told.index("license.created")].keys()
    assert said[told.index("license.suspended")]["license"] == number
    assert len({headers["webhook-id"] for headers, _body in program.heard}) == len(told)


def test_what_is_undone_is_not_told(shop: Shop, clerk: Visitor, program: Program) -> None:
    name(clerk, program, "license.created", "license.suspended")
    ada = shop.member()
    buy(ada, ware(shop))
    with pytest.raises(ZeroDivisionError), shop.transaction() as session:
        change(session.scalars(select(License)).one(), LicenseVerb.SUSPEND)
        session.flush()
        raise ZeroDivisionError
    work(shop)
    assert program.kinds() == ["license.created"]


def test_an_event_is_told_again_on_the_published_days_and_then_given_up(
    shop: Shop, clerk: Visitor, program: Program
) -> None:
    page, _secret = name(clerk, program)
    program.status = 500
    clerk.submit(page, action="/test")
    work(shop)
    after = timedelta(0)
    for wait in rules.WAITS[1:]:
        count = len(program.heard)
        work(shop, after + wait - timedelta(minutes=1))
        assert len(program.heard) == count, "not before its time"
        after += wait + timedelta(seconds=30)
        work(shop, after)
        assert len(program.heard) == count + 1
    assert len({headers["webhook-id"] for headers, _body in program.heard}) == 1
    work(shop, after + timedelta(days=3))
    assert len(program.heard) == len(rules.WAITS)
    shown = clerk.get(page).text
    assert "given up" in shown and "500" in shown and "sorry" in shown and f"{len(rules.WAITS)} of 7 tries" in shown
    program.status = 200
    again = clerk.submit(page, action="/replay")
    assert "told again, under the same number" in again.text
    work(shop)
    assert program.heard[-1][0]["webhook-id"] == program.heard[0][0]["webhook-id"]
    assert "taken" in clerk.get(page).text


def test_a_program_that_is_gone_or_fails_for_long_is_paused_until_staff_say_so(
    shop: Shop, clerk: Visitor, program: Program
) -> None:
    page, _secret = name(clerk, program)
    program.status = 410
    clerk.submit(page, action="/test")
    work(shop)
    paused = clerk.get(page).text
    assert "Nothing is sent there since" in paused and "/test" not in paused
    assert clerk.post(f"{page}/test").status_code == 409
    program.status = 302
    clerk.submit(page, action="/go-on")
    clerk.submit(page, action="/test")
    work(shop)
    assert len(program.heard) == 2, "another address is not followed"
    assert "Removed" in clerk.submit(page, action="/remove").text
    with shop.transaction() as session:
        assert session.scalars(select(Delivery)).all() == []


def test_a_secret_is_renewed_with_a_day_of_both(shop: Shop, clerk: Visitor, program: Program) -> None:
    page, old = name(clerk, program)
    renewed = re.search(r"whsec_[\w+/=]+", clerk.submit(page, action="/secret").text)
    assert renewed is not None and renewed[0] != old and old not in clerk.get(page).text
    clerk.submit(page, action="/test")
    work(shop)
    headers, body = program.heard[-1]
    assert headers["webhook-signature"].count("v1,") == 2
    assert Webhook(old).verify(body, headers) and Webhook(renewed[0]).verify(body, headers)
    with clock.moved(timedelta(hours=25)):
        clerk.sign_in(clerk.account_id)
        clerk.post(f"{page}/test")
    work(shop, timedelta(hours=25))
    assert program.heard[-1][0]["webhook-signature"].count("v1,") == 1
    with shop.transaction() as session:
        kept = session.scalars(select(Endpoint)).one()
        assert base64.b64decode(old.removeprefix("whsec_")) not in base64.b64decode(kept.locked)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://hooks.example.com/",
        "https://user" + ":word@hooks.example.com/",
        "ftp://x",
        "https://",
        "https://x:99999/",
    ],
)
def test_an_address_that_is_not_safe_is_refused_and_kept(shop: Shop, clerk: Visitor, address: str) -> None:
    refused = clerk.submit("/staff/webhooks", {"address": address, "kind": "order.paid"}, action="/new")
    assert refused.status_code == 400 and "https address" in refused.text
    nothing = clerk.submit("/staff/webhooks", {"address": "https://hooks.example.com/"}, action="/new")
    assert nothing.status_code == 400 and "at least one event" in nothing.text
    assert 'value="https://hooks.example.com/"' in nothing.text


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "192.168.1.1", "169.254.169.254", "[::1]", "localhost"])
def test_nobody_reaches_into_this_machine_or_a_private_network(sqlite_shop: Shop, address: str) -> None:
    settings = replace(Settings(secret_key="x" * 32), environment=Environment.PRODUCTION)
    told = outgoing.tell_program(f"https://{address}/", b"{}", {}, settings, purpose="licenses")
    assert (told.status, told.words) == (0, "OSError")
    assert not outgoing.is_reachable(f"http://{address}/", settings)
    with pytest.raises(outgoing.Undeclared):
        outgoing.tell_program(f"https://{address}/", b"{}", {}, settings, purpose="newsletter")


def test_two_workers_tell_an_event_once(shop: Shop, clerk: Visitor, program: Program) -> None:
    page, _secret = name(clerk, program)
    for _three in range(3):
        clerk.submit(page, action="/test")

    def run() -> None:
        with shop.app.app_context():
            shop.database.queue.run("webhooks.send", {})

    crowd = [Thread(target=run) for _four in range(4)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    work(shop)
    assert len(program.heard) == 3
    with pytest.raises(IntegrityError), shop.transaction() as session:
        session.execute(text("update webhook_delivery set due_at = null, state = 'waiting'"))


@given(some.binary(min_size=24, max_size=64), some.binary(max_size=200), some.integers(0, 2**40))
def test_a_signature_holds_for_exactly_what_was_signed(secret: bytes, body: bytes, seconds: int) -> None:
    said: dict[str, Any] = {"secrets": [secret], "id": "evt_1", "timestamp": seconds, "body": body}
    mark = rules.signature(**said)
    for other in ({"body": body + b"x"}, {"timestamp": seconds + 1}, {"id": "evt_2"}, {"secrets": [secret + b"x"]}):
        assert rules.signature(**{**said, **other}) != mark
