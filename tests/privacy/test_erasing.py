"""Erasing: what was said before is what is there afterwards."""

import re

import pytest
from werkzeug.test import TestResponse

from core.accounts.models import Account
from core.db import session
from privacy import register
from privacy.erasure import rest, rules
from privacy.erasure.models import Erasure
from tests.shop import PASSWORD, Shop, Visitor

ERASE = "/account/privacy/erase"


def erase(visitor: Visitor, posts: str = "keep", password: str = PASSWORD, **fields: str) -> TestResponse:
    """Fill the page's form and send it."""
    typed = {"posts": posts, "password": password, "sure": "y", **fields}
    return visitor.submit(ERASE, typed, action=ERASE)


def test_a_member_erases_themselves(shop: Shop) -> None:
    ada = shop.member()
    answer = erase(ada)
    assert answer.request.path.startswith("/privacy/erased/")
    assert "Your account is erased" in answer.text
    assert "lp_session" not in ada.cookies()
    assert shop.letters(name="erased")[0].address == "ada@example.com"
    shop.work()
    assert shop.letters() == []
    with shop.transaction():
        account = session.get_one(Account, ada.account_id)
        assert (account.email, account.email_hash, account.password_hash) == (None, None, "")
        assert account.name_shown == "A former member"
    assert_as_said(shop, ada.account_id)


def test_nobody_else_can_erase_them(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    answer = erase(ada, password="not my password at all")
    assert answer.status_code == 422
    assert "This is not your password" in answer.text
    assert ada.get("/account").status_code == 200


def test_it_takes_a_choice_and_a_yes(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    answer = ada.submit(ERASE, {"password": PASSWORD}, action=ERASE)
    assert answer.status_code == 422
    assert "Please choose one of the two" in answer.text
    assert "Please tick this" in answer.text


def test_the_address_and_the_name_are_free_again(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    erase(ada)
    again = sqlite_shop.member()
    assert again.account_id != ada.account_id
    assert again.get("/account").status_code == 200


def test_what_changed_meanwhile_is_shown_first(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    answer = erase(ada, seen="something else")
    assert answer.status_code == 409
    assert "Please look once more" in answer.text


def test_at_a_shell(sqlite_shop: Shop) -> None:
    number = sqlite_shop.make_account()
    with sqlite_shop.transaction():
        customer = session.get_one(Account, number).number
    run = sqlite_shop.app.test_cli_runner().invoke(args=["privacy", "erase", customer, "--posts", "remove", "--yes"])
    assert run.exit_code == 0, run.output
    assert re.search(r"receipt is at /privacy/erased/", run.output)
    again = sqlite_shop.app.test_cli_runner().invoke(args=["privacy", "erase", customer, "--posts", "keep", "--yes"])
    assert again.exit_code == 1
    assert "no open account" in again.output


def assert_as_said(shop: Shop, account_id: int) -> None:
    """Every declared table has exactly the rows about the person that were said to remain."""
    with shop.transaction():
        said = session.query(Erasure).filter_by(account_id=account_id).one().said
        tables = {name: rest.count(name, account_id) for name, entry in register.holdings().items() if entry.subject}
    there = {name: rows for name, rows in tables.items() if rows}
    assert there == rules.remains(said)


@pytest.mark.parametrize("path", ["/privacy/erased/nothing-here"])
def test_no_receipt_is_guessed(sqlite_shop: Shop, path: str) -> None:
    assert sqlite_shop.visitor().get(path).status_code == 404
