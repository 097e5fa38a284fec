"""Signing in and out, forgotten passwords, and the page that keeps an account safe."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from core import clock
from core.accounts import passwords
from core.accounts import service as accounts
from core.accounts.models import AccountSession
from tests.shop import PASSWORD, Shop, Visitor
from tests.storefront.account_builders import (
    HOSTILE,
    account_of,
    bcrypt_work,
    count_of,
    is_here,
    sign_in,
)
from tests.storefront.builders import make_product

WRONG = "This address and this password do not belong together."
FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


def member(shop: Shop) -> Visitor:
    """Ada, signed in by the form."""
    shop.make_account()
    visitor = shop.visitor()
    assert sign_in(visitor).status_code == 200
    visitor.account_id = account_of(shop).id
    return visitor


def test_the_right_pair_opens_a_session(shop: Shop) -> None:
    shop.make_account()
    visitor = shop.visitor()
    page = sign_in(visitor, "ADA@example.com")
    assert page.request.path == "/account"
    assert "You are signed in." in page.text
    assert "ada@example.com" in page.text
    assert is_here(visitor)


def test_a_stranger_comes_back_to_the_page_they_asked_for(shop: Shop) -> None:
    shop.make_account()
    visitor = shop.visitor()
    asked = visitor.get("/account/security?x=1")
    assert asked.request.path == "/sign-in"
    page = sign_in(visitor, page=asked.request.full_path)
    assert page.request.full_path == "/account/security?x=1"


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "evil", "/\t/evil"]
)
def test_next_leads_nowhere_else(sqlite_shop: Shop, wanted: str) -> None:
    sqlite_shop.make_account()
    for given in ({"page": f"/sign-in?next={quote(wanted)}"}, {"fields": {"next": wanted}}):
        answer = sign_in(sqlite_shop.visitor(), follow_redirects=False, **given)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/account")


def test_a_wrong_pair_gets_the_same_answer_and_costs_the_same_work(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.make_account()
    passwords.matches("warm", None, cost=4)
    answers, work = [], []
    for pair in (("ada@example.com", "wrong"), ("eve@example.com", PASSWORD), ("eve", ""), ("ada@example.com", "")):
        visitor = shop.visitor()
        with bcrypt_work(monkeypatch) as done:
            page = sign_in(visitor, *pair)
        assert page.status_code == 422
        assert WRONG in page.text
        assert f'value="{pair[0]}"' in page.text
        assert not visitor.cookies()
        answers.append(page.text.replace(f'value="{pair[0]}"', ""))
        work.append(done)
    assert len(set(answers)) == 1
    assert work == [["check 04"]] * 4


def test_nothing_that_is_typed_breaks_signing_in_or_the_reset(shop: Shop) -> None:
    shop.make_account()
    for typed in (*HOSTILE, "\u0301\u0323" * 200_000):
        for fields in ({"email": typed}, {"password": typed}, {"next": typed}, {"remembered": typed}):
            given = {"email": "eve@example.com", "password": "p", **fields}
            assert shop.visitor().submit("/sign-in", given, action="/sign-in").status_code < 500
        assert shop.visitor().submit("/reset", {"email": typed}, action="/reset").status_code < 500


def test_a_session_from_before_is_never_taken_over(shop: Shop) -> None:
    shop.make_account()
    visitor = shop.visitor()
    visitor.client.set_cookie("lp_session", "chosen-by-somebody-else")
    sign_in(visitor)
    first = visitor.cookies()["lp_session"]
    assert first != "chosen-by-somebody-else"
    shop.make_account("grace@example.com", "Grace")
    token = visitor.client.get("/account").text.split('name="form_token" value="')[1].split('"')[0]
    pair = {"email": "grace@example.com", "password": PASSWORD, "form_token": token}
    page = visitor.client.post("/sign-in", data=pair, follow_redirects=True)
    assert "grace@example.com" in page.text
    thief = shop.visitor()
    thief.client.set_cookie("lp_session", first)
    assert not is_here(thief)
    assert count_of(shop, AccountSession) == 1


def test_a_cookie_copied_before_signing_out_is_worthless_after(shop: Shop) -> None:
    visitor = member(shop)
    copied = visitor.cookies()["lp_session"]
    page = visitor.submit("/account", action="/sign-out")
    assert "You are signed out." in page.text
    assert "lp_session" not in visitor.cookies()
    thief = shop.visitor()
    thief.client.set_cookie("lp_session", copied)
    assert not is_here(thief)


def test_signing_out_is_a_form_and_harms_nobody_twice(shop: Shop) -> None:
    visitor = member(shop)
    assert visitor.get("/sign-out").status_code == 405
    assert visitor.client.post("/sign-out").status_code == 403
    assert is_here(visitor)
    assert shop.visitor().post("/sign-out", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(("ticked", "lasts"), [(True, timedelta(days=30)), (False, timedelta(hours=12))])
def test_a_session_lasts_as_long_as_was_asked(shop: Shop, ticked: bool, lasts: timedelta) -> None:
    shop.make_account()
    visitor = shop.visitor()
    answer = sign_in(visitor, fields={"remembered": "y"} if ticked else {}, follow_redirects=False)
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("lp_session="))
    assert ("Max-Age=2592000" in cookie) is ticked
    assert ("Expires" in cookie) is ticked
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    fresh = shop.visitor()
    fresh.client.set_cookie("lp_session", visitor.cookies()["lp_session"])
    with clock.moved(lasts - timedelta(minutes=5)):
        assert is_here(fresh)
    with clock.moved(lasts + timedelta(minutes=5)):
        assert not is_here(fresh)


def test_the_cart_of_a_stranger_comes_along_when_they_sign_in(shop: Shop) -> None:
    made = make_product(shop)
    shop.make_account()
    visitor = shop.visitor()
    visitor.post("/cart/add", {"edition": made.editions["solo"], "quantity": "2"})
    copied = visitor.cookies()["lp_cart"]
    sign_in(visitor)
    assert "lp_cart" not in visitor.cookies()
    assert "Kilnwatch" in visitor.get("/cart").text
    thief = shop.visitor()
    thief.client.set_cookie("lp_cart", copied)
    assert "Kilnwatch" not in thief.get("/cart").text


def test_a_hash_of_another_cost_is_made_anew_at_the_next_sign_in(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    number = shop.make_account()
    with shop.transaction():
        accounts.set_password(number, passwords.make(PASSWORD, cost=5))
    visitor = shop.visitor()
    with bcrypt_work(monkeypatch) as done:
        sign_in(visitor)
    assert done == ["check 05", "make 04"]
    assert account_of(shop).password_hash.startswith("$2b$04$")
    assert is_here(visitor)
    with bcrypt_work(monkeypatch) as done:
        assert is_here(visitor)
        sign_in(shop.visitor())
    assert done == ["check 04"]
