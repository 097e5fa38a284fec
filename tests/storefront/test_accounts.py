"""Opening an account and confirming it: through the front door, on both databases."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.accounts.models import Acceptance, Account
from privacy.policies import service as policies
from storefront.account.rules import browser_name
from storefront.pages.rules import TERMS_VERSION
from tests.shop import PASSWORD, Shop
from tests.storefront.account_builders import (
    ADA,
    HOSTILE,
    OTHER_PASSWORD,
    account_of,
    bcrypt_work,
    confirm_link,
    count_of,
    is_here,
    sign_in,
    sign_up,
)
from tests.storefront.builders import make_product


def test_who_signs_up_gets_a_mail_and_no_session_yet(shop: Shop) -> None:
    visitor = shop.visitor()
    page = sign_up(visitor)
    assert page.status_code == 200
    assert "Look into your mailbox" in page.text
    assert "ada@example.com" in page.text
    assert not visitor.cookies()
    account = account_of(shop)
    assert (account.name_shown, account.confirmed_at) == ("Ada", None)
    assert PASSWORD not in account.password_hash
    letters = shop.letters()
    assert [(one.name, one.address) for one in letters] == [("confirm", "ada@example.com")]
    assert "/confirm/" in letters[0].html


def test_the_accepted_versions_are_kept_with_their_place(shop: Shop) -> None:
    sign_up(shop.visitor())
    with shop.transaction() as session:
        kept = {(one.text, one.version, one.place) for one in session.scalars(select(Acceptance))}
        assert kept == {("terms", TERMS_VERSION, "sign-up"), ("policy", policies.current_version(), "sign-up")}


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("email", "ada", "Please write your whole e-mail address"),
        ("email", "", "Please write your whole e-mail address"),
        ("name", "A", "A name has 2 to 40 characters"),
        ("name", "LicensePal Support", "could be taken for one of our staff"),
        ("name", "www.ada.example", "cannot look like a web address"),
        ("password", "short", "Please use at least 15 characters"),
        ("password", "", "Please use at least 15 characters"),
        ("password", "password12345678", "would help"),
        ("password", "ada@example.com", "would help"),
        ("agreed", "", "Please read and accept both"),
    ],
)
def test_a_refusal_stands_beside_its_field_and_what_was_typed_stays(
    sqlite_shop: Shop, field: str, typed: str, sentence: str
) -> None:
    fields = {**ADA, field: typed}
    if field == "agreed":
        del fields["agreed"]
    visitor = sqlite_shop.visitor()
    page = visitor.submit("/sign-up", fields, action="/sign-up")
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert sentence in page.text.split(f'id="{field}-error"')[1][:600]
    for kept in {"email", "name"} - {field}:
        assert f'value="{ADA[kept]}"' in page.text
    assert PASSWORD not in page.text
    assert count_of(sqlite_shop, Account) == 0


def test_a_name_is_given_once_even_when_it_only_looks_the_same(shop: Shop) -> None:
    shop.make_account("first@example.com", "Ada")
    page = sign_up(shop.visitor(), name="\u0410d\u0430")
    assert page.status_code == 422
    assert "already goes by this name" in page.text
    assert not shop.letters()


def test_a_known_address_gets_the_same_answer_and_its_owner_a_mail(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.make_account("known@example.com", "Grace")
    before = account_of(shop, "known@example.com").password_hash
    answers, work = [], []
    for address in ("known@example.com", "fresh@example.com", "KNOWN@Example.COM"):
        visitor = shop.visitor()
        with bcrypt_work(monkeypatch) as done:
            page = sign_up(visitor, email=address, name="Ada Lovelace" if "fresh" in address else "Ada King")
        assert not visitor.cookies()
        answers.append((page.status_code, page.text.replace(address, "…").replace("Example.COM", "…")))
        work.append(done)
    assert answers[0][1].replace("known@example.com", "") == answers[1][1]
    assert answers[0][0] == answers[1][0] == answers[2][0] == 200
    assert work == [["make 04"]] * 3
    assert [one.name for one in shop.letters("known@")] == ["already_registered"] * 2
    assert [one.name for one in shop.letters("fresh@")] == ["confirm"]
    assert account_of(shop, "known@example.com").password_hash == before
    assert count_of(shop, Account) == 2


def test_the_mail_to_a_known_address_lets_its_owner_choose_a_password(shop: Shop) -> None:
    sign_up(shop.visitor(), name="Not Ada")
    with clock.moved(timedelta(hours=1)):
        sign_up(shop.visitor(), name="Ada Herself")
        link = shop.letters(name="already_registered")[0].link("/reset/")
        visitor = shop.visitor()
        visitor.submit(link, {"password": OTHER_PASSWORD}, action="/reset/")
        assert sign_in(visitor).status_code == 422
        assert sign_in(visitor, password=OTHER_PASSWORD).request.path == "/account"
    assert account_of(shop).confirmed_at is not None


def test_a_double_click_opens_one_account_and_mails_once(shop: Shop) -> None:
    visitor = shop.visitor()
    first, second = sign_up(visitor), sign_up(visitor)
    assert first.status_code == second.status_code == 200
    assert first.text == second.text
    assert [one.name for one in shop.letters()] == ["confirm"]


@pytest.mark.parametrize("same", ["email", "name"])
def test_two_at_once_with_one_address_or_name_both_get_a_polite_answer(shop: Shop, same: str) -> None:
    fields = [{**ADA, "email": f"n{n}@example.com", "name": f"Ada {n}", same: ADA[same]} for n in range(4)]
    visitors = [shop.visitor() for _ in fields]
    token = visitors[0].client.get("/sign-up").text.split('name="form_token" type="hidden" value="')[1].split('"')[0]
    gate, seen = threading.Barrier(len(fields)), []

    def send(number: int) -> None:
        gate.wait(timeout=30)
        answer = visitors[number].client.post("/sign-up", data={**fields[number], "form_token": token})
        seen.append(answer.status_code)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(len(fields))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert count_of(shop, Account) == 1
    assert sorted(seen) == ([200] * 4 if same == "email" else [200, 422, 422, 422])


@pytest.mark.parametrize("field", ["email", "name", "password", "agreed"])
def test_nothing_that_is_typed_breaks_the_form(shop: Shop, field: str) -> None:
    for typed in HOSTILE:
        page = sign_up(shop.visitor(), **{"email": "eve@example.com", "name": "Eve Stone", field: typed})
        assert page.status_code < 500, (field, typed[:40])
        assert "<script>alert" not in page.text


def test_a_program_that_opens_every_link_confirms_nothing(shop: Shop) -> None:
    sign_up(shop.visitor())
    link, scanner = confirm_link(shop), shop.visitor()
    for _ in range(2):
        page = scanner.get(link)
        assert page.status_code == 200
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        scanner.client.head(link)
    assert not scanner.cookies()
    assert account_of(shop).confirmed_at is None


def test_the_button_confirms_signs_in_and_works_once(shop: Shop) -> None:
    sign_up(shop.visitor())
    link, visitor = confirm_link(shop), shop.visitor()
    page = visitor.submit(link, action="/confirm/")
    assert page.request.path == "/account"
    assert "Your address is confirmed, and you are signed in." in page.text
    assert account_of(shop).confirmed_at is not None
    again = shop.visitor().get(link)
    assert again.status_code == 400
    assert "just sign in" in again.text
    assert visitor.get(link).request.path == "/account"


def test_a_link_for_confirming_ends_after_three_days_and_a_new_one_can_be_had(shop: Shop) -> None:
    visitor = shop.visitor()
    sign_up(visitor)
    link = confirm_link(shop)
    with clock.moved(timedelta(days=3, minutes=1)):
        assert visitor.get(link).status_code == 400
        visitor.account_id = account_of(shop).id
        visitor.sign_in(visitor.account_id)
        page = visitor.submit("/account", action="/account/confirm-again")
        assert "on its way" in page.text
        fresh = confirm_link(shop)
        assert fresh != link
        page = visitor.submit(fresh, action="/confirm/")
        assert "Thank you. Your address is confirmed." in page.text
        assert "Send the mail again" not in page.text


def test_the_cart_of_a_stranger_comes_along_when_they_confirm(shop: Shop) -> None:
    made = make_product(shop)
    visitor = shop.visitor()
    visitor.post("/cart/add", {"edition": made.editions["solo"], "quantity": "2"})
    assert "lp_cart" in visitor.cookies()
    sign_up(visitor)
    page = visitor.submit(confirm_link(shop), action="/confirm/")
    assert page.request.path in {"/cart", "/account"}
    assert "lp_cart" not in visitor.cookies()
    assert "Kilnwatch" in visitor.get("/cart").text


@pytest.mark.parametrize("token", ["x", "%00", "%ff%fe", "🦊", "a" * 5000, "..%2f..", "'--"])
def test_an_invented_link_is_a_page_that_says_so(sqlite_shop: Shop, token: str) -> None:
    for door in ("/confirm/", "/reset/"):
        visitor = sqlite_shop.visitor()
        assert visitor.get(door + token).status_code in {400, 404}
        assert visitor.post(door + token, {"password": PASSWORD}).status_code in {400, 404}


def test_somebody_who_has_not_confirmed_may_look_but_is_told(shop: Shop) -> None:
    sign_up(shop.visitor())
    visitor = shop.visitor()
    visitor.sign_in(account_of(shop).id)
    assert is_here(visitor)
    page = visitor.get("/account")
    assert "Please confirm your address" in page.text
    assert "Send the mail again" in page.text
    assert visitor.get("/checkout").status_code == 403


def test_browsers_are_named_as_their_owners_would() -> None:
    chrome = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"
    )
    iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
    assert browser_name(chrome) == "Chrome on Windows"
    assert browser_name(f"{chrome} Edg/141.0") == "Edge on Windows"
    assert browser_name(iphone) == "Safari on an iPhone"
    assert browser_name("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0") == "Firefox on Linux"
    assert browser_name("") == browser_name("<script>" * 1000) == "An unknown browser"
