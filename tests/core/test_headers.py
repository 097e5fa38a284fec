"""What every answer tells browsers, held against the scoring rules of Mozilla's HTTP Observatory; what browsers report back."""

import json
from collections.abc import Iterator
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from werkzeug.test import TestResponse

from core import db, logs, store
from core.headers import POLICY, widened
from core.settings import Environment, Settings
from tests.shop import Shop
from tests.stores import SECRET
from wsgi import create_app

HOME = "https://shop.example.com"
PUBLIC = ("/", "/shop", "/privacy", "/sign-in", "/sign-up", "/forum/", "/programs", "/no/such/page")


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Shop]:
    """A shop whose address is https."""
    given = Settings(environment=Environment.TEST, secret_key=SECRET, instance=tmp_path, bcrypt_cost=4, base_url=HOME)
    app = create_app(given, config={"TESTING": True})
    database: db.Database = app.extensions["database"]
    store.upgrade(database)
    yield Shop(app)
    database.close()


def directives(policy: str) -> dict[str, str]:
    """The lines of a policy of content."""
    return {line.partition(" ")[0]: line.partition(" ")[2] for line in policy.split("; ")}


def score(answer: TestResponse) -> dict[str, int]:
    """The modifiers of Mozilla's HTTP Observatory that these headers earn, on top of 100; 100 and more is an A+."""
    lines, said = directives(answer.headers["Content-Security-Policy"]), answer.headers
    scripts, styles = lines.get("script-src", lines["default-src"]), lines.get("style-src", lines["default-src"])
    unsafe = any("unsafe" in one or "data:" in one or one.strip() in {"*", "https:"} for one in (scripts, styles))
    seconds = int(said["Strict-Transport-Security"].split("max-age=")[1].split(";")[0])
    cookies = answer.headers.getlist("Set-Cookie")
    tight = all(all(word in one for word in ("Secure", "HttpOnly", "SameSite")) for one in cookies)
    return {
        "content-security-policy": (10 if lines["default-src"] == "'none'" else 5) if not unsafe else -20,
        "cookies": (5 if tight else -20) if cookies else 0,
        "cross-origin-resource-sharing": -50 if said.get("Access-Control-Allow-Origin") else 0,
        "strict-transport-security": 0 if seconds >= 15_768_000 else -10,
        "referrer-policy": 5 if said["Referrer-Policy"] in {"no-referrer", "same-origin", "strict-origin"} else -5,
        "subresource-integrity": 0 if scripts == "'self'" else -5,
        "x-content-type-options": 0 if said["X-Content-Type-Options"] == "nosniff" else -5,
        "x-frame-options": 5 if lines.get("frame-ancestors") == "'none'" else -20,
        "cross-origin-resource-policy": 10 if said["Cross-Origin-Resource-Policy"] == "same-origin" else 0,
    }


def test_the_observatory_gives_its_highest_grade_to_every_page(secure: Shop) -> None:
    client = secure.visitor().client
    for path in PUBLIC:
        earned = score(client.get(f"{HOME}{path}"))
        assert min(earned.values()) >= 0 and 100 + sum(earned.values()) >= 130, (path, earned)
    assert client.get("http://shop.example.com/").status_code == 308


def test_nothing_inline_foreign_or_untrusted_runs_on_any_page(secure: Shop) -> None:
    lines = directives(POLICY)
    assert lines["default-src"] == "'none'" and "unsafe" not in POLICY and "*" not in POLICY
    assert lines["require-trusted-types-for"] == "'script'" and lines["trusted-types"] == "licensepal"
    hosts = widened(script_src="https://js.example.com", frame_src="https://js.example.com")
    assert "trusted-types" not in hosts and "script-src 'self' https://js.example.com" in hosts
    assert "trusted-types" in widened(img_src="https://img.example.com")
    answer = secure.visitor().client.get(f"{HOME}/")
    for name in ("Cross-Origin-Opener-Policy", "Permissions-Policy", "Reporting-Endpoints"):
        assert answer.headers[name]


def test_what_browsers_report_is_counted_without_a_word_about_who(sqlite_shop: Shop) -> None:
    client = sqlite_shop.visitor().client
    body = {
        "documentURL": "http://localhost/reset/SECRET-TOKEN?mail=ada@example.com",
        "effectiveDirective": "script-src-elem",
        "blockedURL": "https://evil.example.com/ada@example.com.js",
        "sample": "ada@example.com",
    }
    with redirect_stderr(StringIO()) as said:
        logs.configure()
        sent = json.dumps([{"type": "csp-violation", "url": body["documentURL"], "user_agent": "X", "body": body}])
        assert client.post("/reports", data=sent, content_type="application/reports+json").status_code == 204
        older = json.dumps({"csp-report": {"document-uri": "http://localhost/shop", "violated-directive": "img-src x"}})
        assert client.post("/reports", data=older, content_type="application/csp-report").status_code == 204
    logs.configure(quiet=True)
    lines = [json.loads(line) for line in said.getvalue().splitlines() if "browser_report" in line]
    assert [(one["kind"], one["place"]) for one in lines] == [
        ("policy", "script-src-elem elsewhere"),
        ("policy", "img-src"),
    ]
    assert lines[0]["route"] == "/reset/<token>" and lines[1]["route"] == "/shop"
    for secret in ("ada@", "SECRET", "evil", "Mozilla"):
        assert secret not in said.getvalue()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    some.one_of(
        some.binary(max_size=200),
        some.recursive(
            some.none() | some.booleans() | some.integers() | some.text(max_size=20),
            lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=12), inner, max_size=4),
        ).map(lambda said: json.dumps(said).encode()),
    )
)
def test_whatever_is_sent_as_a_report_is_answered_alike(sqlite_shop: Shop, sent: bytes) -> None:
    assert sqlite_shop.visitor().client.post("/reports", data=sent).status_code == 204
