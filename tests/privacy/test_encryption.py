"""Clause P19 and P2 at the front door of a shop that is reached under https."""

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stderr
from pathlib import Path

import pytest

from core import db, logs, store
from core.settings import Environment, Settings
from tests.shop import Shop, find_form
from tests.stores import SECRET
from wsgi import create_app


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Shop]:
    """A shop whose address is https."""
    settings = Settings(
        environment=Environment.TEST,
        secret_key=SECRET,
        instance=tmp_path,
        bcrypt_cost=4,
        base_url="https://shop.example.com",
    )
    app = create_app(settings, config={"TESTING": True})
    database: db.Database = app.extensions["database"]
    store.upgrade(database)
    yield Shop(app)
    database.close()


@pytest.mark.clause("P19")
def test_over_plain_http_pages_redirect_and_forms_are_refused(secure: Shop) -> None:
    client = secure.visitor().client
    moved = client.get("http://shop.example.com/privacy?x=1")
    assert moved.status_code == 308
    assert moved.headers["Location"] == "https://shop.example.com/privacy?x=1"
    refused = client.post("http://shop.example.com/privacy/phone-removal", data={"number": "+4312345678"})
    assert refused.status_code == 403
    assert "without encryption" in refused.text


@pytest.mark.clause("P19")
def test_under_https_browsers_are_told_to_stay_there_and_cookies_are_secure(secure: Shop) -> None:
    client = secure.visitor().client
    page = client.get("https://shop.example.com/privacy")
    assert "max-age=" in page.headers["Strict-Transport-Security"]
    shown = client.get("https://shop.example.com/privacy/preferences").text
    sent = client.post(
        "https://shop.example.com/privacy/preferences",
        data=find_form(shown, "/privacy/preferences").values | {"theme": "dark"},
    )
    assert sent.status_code == 303
    assert all("Secure" in cookie for cookie in sent.headers.getlist("Set-Cookie"))
    assert "lp_prefs" in "".join(sent.headers.getlist("Set-Cookie"))


@pytest.mark.clause("P2")
def test_the_log_says_which_page_and_nothing_about_who(sqlite_shop: Shop) -> None:
    headers = {"From": "eve@example.org", "Via": "proxy.example.org", "User-Agent": "EveBrowser/7"}
    said = io.StringIO()
    with redirect_stderr(said):
        logs.configure()
        sqlite_shop.visitor().get(
            "/privacy/lists?q=secret-words", headers=headers, environ_overrides={"REMOTE_ADDR": "203.0.113.77"}
        )
    logs.configure(quiet=True)
    (line,) = [json.loads(one) for one in said.getvalue().splitlines() if '"request"' in one]
    assert line["route"] == "/privacy/lists"
    for trace in ("203.0.113.77", "secret-words", "eve@example.org", "proxy.example.org", "EveBrowser"):
        assert trace not in said.getvalue()


@pytest.mark.clause("P2")
def test_what_is_not_on_the_list_of_fields_is_not_logged() -> None:
    event = {"event": "x", "email": "eve@example.org", "address": "203.0.113.77", "status": 200}
    assert logs.keep_allowed(None, "info", event) == {"event": "x", "status": 200}
