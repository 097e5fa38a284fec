"""Sealed values stay closed wherever a program might let them slip, and cannot move to a column with other rules."""

import copy
import json
import logging
import pickle
from collections.abc import Callable

import pytest
from flask import render_template_string
from markupsafe import escape
from sqlalchemy import select, text, update
from sqlalchemy.exc import StatementError

from core import keys
from core.accounts import service as accounts
from core.accounts.models import Account
from core.datakeys import service as datakeys
from core.opening import reveal
from core.sealed import Forgotten, Sealed, SealedText, seal
from tests.shop import Shop

SECRET = "grace@example.com"


@pytest.fixture
def sealed() -> Sealed:
    """A value about nobody: it needs no database."""
    keys.use("k" * 40)
    return seal(SECRET, "account.email")


@pytest.mark.parametrize("show", [str, repr, "{}".format, "%s".__mod__, escape, lambda value: f"{value!s:>40}"])
def test_every_way_to_print_it_shows_the_label_only(sealed: Sealed, show: Callable[[object], str]) -> None:
    assert str(show(sealed)).strip() == "‹account.email›"


@pytest.mark.parametrize("store", [json.dumps, pickle.dumps, copy.copy, copy.deepcopy, list, vars, "".join])
def test_it_refuses_to_be_serialized_copied_or_taken_apart(sealed: Sealed, store: Callable[[object], object]) -> None:
    with pytest.raises(TypeError):
        store(sealed)


def test_a_log_and_a_template_get_its_label(
    sqlite_shop: Shop, sealed: Sealed, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("somewhere").warning("wrote to %s", sealed)
    with sqlite_shop.app.test_request_context():
        page = render_template_string("{{ it }} {{ it|safe }} {{ it ~ '' }} {{ it|upper }}", it=sealed)
    assert "‹account.email›" in page
    assert "grace" not in (caplog.text + page).lower() and sealed.box not in page + caplog.text


def test_it_opens_to_what_was_sealed(sealed: Sealed) -> None:
    assert reveal(sealed) == SECRET


@pytest.mark.parametrize("moved", [("order.phone", 0), ("account.email", 8)])
def test_moved_to_another_label_or_person_it_does_not_open(sealed: Sealed, moved: tuple[str, int]) -> None:
    with pytest.raises(ValueError, match="belongs elsewhere"):
        reveal(Sealed(*moved, sealed.box))


def test_what_was_written_before_people_had_keys_still_opens(sealed: Sealed) -> None:
    column = SealedText("account.email")
    old = column.process_result_value(f"1.0.{sealed.box}", None)  # type: ignore[arg-type]
    assert old is not None and reveal(old) == SECRET


def test_the_store_keeps_ciphertext_and_a_keyed_hash_only(shop: Shop) -> None:
    shop.make_account(SECRET, "Grace")
    with shop.transaction() as session:
        row = session.execute(text("select * from account")).one()
        wrapped = session.scalar(text("select wrapped from data_key"))
        _number, key = datakeys.key_for(row.id, "account")
    assert not any("grace@" in str(value).lower() for value in row)
    assert len(row.email_hash) == 64
    assert row.email.startswith(f"2.{row.id}.") and wrapped and key.hex() not in wrapped


def test_a_column_takes_no_value_with_another_label(shop: Shop) -> None:
    number = shop.make_account(SECRET, "Grace")
    with pytest.raises(StatementError, match="seal it under that label"), shop.transaction() as session:
        session.scalars(select(Account)).one().email = seal("x", "order.phone", subject=number)
    with pytest.raises(StatementError, match="not supported|cannot adapt"), shop.transaction() as session:
        grace = session.scalars(select(Account)).one()
        session.execute(update(Account).values(name_shown=grace.email))


def test_a_value_copied_to_another_person_does_not_open(shop: Shop) -> None:
    grace, ada = shop.make_account(SECRET, "Grace"), shop.make_account()
    with shop.transaction() as session:
        column = text("update account set email = (select email from account where id = :grace) where id = :ada")
        session.execute(column, {"grace": grace, "ada": ada})
        moved = accounts.get(ada).email
        assert moved is not None and moved.subject == grace  # the gate sees whose it is
        with pytest.raises(ValueError, match="belongs elsewhere"):
            reveal(Sealed(moved.label, ada, moved.box, moved.key, moved.version))


def test_each_person_and_kind_has_one_live_key(shop: Shop) -> None:
    grace, ada = shop.make_account(SECRET, "Grace"), shop.make_account()
    with shop.transaction():
        first, _ = datakeys.key_for(grace, "telephone", "LP-1")
        assert datakeys.key_for(grace, "telephone", "LP-1")[0] == first
        assert datakeys.key_for(grace, "telephone", "LP-2")[0] != first
        assert datakeys.key_for(ada, "telephone", "LP-1")[0] != first


@pytest.mark.clause("P8")
def test_a_destroyed_key_opens_nothing_in_any_process_and_a_new_one_takes_its_place(shop: Shop) -> None:
    grace = shop.make_account(SECRET, "Grace")
    with shop.transaction():
        closed = seal("+431", "order.phone", subject=grace, part="LP-1")
        assert reveal(closed) == "+431"
        assert [one.part for one in datakeys.destroy(grace, "telephone")] == ["LP-1"]
        with pytest.raises(Forgotten):
            reveal(closed)
        again = seal("+432", "order.phone", subject=grace, part="LP-1")
    with shop.transaction():
        assert reveal(again) == "+432"
        with pytest.raises(Forgotten):
            reveal(closed)
        assert datakeys.destroy(grace, "telephone", "LP-2") == []


def test_an_address_is_found_whatever_its_case(shop: Shop) -> None:
    number = shop.make_account(SECRET, "Grace")
    with shop.transaction():
        found = accounts.find_by_email(" GRACE@Example.COM ".strip())
        assert found is not None and found.id == number
