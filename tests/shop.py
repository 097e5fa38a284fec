"""The shop as tests see it: visitors with browsers' manners, the worker, and the letters that went out."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from core import db, later
from core.accounts import passwords
from core.accounts import service as accounts
from core.accounts.models import AccountSession
from core.asking import tie_for, ties_of
from core.forms import TOKEN_FIELD
from core.opening import reveal
from core.outbox.models import Mail

PASSWORD = "correct horse battery staple 7"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail as its reader opens it."""

    name: str
    address: str
    subject: str
    text: str
    html: str
    state: str
    headers: dict[str, str]

    def link(self, containing: str) -> str:
        """The path of the first link in the text that holds these letters."""
        found = re.findall(r"https?://[^/\s]+(/[^\s<>]*)", self.text)
        return next(path for path in found if containing in path)


class Shop:
    """The program under test."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.database: db.Database = app.extensions["database"]

    @property
    def dialect(self) -> str:
        """sqlite or postgresql."""
        return self.database.dialect

    def visitor(self) -> "Visitor":
        """A fresh browser."""
        return Visitor(self)

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """A transaction as a request would have it, with the program's context around."""
        with self.app.test_request_context():
            db.use(self.database)
            with db.transaction() as session:
                yield session

    def work(self) -> int:
        """Let the worker do all that waits; answers how many jobs ran."""
        with self.app.app_context():
            db.use(self.database)
            later.flush()
        return int(self.database.queue.drain())

    def letters(self, address: str = "", name: str = "") -> list[Letter]:
        """The mails in the outbox, oldest first, to that address and of that name."""
        with self.transaction() as session:
            mails = list(session.scalars(select(Mail).order_by(Mail.id)))
            opened = [
                Letter(
                    name=mail.name,
                    address=reveal(mail.address),
                    subject=reveal(mail.subject),
                    text=reveal(mail.text),
                    html=reveal(mail.html),
                    state=mail.state,
                    headers=mail.headers,
                )
                for mail in mails
            ]
        return [one for one in opened if address in one.address and name in one.name]

    def make_account(self, email: str = "ada@example.com", name: str = "Ada", permissions: Any = ()) -> int:
        """A confirmed account with PASSWORD; its number."""
        with self.transaction():
            hashed = passwords.make(PASSWORD, cost=4)
            account = accounts.register(email=email, name_shown=name, password_hash=hashed)
            accounts.confirm(account.id)
            accounts.grant(account.id, permissions)
            return account.id

    def member(self, email: str = "ada@example.com", name: str = "Ada", permissions: Any = ()) -> "Visitor":
        """A browser in which a fresh, confirmed account is signed in."""
        number = self.make_account(email, name, permissions)
        visitor = self.visitor()
        visitor.account_id = number
        visitor.sign_in(number)
        return visitor

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Every SQL statement that runs inside the block."""
        seen: list[str] = []

        def note(statement: str) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                seen.append(statement)

        with self.database.watched(note):
            yield seen


class Visitor:
    """A browser without JavaScript: follows links, fills the forms that pages really have."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.client: FlaskClient = shop.app.test_client()
        self.account_id = 0

    def sign_in(self, account_id: int) -> None:
        """Have a session, as the sign-in page would give with a second factor. It is proved for as long as it lasts, since
        tests move the clock; what happens where it is not has tests of its own (tests/storefront/test_second_factor.py)."""
        with self.shop.transaction() as session:
            token = accounts.open_session(account_id, remembered=False, browser="Test", two_factors=True)
            session.flush()
            session.execute(update(AccountSession).values(proved_at=AccountSession.expires_at))
        self.client.set_cookie("lp_session", token)

    def cookies(self) -> dict[str, str]:
        """Name and value of every cookie kept."""
        return {cookie.key: cookie.value for cookie in self.client._cookies.values()}

    def get(self, address: str, **given: Any) -> TestResponse:
        """Open a page; redirects are followed."""
        return self.client.get(address, follow_redirects=given.pop("follow_redirects", True), **given)

    def submit(self, page: str, data: dict[str, Any] | None = None, *, action: str = "", **given: Any) -> TestResponse:
        """Open a page, fill in its form (the one whose action contains `action`), send it, follow the redirect."""
        shown = self.get(page)
        form = find_form(shown.text, action)
        target = form.action or shown.request.full_path.rstrip("?")
        assert untied(self.shop.app, form, target) == []
        sent = {**form.values, **(data or {})}
        follow = given.pop("follow_redirects", True)
        return self.client.post(target, data=sent, follow_redirects=follow, **given)

    def post(self, address: str, data: dict[str, Any] | None = None, **given: Any) -> TestResponse:
        """Send a form whose page does not matter to the test, with a good token."""
        follow = given.pop("follow_redirects", True)
        token = find_form(self.client.get("/sign-in" if not self.account_id else "/account").text, "").values[
            "form_token"
        ]
        return self.client.post(address, data={"form_token": token, **(data or {})}, follow_redirects=follow, **given)


class PageForm(HTMLParser):
    """Forms of a page with what is already filled in."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm.Found] = []
        self._select, self._area, self._open = "", "", False

    @dataclass
    class Found:
        """One form. names: of all its fields and buttons, whatever they hold."""

        action: str
        method: str
        values: dict[str, Any]
        names: set[str] = field(default_factory=set)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect forms and their fields."""
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = True
            self.forms.append(self.Found(said.get("action", ""), said.get("method", "get").lower(), {}))
        if not self.forms or (not said.get("name") and tag not in {"option"}):
            return
        values = self.forms[-1].values
        if self._open and tag in {"input", "select", "textarea", "button"}:
            self.forms[-1].names.add(said["name"])
        if tag == "input":
            self._input(values, said)
        elif tag == "select":
            self._select = said["name"]
        elif tag == "textarea":
            self._area = said["name"]
            values[self._area] = ""
        elif tag == "option" and self._select and ("selected" in said or self._select not in values):
            values[self._select] = said.get("value", "")

    def _input(self, values: dict[str, Any], said: dict[str, str]) -> None:
        kind = said.get("type", "text")
        if kind in {"checkbox", "radio"} and "checked" not in said:
            return
        if kind not in {"submit", "button", "image", "file"}:
            values[said["name"]] = said.get("value", "on" if kind == "checkbox" else "")

    def handle_endtag(self, tag: str) -> None:
        """Fields end, and forms."""
        self._open = self._open and tag != "form"
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        """Text areas hold their value as text."""
        if self._area and self.forms:
            self.forms[-1].values[self._area] += data


def untied(app: Flask, form: PageForm.Found, address: str) -> list[str]:
    """The fields of a form that nobody answers for at the door it is sent to (clause P3c)."""
    door = app.url_map.bind("localhost").match(urlsplit(address).path, method=form.method.upper())[0]
    names = sorted(form.names - {TOKEN_FIELD})
    taken = ties_of(app.view_functions[door])
    return [f"the field {name!r} sent to {address} is tied to nothing" for name in names if not tie_for(taken, name)]


def find_form(html: str, action: str) -> PageForm.Found:
    """The first posting form whose action contains these letters."""
    page = PageForm()
    page.feed(html)
    for form in page.forms:
        if form.method == "post" and action in form.action:
            return form
    raise AssertionError(f"there is no form to post to {action!r} on this page")
