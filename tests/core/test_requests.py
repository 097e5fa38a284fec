"""One request is one transaction; refusals undo; forms come from our own pages; nothing private is kept by caches."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response, request
from sqlalchemy import func, select

from core import db, forms, later, web
from core.access import Permission, public, signed_in, staff
from core.accounts import service as accounts
from core.accounts.models import Acceptance
from core.asking import nothing, takes
from core.errors import Conflict
from tests.core.areas import program


def room(app: Flask) -> None:  # noqa: C901 — one small view after the other, no branches
    @app.post("/write")
    @public
    @takes(then=nothing("what shall happen"))
    def write() -> str:
        accounts.accept(1, "terms", 1, place="test")
        if request.form.get("then") == "refuse":
            raise Conflict("That was taken a moment ago.")
        if request.form.get("then") == "break":
            raise ZeroDivisionError("a secret value: 4711")
        return "written"

    @app.get("/reads-only")
    @public
    def reads_only() -> str:
        accounts.accept(1, "terms", 1, place="test")
        db.session.flush()
        return "never"

    @app.get("/form")
    @public
    def form() -> str:
        return forms.form_token()

    @app.get("/mine")
    @signed_in
    def mine() -> str:
        return web.me().name_shown

    @app.get("/behind")
    @staff(Permission.AUDIT)
    def behind() -> str:
        return "behind the counter"

    @app.get("/go")
    @public
    def go() -> Response:
        return web.see_other(request.args.get("next", ""), say="Done so.")

    @app.get("/cached")
    @public(cached=True)
    def cached() -> str:
        return str(db.session.scalar(select(func.count()).select_from(Acceptance)))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    with program(tmp_path, room) as built, built.app_context():
        db.use(built.extensions["database"])
        with db.transaction():
            accounts.register(email="ada@example.com", name_shown="Ada", password_hash="x")
        yield built


def written(app: Flask) -> int:
    with db.transaction(reading=True) as session:
        return session.scalar(select(func.count()).select_from(Acceptance)) or 0


def signed(app: Flask, *permissions: Permission) -> str:
    with db.transaction():
        accounts.grant(1, permissions)
        return accounts.open_session(1, remembered=False, browser="Test", two_factors=True)


def test_what_a_view_wrote_is_stored_after_it_returned(app: Flask) -> None:
    client = app.test_client()
    answer = client.post("/write", data={"form_token": client.get("/form").text})
    assert answer.text == "written"
    assert written(app) == 1


@pytest.mark.parametrize(("then", "status"), [("refuse", 409), ("break", 500)])
def test_whatever_raises_undoes_everything(app: Flask, then: str, status: int) -> None:
    client = app.test_client()
    answer = client.post("/write", data={"form_token": client.get("/form").text, "then": then})
    assert answer.status_code == status
    assert written(app) == 0
    assert "4711" not in answer.text


def test_a_page_that_is_only_looked_at_cannot_write(app: Flask) -> None:
    assert app.test_client().get("/reads-only").status_code == 500
    assert written(app) == 0


@pytest.mark.parametrize("token", ["", "0-forged", "zzz"])
def test_a_form_without_a_good_token_changes_nothing_and_keeps_what_was_typed(app: Flask, token: str) -> None:
    answer = app.test_client().post("/write", data={"form_token": token, "title": "A long text"})
    assert answer.status_code == 403
    assert "A long text" in answer.text
    assert written(app) == 0


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_form_from_another_site_changes_nothing_and_is_not_offered_again(app: Flask, headers: dict[str, str]) -> None:
    client = app.test_client()
    token = client.get("/form").text
    answer = client.post("/write", data={"form_token": token, "title": "A long text"}, headers=headers)
    assert answer.status_code == 403
    assert "A long text" not in answer.text
    assert written(app) == 0


def test_a_strangers_token_is_the_same_for_every_stranger_and_worth_nothing_in_a_session(app: Flask) -> None:
    token = app.test_client().get("/form").text
    assert token == app.test_client().get("/form").text
    client = app.test_client()
    client.set_cookie("lp_session", signed(app))
    assert client.post("/write", data={"form_token": token}).status_code == 403
    assert client.post("/write", data={"form_token": client.get("/form").text}).status_code == 200


def test_private_pages_send_strangers_to_sign_in_and_bring_them_back(app: Flask) -> None:
    answer = app.test_client().get("/mine?page=2")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sign-in?next=/mine%3Fpage%3D2"


def test_private_pages_are_kept_by_no_cache(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("lp_session", signed(app))
    answer = client.get("/mine")
    assert answer.text == "Ada"
    assert answer.headers["Cache-Control"] == "no-store"


def test_staff_pages_ask_for_the_very_permission(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("lp_session", signed(app, Permission.SALES))
    assert client.get("/behind").status_code == 403
    client.set_cookie("lp_session", signed(app, Permission.AUDIT))
    assert client.get("/behind").text == "behind the counter"


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nSet-Cookie: x=1", ""],
)
def test_next_is_a_path_of_this_host_or_the_first_page(app: Flask, wanted: str) -> None:
    answer = app.test_client().get("/go", query_string={"next": wanted})
    assert answer.headers["Location"] == "/"


def test_a_strangers_page_is_made_once_until_something_public_changes(app: Flask) -> None:
    client = app.test_client()
    first = client.get("/cached")
    assert client.get("/cached", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert "Set-Cookie" not in first.headers
    with db.transaction():
        accounts.register(email="grace@example.com", name_shown="Grace", password_hash="x")
    assert app.extensions["versions"].now() > 0
    assert client.get("/cached").status_code == 200


def test_a_private_change_leaves_cached_pages_alone(app: Flask) -> None:
    before = app.extensions["versions"].now()
    signed(app)
    assert app.extensions["versions"].now() == before


def test_notes_of_a_read_page_are_written_together_afterwards(app: Flask) -> None:
    found: list[dict[object, int]] = []
    later.writes("test", found.append)
    later.note("test", "topic", 3)
    later.note("test", "topic", 9)
    later.note("test", "topic", 7)
    later.flush()
    assert found == [{"topic": 9}]
    assert not later.waiting()


@pytest.mark.parametrize("path", ["/a%00b", "/form?q=a%00b", "/" + "x" * 4000, "/form?next=" + "%ff" * 50])
def test_hostile_addresses_are_answered_without_breaking(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code < 500


@pytest.mark.clause("P19")
def test_under_https_pages_redirect_and_posts_over_plain_http_are_refused(tmp_path: Path) -> None:
    with program(tmp_path, room, base_url="https://shop.example.com") as app:
        client = app.test_client()
        shown = client.get("/form?a=1", base_url="http://shop.example.com")
        assert (shown.status_code, shown.headers["Location"]) == (308, "https://shop.example.com/form?a=1")
        refused = client.post("/write", base_url="http://shop.example.com", data={})
        assert refused.status_code == 403
        secure = client.get("/form", base_url="https://shop.example.com")
        assert secure.headers["Strict-Transport-Security"].startswith("max-age=63072000")
