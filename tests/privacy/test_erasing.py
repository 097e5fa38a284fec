"""Erasing: what was said before is what is there afterwards."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from core import forgotten
from core.access import Permission, staff_actor
from core.accounts import service as accounts
from core.accounts.models import Account
from core.db import session
from privacy import register
from privacy.erasure import rest, rules
from privacy.erasure.models import Erasure
from privacy.retention import holds
from tests.privacy.builders import write_about_order
from tests.privacy.test_requests import customer_of, enter
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


def test_a_backup_that_comes_back_is_forgotten_again(sqlite_shop: Shop, tmp_path: Path) -> None:
    """The ledger lies beside the database: an older copy of it does not bring anybody back."""
    ada, store = sqlite_shop.member(), sqlite_shop.database.engine.url.database
    assert store
    copy(store, tmp_path / "backup.sqlite3")
    erase(ada)
    copy(tmp_path / "backup.sqlite3", store)
    assert ada_is_there(sqlite_shop)
    with sqlite_shop.transaction():
        assert forgotten.replay()["erasure"] == 1
    assert not ada_is_there(sqlite_shop)
    assert_as_said(sqlite_shop, ada.account_id)
    with sqlite_shop.transaction():
        assert forgotten.replay()["erasure"] == 0


def copy(source: str | Path, target: str | Path) -> None:
    """Put one database in the place of another, as a restore does."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def ada_is_there(shop: Shop) -> bool:
    """Whether her address leads to an account."""
    with shop.transaction():
        return accounts.find_by_email("ada@example.com") is not None


def test_a_legal_hold_has_to_be_lifted_first(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    staff = staff_actor(sqlite_shop.make_account("pia@example.com", "Pia", [Permission.PRIVACY]), Permission.PRIVACY)
    write_about_order(sqlite_shop, ada.account_id)
    with sqlite_shop.transaction():
        number = session.get_one(Account, ada.account_id).number
        holds.put(staff, number, "telephone", "A court asked for the number, should there be one.")
        held = holds.put(staff, number, "communication", "A court asked for the letters.").id
    answer = erase(ada)
    assert answer.status_code == 409
    assert "Mails and letters: a legal hold keeps this" in answer.text
    assert "Telephone numbers: a legal hold" not in answer.text, "there is none to keep"
    kept = re.findall(r"as request (R-[0-9-]+)", answer.text) + re.findall(r"R-[0-9-]+", erase(ada, "remove").text)
    assert len(set(kept)) == 1, "the same wish, said twice"
    assert "In work" in ada.get("/account/privacy/requests").text
    assert "Remove them" in ada.get(f"/account/privacy/requests/{kept[0]}").text
    with sqlite_shop.transaction():
        holds.lift(staff, held, "The court has them.")
    pia = sqlite_shop.visitor()
    pia.sign_in(staff.account_id or 0)
    assert "Erased" in pia.submit(f"/staff/requests/{kept[0]}", action="/grant").text
    assert_as_said(sqlite_shop, ada.account_id)


@pytest.mark.clause("P16")
def test_a_letter_that_asks_for_it_is_carried_out_by_staff(shop: Shop) -> None:
    ada, pia = shop.member(), shop.member("pia@example.com", "Pia", [Permission.PRIVACY])
    page = enter(pia, customer_of(ada), kind="erasure", door="letter", posts="remove")
    [number] = re.findall(r"/staff/requests/([^/\"]+)/identify", page)
    for verb, said in (("identify", "The signature is the one on file."), ("grant", "")):
        assert pia.submit(f"/staff/requests/{number}", {"said": said}, action=f"/{verb}").status_code == 200
    assert not ada_is_there(shop)
    with shop.transaction():
        assert session.query(Erasure).one().posts == "remove"
    assert shop.letters(name="erased")[0].address == "ada@example.com"
    shop.work()
    assert_as_said(shop, ada.account_id)
