"""Sealed values stay closed wherever a program might let them slip, and cannot move to a column with other rules."""

import json
import pickle
from collections.abc import Callable

import pytest
from markupsafe import escape
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from core import keys
from core.accounts import service as accounts
from core.accounts.models import Account
from core.opening import reveal
from core.sealed import Sealed, seal
from tests.shop import Shop

SECRET = "grace@example.com"


@pytest.fixture
def sealed() -> Sealed:
    keys.use("k" * 40)
    return seal(SECRET, "account.email", subject=7)


@pytest.mark.parametrize("show", [str, repr, "{}".format, "%s".__mod__, escape, lambda value: f"{value!s:>40}"])
def test_every_way_to_print_it_shows_the_label_only(sealed: Sealed, show: Callable[[object], str]) -> None:
    assert str(show(sealed)).strip() == "‹account.email›"


@pytest.mark.parametrize("store", [json.dumps, pickle.dumps])
def test_it_refuses_to_be_serialized(sealed: Sealed, store: Callable[[object], object]) -> None:
    with pytest.raises(TypeError):
        store(sealed)


def test_it_opens_to_what_was_sealed(sealed: Sealed) -> None:
    assert reveal(sealed) == SECRET


@pytest.mark.parametrize("moved", [("order.phone", 7), ("account.email", 8)])
def test_moved_to_another_label_or_person_it_does_not_open(sealed: Sealed, moved: tuple[str, int]) -> None:
    with pytest.raises(ValueError, match="belongs elsewhere"):
        reveal(Sealed(*moved, sealed.box))


def test_the_store_keeps_ciphertext_and_a_keyed_hash_only(shop: Shop) -> None:
    shop.make_account(SECRET, "Grace")
    with shop.transaction() as session:
        row = session.execute(text("select * from account")).one()
    assert not any("grace@" in str(value).lower() for value in row)
    assert len(row.email_hash) == 64


def test_a_column_takes_no_value_with_another_label(shop: Shop) -> None:
    number = shop.make_account(SECRET, "Grace")
    with (
        pytest.raises(StatementError, match="sealed under that label|seal it under that label"),
        shop.transaction() as session,
    ):
        session.scalars(select(Account)).one().email = seal("x", "order.phone", subject=number)


def test_an_address_is_found_whatever_its_case(shop: Shop) -> None:
    number = shop.make_account(SECRET, "Grace")
    with shop.transaction():
        found = accounts.find_by_email(" GRACE@Example.COM ".strip())
        assert found is not None and found.id == number
