"""What fails, what is counted and what is queued keeps no trace of who asked or what they typed (clauses P2, P19)."""

import ast
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request

from core import clock, db, limits, logs
from core.access import public
from core.accounts import service as accounts
from core.jobs import service as jobs
from core.settings import Environment
from storefront.pages import metrics
from tests.core.areas import program
from tests.house.test_layout import CODE, name_of

EMAIL, NAME, ADDRESS, HOST = "canary.quagga@example.com", "Canary Quagga", "203.0.113.77", "canary-host.example"
CANARIES = ("quagga", "canary", "203.0.113")
UNREAD = ("HTTP_FROM", "HTTP_VIA", "REMOTE_HOST", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_CLIENT_IP")
CALLER = {
    "environ_overrides": {"REMOTE_ADDR": ADDRESS, "REMOTE_HOST": HOST},
    "headers": {
        "From": EMAIL,
        "Via": f"1.1 {HOST}",
        "Forwarded": f"for={ADDRESS}",
        "Referer": f"https://{HOST}/{EMAIL}",
    },
}


def room(app: Flask) -> None:
    @app.post("/breaks")
    @public(form_token=False)
    def breaks() -> str:
        accounts.register(email=request.form["email"], name_shown=NAME, password_hash="x")
        db.session.flush()
        jobs.start("test.breaks", number=accounts.find_by_email(EMAIL).id)  # type: ignore[union-attr]
        if request.form.get("then") == "break":
            raise LookupError(f"{request.form['email']} from {request.remote_addr}")
        return "queued"

    @app.get("/counted")
    @public
    @limits.limited("sign_in")
    def counted() -> str:
        return "counted"


@pytest.fixture
def app(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[Flask]:
    """A program whose jobs lie in a file, whose limits count, and which writes its log."""
    with program(tmp_path, room, {"LIMITS": True}) as built, built.app_context():
        settings = replace(built.extensions["settings"], environment=Environment.DEVELOPMENT)
        database: db.Database = built.extensions["database"]
        database.queue = jobs.Queue(settings, database, built.app_context)
        db.use(database)
        metrics.install(built)
        logs.configure(quiet=False)
        yield built
        logs.configure(quiet=True)
        limits.limiter.reset()
        limits.limiter.enabled = False


@pytest.fixture
def broken_job() -> Iterator[None]:
    """A job that fails with a personal text."""

    @jobs.job("test.breaks")
    def breaks(number: int) -> None:
        raise LookupError(f"{EMAIL} is number {number}")

    yield
    del jobs._jobs["test.breaks"]


def traces(text: str | bytes) -> list[str]:
    said = (text if isinstance(text, bytes) else text.encode()).lower()
    return [canary for canary in CANARIES if canary.encode() in said]


@pytest.mark.clause("P2")
def test_a_view_and_a_job_that_fail_leave_their_kind_and_place_and_no_word(
    app: Flask, broken_job: None, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    client = app.test_client()
    for then, status in (("break", 500), ("", 200)):
        answer = client.post("/breaks", data={"email": EMAIL, "then": then}, **CALLER)  # type: ignore[arg-type]
        assert (answer.status_code, traces(answer.data)) == (status, [])
    again = client.post("/breaks", data={"email": EMAIL}, **CALLER)  # type: ignore[arg-type]
    assert (again.status_code, traces(again.data)) == (500, []), "the database's own words hold the row"
    queued = b"".join(file.read_bytes() for file in tmp_path.glob("jobs*"))
    assert b"test.breaks" in queued and traces(queued) == []
    app.extensions["database"].queue.drain()
    written = capfd.readouterr().err
    said = [json.loads(line) for line in written.splitlines()]
    kinds = {line["error"].split()[0] for line in said if "error" in line}
    assert kinds >= {"LookupError", "IntegrityError"}
    assert any(line["event"] == "library" and line["kind"] == "huey" for line in said), "a job's failure is told"
    assert traces(written) == []
    for file in tmp_path.glob("jobs*"):
        assert traces(file.read_bytes()) == [], file.name


@pytest.mark.clause("P2", "P19")
def test_pages_of_errors_the_log_and_the_numbers_echo_nothing(app: Flask, capfd: pytest.CaptureFixture[str]) -> None:
    client, query = app.test_client(), f"?q={EMAIL}&name=Canary"
    for accept in ("text/html", "application/json"):
        given: Any = {**CALLER, "headers": {**CALLER["headers"], "Accept": accept}}
        answers = {
            404: client.get(f"/no/{EMAIL}{query}", **given),
            405: client.post(f"/counted{query}", data={"name": NAME}, **given),
            413: client.post(f"/breaks{query}", data={"email": EMAIL + "x" * 13_000_000}, **given),
        }
        for status, answer in answers.items():
            assert answer.status_code == status
            assert traces(answer.data) == traces(str(answer.headers)) == [], status
    client.open("/counted", method="CANARY", **CALLER)  # type: ignore[arg-type]
    numbers = metrics.generate_latest(metrics.REGISTRY)
    assert b"/breaks" in numbers and traces(numbers) == []
    assert traces(capfd.readouterr().err) == []


@pytest.mark.clause("P2")
def test_a_caller_is_counted_under_a_hash_that_nobody_can_follow_from_one_day_to_the_next(app: Flask) -> None:
    client = app.test_client()
    client.get("/counted", **CALLER)  # type: ignore[arg-type]
    first = counted_keys()
    with clock.moved(timedelta(days=1)):
        client.get("/counted", **CALLER)  # type: ignore[arg-type]
        second = counted_keys() - first
    assert len(first) == len(second) == 2, "ten a minute and sixty an hour, each day under another name"
    assert traces(" ".join(first | second)) == []


def counted_keys() -> set[str]:
    """The names under which the limiter keeps its counts in memory."""
    store: Any = limits.limiter.storage
    return {*store.storage, *store.events}


@pytest.mark.clause("P2")
def test_what_a_browser_or_a_proxy_says_about_its_host_and_mail_is_never_read(app: Flask) -> None:
    asked: list[str] = []

    class Watched(dict[str, Any]):
        """An environment that notes what is read from it."""

        def __getitem__(self, name: str) -> Any:
            asked.append(name)
            return super().__getitem__(name)

        def get(self, name: str, default: Any = None) -> Any:
            asked.append(name)
            return super().get(name, default)

    inner = app.wsgi_app
    app.wsgi_app = lambda environ, start: inner(Watched(environ), start)  # type: ignore[method-assign, assignment]
    for page in ("/counted", "/nothing-here"):
        app.test_client().get(page, **CALLER)  # type: ignore[arg-type]
    assert "PATH_INFO" in asked
    assert set(asked) & set(UNREAD) == set()


@pytest.mark.clause("P2")
def test_no_code_names_what_would_tell_a_host_or_a_mail_address() -> None:
    words = {*UNREAD, "Via", "Forwarded", "X-Real-IP", "REMOTE_USER", "X-Forwarded-For"}
    calls = {"gethostbyaddr", "gethostbyname", "getfqdn", "getnameinfo", "getaddrinfo", "access_route", "remote_user"}
    found = set()
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = node.attr if isinstance(node, ast.Attribute) else ""
            if named in calls or (isinstance(node, ast.Constant) and node.value in words):
                found.add(f"{name_of(path)}: {named or 'a word'}")
    assert found == {"core/outgoing.py: getaddrinfo"}, "only names of endpoints that staff typed are looked up"
