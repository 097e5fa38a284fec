"""Forgotten passwords, and the page that keeps an account safe: sessions listed and ended, another password."""

from datetime import timedelta

import pytest

from core import clock
from core.accounts.models import AccountSession
from tests.shop import PASSWORD, Shop, Visitor, find_form
from tests.storefront.account_builders import (
    OTHER_PASSWORD,
    account_of,
    bcrypt_work,
    count_of,
    is_here,
    sign_in,
    sign_up,
)

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def ask(shop: Shop, address: str = "ada@example.com") -> str:
    """Ask for a link and answer its path from the mail."""
    shop.visitor().submit("/reset", {"email": address}, action="/reset")
    shop.work()
    return shop.letters(address, "reset")[-1].link("/reset/")


def choose(visitor: Visitor, link: str, password: str = OTHER_PASSWORD) -> object:
    """Choose a password behind a link."""
    return visitor.submit(link, {"password": password}, action="/reset/")


def test_asking_for_a_link_answers_alike_and_mails_only_who_is_known(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.make_account()
    answers, counts = [], []
    for address in ("ada@example.com", "eve@example.com"):
        visitor = shop.visitor()
        form = find_form(visitor.get("/reset").text, "/reset").values
        with bcrypt_work(monkeypatch) as done, shop.statements() as seen:
            page = visitor.client.post("/reset", data={**form, "email": address})
        answers.append((page.status_code, page.text.replace(address, "…"), sorted(page.headers)))
        counts.append((done, len(seen)))
        assert not visitor.cookies()
    assert answers[0] == answers[1]
    assert counts[0] == counts[1] == ([], 0)
    shop.work()
    assert [(one.name, one.address) for one in shop.letters()] == [("reset", "ada@example.com")]


def test_an_address_that_is_none_is_refused_beside_the_field(shop: Shop) -> None:
    page = shop.visitor().submit("/reset", {"email": "ada@"}, action="/reset")
    assert page.status_code == 422
    assert 'value="ada@"' in page.text
    assert "Please write your whole e-mail address" in page.text


def test_a_new_password_is_kept_ends_all_sessions_and_is_told_by_mail(shop: Shop) -> None:
    shop.make_account()
    elsewhere, visitor = shop.visitor(), shop.visitor()
    sign_in(elsewhere)
    link = ask(shop)
    shown = visitor.get(link)
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert shown.headers["Cache-Control"] == "no-store"
    page = choose(visitor, link)
    assert page.request.path == "/sign-in"
    assert "Your new password is kept" in page.text
    assert not is_here(elsewhere)
    assert sign_in(visitor).status_code == 422
    assert sign_in(visitor, password=OTHER_PASSWORD).request.path == "/account"
    assert [one.name for one in shop.letters()] == ["reset", "password_changed"]
    assert OTHER_PASSWORD not in shop.letters()[1].text


def test_a_link_works_once_and_for_an_hour_and_only_the_latest(shop: Shop) -> None:
    shop.make_account()
    first, second = ask(shop), ask(shop)
    visitor = shop.visitor()
    assert visitor.get(first).status_code == 400
    with clock.moved(timedelta(minutes=61)):
        assert visitor.get(second).status_code == 400
    sent = {**find_form(visitor.get(second).text, "/reset/").values, "password": OTHER_PASSWORD}
    assert visitor.client.post(second, data=sent).status_code == 303
    again = visitor.client.post(second, data={**sent, "password": "another long quiet evening 9"})
    assert again.status_code == 400
    assert "Have a new link mailed" in again.text
    assert sign_in(visitor, password=OTHER_PASSWORD).request.path == "/account"


def test_opening_the_link_or_a_weak_password_uses_nothing_up(shop: Shop) -> None:
    shop.make_account()
    link, visitor = ask(shop), shop.visitor()
    for weak in ("", "short", "ada@example.com1", PASSWORD[:9], "licensepal1", "\x00" * 40, "x" * 10_240):
        page = choose(visitor, link, weak)
        assert page.status_code == 422
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert 'id="password-error"' in page.text
    assert choose(visitor, link).request.path == "/sign-in"


def test_a_new_password_ends_other_links_and_confirms_the_address(shop: Shop) -> None:
    sign_up(shop.visitor())
    assert account_of(shop).confirmed_at is None
    choose(shop.visitor(), ask(shop))
    assert account_of(shop).confirmed_at is not None


def test_a_page_without_referrer_posts_without_origin_and_still_only_from_here(shop: Shop) -> None:
    shop.make_account()
    link, visitor = ask(shop), shop.visitor()
    sent = {**find_form(visitor.get(link).text, "/reset/").values, "password": OTHER_PASSWORD}
    for site in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "same-site"}):
        refused = visitor.client.post(link, data=sent, headers={"Origin": "null", **site})
        assert refused.status_code == 403
    from_here = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    assert visitor.client.post(link, data=sent, headers=from_here).status_code == 303


def test_the_browsers_are_listed_by_name_and_never_by_address(shop: Shop) -> None:
    shop.make_account()
    sign_in(shop.visitor(), headers={"User-Agent": FIREFOX})
    visitor = shop.visitor()
    sign_in(visitor, headers={"User-Agent": "curl/8"})
    page = visitor.get("/account/security").text
    assert "Firefox on Linux" in page
    assert "curl" in page
    assert page.count("this one") == 1
    assert "Mozilla" not in page
    assert "127.0.0.1" not in page


def test_one_browser_or_all_others_can_be_signed_out(shop: Shop) -> None:
    shop.make_account()
    others = [shop.visitor() for _ in range(3)]
    visitor = shop.visitor()
    for one in (*others, visitor):
        sign_in(one)
    page = visitor.submit("/account/security", action="/account/security/end/")
    assert "That browser is signed out." in page.text
    assert sum(is_here(one) for one in others) == 2
    page = visitor.submit("/account/security", action="/account/security/end-others")
    assert "2 other browsers are signed out." in page.text
    assert not any(is_here(one) for one in others)
    assert is_here(visitor)
    assert "end-others" not in visitor.get("/account/security").text


def test_nobody_signs_out_the_browsers_of_others(shop: Shop) -> None:
    shop.make_account()
    victim, visitor = shop.visitor(), shop.member("eve@example.com", "Eve Stone")
    sign_in(victim)
    for number in range(1, 4):
        if (visitor.post(f"/account/security/end/{number}")).status_code == 200:
            visitor.sign_in(visitor.account_id)
    assert is_here(victim)
    assert visitor.post("/account/security/end/999999999999999999999").status_code == 404
    assert shop.visitor().client.post("/account/security/end/1").status_code in {303, 403}


def change(visitor: Visitor, **fields: str) -> object:
    """Fill in the form for another password."""
    given = {"current_password": PASSWORD, "password": OTHER_PASSWORD, **fields}
    return visitor.submit("/account/security", given, action="/account/security/password")


def test_another_password_ends_all_other_sessions_and_renews_this_one(shop: Shop) -> None:
    shop.make_account()
    elsewhere, visitor = shop.visitor(), shop.visitor()
    sign_in(elsewhere)
    sign_in(visitor, fields={"remembered": "y"})
    link, before = ask(shop), visitor.cookies()["lp_session"]
    page = change(visitor)
    assert "Your new password is kept" in page.text
    assert is_here(visitor)
    assert not is_here(elsewhere)
    assert visitor.cookies()["lp_session"] != before
    assert count_of(shop, AccountSession) == 1
    with clock.moved(timedelta(days=29)):
        thief = shop.visitor()
        thief.client.set_cookie("lp_session", before)
        assert not is_here(thief)
        assert is_here(visitor)
    assert shop.visitor().get(link).status_code == 400
    assert shop.letters(name="password_changed")
    assert sign_in(shop.visitor(), password=OTHER_PASSWORD).request.path == "/account"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("current_password", "wrong", "This is not your present password."),
        ("current_password", "", "This is not your present password."),
        ("password", "short", "Please use at least 15 characters"),
        ("password", "ada@example.com", "would help"),
    ],
)
def test_a_refused_change_changes_nothing(shop: Shop, field: str, typed: str, sentence: str) -> None:
    shop.make_account()
    elsewhere, visitor = shop.visitor(), shop.visitor()
    sign_in(elsewhere)
    sign_in(visitor)
    page = change(visitor, **{field: typed})
    assert page.status_code == 422
    assert sentence in page.text.split(f'id="{field}-error"')[1][:600]
    assert PASSWORD not in page.text
    assert OTHER_PASSWORD not in page.text
    assert is_here(elsewhere)
    assert not shop.letters()


def test_the_address_is_shown_to_its_owner_alone(shop: Shop) -> None:
    visitor = shop.member()
    page = visitor.get("/account")
    assert "ada@example.com" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert account_of(shop).number in page.text
    for way in ("/account/orders", "/account/licenses", "/account/privacy", "/account/security"):
        assert f'href="{way}"' in page.text
    other = shop.member("eve@example.com", "Eve Stone")
    assert "ada@example.com" not in other.get("/account").text
    assert shop.visitor().get("/account").request.path == "/sign-in"


def test_one_page_of_the_account_is_the_current_one(sqlite_shop: Shop) -> None:
    page = sqlite_shop.member().get("/account/security").text
    assert page.count('<a href="/account/security" aria-current="page"') == 2
    assert '<a href="/account" aria-current="page"' not in page
