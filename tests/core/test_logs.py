"""Logs hold no address, host, query string, e-mail or name (clause P2), whatever happens."""

import json

import pytest

from core import logs
from tests.shop import PASSWORD, Shop
from tests.storefront.account_builders import sign_in

CANARIES = ("canary@example.com", "203.0.113.77", "canary-host.example", "canary-query", "Canary Name", "canary-agent")


@pytest.fixture
def loud(capfd: pytest.CaptureFixture[str]) -> object:
    logs.configure(quiet=False)
    yield
    logs.configure(quiet=True)


@pytest.mark.clause("P2")
def test_requests_leave_no_trace_of_who_asked(
    sqlite_shop: Shop, loud: object, capfd: pytest.CaptureFixture[str]
) -> None:
    visitor = sqlite_shop.member("canary@example.com", "Canary Name")
    given = {
        "environ_overrides": {"REMOTE_ADDR": "203.0.113.77", "REMOTE_HOST": "canary-host.example"},
        "headers": {
            "User-Agent": "canary-agent",
            "From": "canary@example.com",
            "Via": "1.1 canary-host.example",
            "Referer": "https://canary-host.example/?q=canary-query",
        },
    }
    for page in (
        "/",
        "/account?q=canary-query",
        "/search?q=canary-query",
        "/u/Canary Name",
        "/no/canary-query",
        "/cart",
    ):
        visitor.get(page, **given)
    sign_in(sqlite_shop.visitor(), "canary@example.com", PASSWORD)
    sign_in(sqlite_shop.visitor(), "canary@example.com", "not the password")
    sqlite_shop.work()
    written = capfd.readouterr().err
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    assert {line["route"] for line in lines if line["event"] == "request"} >= {"/", "/account", "/search", "-"}
    assert not [canary for canary in CANARIES if canary in written]


@pytest.mark.clause("P2")
def test_an_unforeseen_error_is_logged_by_kind_and_place_never_by_its_text() -> None:
    try:
        raise ValueError("canary@example.com typed this")
    except ValueError as error:
        described = logs.describe(error)
    assert described.startswith("ValueError at tests.core.test_logs:")
    assert "canary" not in described


def test_a_field_that_is_not_on_the_list_is_dropped() -> None:
    kept = logs.keep_allowed(None, "info", {"event": "request", "email": "canary@example.com", "status": 200})
    assert kept == {"event": "request", "status": 200}
