"""Clause P17a: contact data are corrected by oneself, with a confirmation and a way back."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.accounts import correcting
from core.accounts import service as accounts
from core.accounts.models import Account, MailedLink
from core.opening import reveal
from tests.shop import PASSWORD, Shop, Visitor

DETAILS = "/account/details"
OLD, NEW = "ada@example.com", "ada.new@example.org"


def ask(ada: Visitor, email: str = NEW, password: str = PASSWORD) -> str:
    """Ask for another address; what the page says."""
    return ada.submit(DETAILS, {"email": email, "password": password}, action="/email").text


def follow(shop: Shop, name: str, containing: str) -> Visitor:
    """Open the link of the last such mail in a fresh browser, and press its button."""
    visitor = shop.visitor()
    visitor.submit(shop.letters(name=name)[-1].link(containing))
    return visitor


def address_of(shop: Shop, account_id: int) -> str:
    """The address an account has just now."""
    with shop.transaction() as session:
        account = session.get_one(Account, account_id)
        assert account.email_hash == accounts.email_hash(reveal(account.email))
        return reveal(account.email)


@pytest.mark.clause("P17a")
def test_an_address_changes_when_its_own_mailbox_says_so_and_goes_back_when_the_former_one_does(shop: Shop) -> None:
    ada = shop.member()
    assert "look into the new mailbox" in ask(ada).lower()
    assert address_of(shop, ada.account_id) == OLD
    asked = shop.letters(NEW, "change_email")[-1].link("/new-address/")
    assert shop.visitor().get(asked).status_code == 200
    assert address_of(shop, ada.account_id) == OLD
    follow(shop, "change_email", "/new-address/")
    assert address_of(shop, ada.account_id) == NEW
    assert shop.visitor().get(asked).status_code == 400
    assert ada.get(DETAILS).status_code == 200
    notice = shop.letters(OLD, "email_changed")[-1]
    assert "ada.new" not in notice.text
    back = follow(shop, "email_changed", "/former-address/")
    assert address_of(shop, ada.account_id) == OLD
    assert ada.get("/account").request.path == "/sign-in"
    assert back.get(notice.link("/former-address/")).status_code == 400
    with shop.transaction() as session:
        assert all(link.address is None for link in session.scalars(select(MailedLink)))


@pytest.mark.clause("P17a")
def test_the_answer_is_the_same_for_an_address_that_somebody_has(shop: Shop) -> None:
    ada = shop.member()
    shop.make_account("bob@example.com", "Bob")
    free, taken = ask(ada, "bob@example.net"), ask(ada, "bob@example.com")
    assert free.replace("bob@example.net", "bob@example.com") == taken
    assert [letter.name for letter in shop.letters("bob@example.com")] == ["address_in_use"]
    held = ada.get("/account/privacy/held").text
    assert "Mails we sent you" not in held


@pytest.mark.clause("P17a")
def test_an_address_belongs_to_one_account_whoever_was_first(shop: Shop) -> None:
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    ask(ada)
    first = shop.letters(NEW, "change_email")[-1].link("/new-address/")
    ask(bob)
    follow(shop, "change_email", "/new-address/")
    assert shop.visitor().submit(first).status_code == 409
    assert (address_of(shop, ada.account_id), address_of(shop, bob.account_id)) == (OLD, NEW)


def test_nobody_keeps_an_owner_out_by_signing_up_with_the_former_address(shop: Shop) -> None:
    ada = shop.member()
    ask(ada)
    follow(shop, "change_email", "/new-address/")
    with shop.transaction():
        squatter = accounts.register(email=OLD, name_shown="Mallory", password_hash="-").id
    follow(shop, "email_changed", "/former-address/")
    assert address_of(shop, ada.account_id) == OLD
    with shop.transaction() as session:
        assert session.get_one(Account, squatter).closed_at is not None


def test_the_earliest_way_back_ends_the_later_ones(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    for email in (NEW, "third@example.org"):
        ask(ada, email)
        follow(sqlite_shop, "change_email", "/new-address/")
    first, second = (letter.link("/former-address/") for letter in sqlite_shop.letters(name="email_changed"))
    sqlite_shop.visitor().submit(first)
    assert address_of(sqlite_shop, ada.account_id) == OLD
    assert sqlite_shop.visitor().get(second).status_code == 400


def test_the_way_back_ends_the_tokens_of_programs(shop: Shop) -> None:
    ada = shop.member()
    made = {"name": "Sly", "scope": "forum:read", "days": "30"}
    token = re.findall(r"lpat_[0-9a-f]{48}", ada.submit("/account/tokens", made, action="/tokens/new").text)[0]
    said = {"Authorization": f"Bearer {token}"}
    ask(ada)
    follow(shop, "change_email", "/new-address/")
    assert shop.visitor().get("/v1/token", headers=said).status_code == 200
    follow(shop, "email_changed", "/former-address/")
    assert shop.visitor().get("/v1/token", headers=said).status_code == 401


def test_links_end_after_a_day_and_after_a_week_and_with_the_password(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    with sqlite_shop.transaction():
        change = correcting.ask_change(ada.account_id, NEW)
        undo = correcting.keep_way_back(accounts.get(ada.account_id), OLD)
    with clock.moved(timedelta(hours=25)):
        assert sqlite_shop.visitor().get(f"/new-address/{change}").status_code == 400
        assert sqlite_shop.visitor().get(f"/former-address/{undo}").status_code == 200
    with clock.moved(timedelta(days=7, minutes=1)):
        assert sqlite_shop.visitor().get(f"/former-address/{undo}").status_code == 400


def test_what_is_refused_keeps_what_was_typed(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    sqlite_shop.make_account("bob@example.com", "Bob")
    wrong = ask(ada, NEW, "not my password at all")
    assert "not your present password" in wrong
    assert f'value="{NEW}"' in wrong
    assert "your address already" in ask(ada, "ADA@example.com")
    taken = ada.submit(DETAILS, {"name": "BOB"}, action="/name").text
    assert "already goes by this name" in taken
    assert 'value="BOB"' in taken
    assert not sqlite_shop.letters()


@pytest.mark.clause("P17a")
def test_another_name_is_shown_at_once_and_leads_from_every_datum_to_its_correction(shop: Shop) -> None:
    ada = shop.member()
    assert "shown from now on" in ada.submit(DETAILS, {"name": "Ada B."}, action="/name").text
    assert "Ada B." in ada.get("/account").text
    assert "shown from now on" in ada.submit(DETAILS, {"name": "ADA B."}, action="/name").text
    with shop.transaction():
        assert accounts.names_shown([ada.account_id]) == {ada.account_id: "ADA B."}
        assert not accounts.is_name_taken("Ada")
    for page in ("/account", "/account/privacy/held"):
        assert f'href="{DETAILS}' in ada.get(page).text


@pytest.mark.clause("P17a")
def test_two_accounts_that_want_one_address_at_once_are_told_apart(shop: Shop) -> None:
    people = [shop.member(f"{name}@example.com", name.title()) for name in ("bob", "eve")]
    for one in people:
        ask(one)
    links = [letter.link("/new-address/") for letter in shop.letters(NEW, "change_email")]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda link: shop.visitor().submit(link), links))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert "Nothing was changed here" in next(one.text for one in answers if one.status_code == 409)
    found = sorted(address_of(shop, one.account_id) for one in people)
    assert NEW in found and found != [NEW, NEW]
