"""People at the doors of accounts: what they type, and what a test wants to know about them afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import bcrypt
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from core.accounts import service as accounts
from core.accounts.models import Account, AccountSession
from tests.shop import PASSWORD, Shop, Visitor

ADA = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD, "agreed": "y"}
OTHER_PASSWORD = "seven quiet lanterns over Graz 41"

HOSTILE = (
    "x" * 10_240,
    "🦊" * 60,
    "\u202egnp.exe\u2066 עברית مرحبا",
    "ada\x00@example.com",
    "<script>alert(1)</script>",
    "'; DROP TABLE account; --",
    "a" * 300 + "@example.com",
    "\ud7ff\uffff\u0301" * 400,
    "   ",
    "{{ 7 * 7 }}%s%(x)s\r\nBcc: eve@example.com",
)


def sign_up(visitor: Visitor, **fields: str) -> TestResponse:
    """Fill in the form for a new account, as Ada unless said otherwise."""
    return visitor.submit("/sign-up", {**ADA, **fields}, action="/sign-up")


def sign_in(visitor: Visitor, email: str = "ada@example.com", password: str = PASSWORD, **given: Any) -> TestResponse:
    """Fill in the form of the sign-in page."""
    page = given.pop("page", "/sign-in")
    fields = {"email": email, "password": password, **given.pop("fields", {})}
    return visitor.submit(page, fields, action="/sign-in", **given)


def confirm_link(shop: Shop, address: str = "ada@example.com") -> str:
    """The path in the latest mail that asks to confirm."""
    return shop.letters(address, "confirm")[-1].link("/confirm/")


def is_here(visitor: Visitor) -> bool:
    """True if this browser is signed in."""
    return visitor.get("/account", follow_redirects=False).status_code == 200


def account_of(shop: Shop, email: str = "ada@example.com") -> Account:
    """The account as it is stored."""
    with shop.transaction():
        found = accounts.find_by_email(email)
        assert found is not None
        return found


def count_of(shop: Shop, table: type[Account] | type[AccountSession]) -> int:
    """How many rows there are."""
    with shop.transaction() as session:
        return int(session.scalar(select(func.count()).select_from(table)))


@contextmanager
def bcrypt_work(monkeypatch: Any) -> Iterator[list[str]]:
    """Which rounds of bcrypt run inside the block, as "check <cost>" and "make <cost>"."""
    done: list[str] = []
    check, make = bcrypt.checkpw, bcrypt.hashpw

    def noted_check(password: bytes, kept: bytes) -> bool:
        done.append(f"check {kept.decode().split('$')[2]}")
        return check(password, kept)

    def noted_make(password: bytes, salt: bytes) -> bytes:
        done.append(f"make {salt.decode().split('$')[2]}")
        return make(password, salt)

    with monkeypatch.context() as patch:
        patch.setattr(bcrypt, "checkpw", noted_check)
        patch.setattr(bcrypt, "hashpw", noted_make)
        yield done
