"""The limits at the doors of accounts, switched on: guessing and flooding end, and nobody learns anything by them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core import db, later, limits, store
from core.settings import Environment, Settings
from tests.shop import PASSWORD, Shop
from tests.storefront.account_builders import ADA, account_of, sign_in, sign_up
from tests.stores import SECRET
from wsgi import create_app


@pytest.fixture
def limited_shop(tmp_path: Path) -> Iterator[Shop]:
    """A program of its own in which limits count; the limiter is one for the process and is put back afterwards."""
    settings = Settings(
        environment=Environment.TEST, secret_key=SECRET, instance=tmp_path, bcrypt_cost=4, base_url="http://localhost"
    )
    app = create_app(settings, config={"TESTING": True, "LIMITS": True})
    database: db.Database = app.extensions["database"]
    store.upgrade(database)
    try:
        with app.app_context():
            db.use(database)
            limits.limiter.reset()
        later._waiting.clear()
        yield Shop(app)
    finally:
        limits.limiter.enabled = False
        database.close()


def test_guessing_passwords_ends_after_ten_tries_a_minute_for_known_and_unknown_alike(limited_shop: Shop) -> None:
    limited_shop.make_account()
    visitor = limited_shop.visitor()
    for number in range(10):
        address = "ada@example.com" if number % 2 else "eve@example.com"
        assert sign_in(visitor, address, "wrong").status_code == 422
    answers = [sign_in(visitor, address, PASSWORD) for address in ("ada@example.com", "eve@example.com")]
    assert [one.status_code for one in answers] == [429, 429]
    assert answers[0].text == answers[1].text
    assert int(answers[0].headers["Retry-After"]) > 0
    assert "lp_session" not in visitor.cookies()


def test_a_refused_form_for_an_account_does_not_count_but_each_mail_does(limited_shop: Shop) -> None:
    visitor = limited_shop.visitor()
    for _ in range(12):
        assert sign_up(visitor, password="short").status_code == 422
    for number in range(10):
        fields = {**ADA, "email": f"n{number}@example.com", "name": f"Ada {number}"}
        assert sign_up(visitor, **fields).status_code == 200
    assert sign_up(visitor, email="last@example.com", name="Ada Last").status_code == 429
    assert len(limited_shop.letters()) == 10


def test_links_for_new_passwords_are_limited_for_a_caller(limited_shop: Shop) -> None:
    visitor = limited_shop.visitor()
    answers = [
        visitor.submit("/reset", {"email": f"n{number}@example.com"}, action="/reset").status_code
        for number in range(7)
    ]
    assert answers == [200] * 6 + [429]


def test_nobodys_mailbox_is_flooded_from_many_places(limited_shop: Shop) -> None:
    limited_shop.make_account()
    for address in ("ada@example.com", "Eve@example.com"):
        answers = []
        for number in range(7):
            visitor = limited_shop.visitor()
            visitor.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
            page = visitor.submit("/reset", {"email": address.upper() if number % 2 else address}, action="/reset")
            answers.append(page.status_code)
        assert answers == [200] * 6 + [429]
    limited_shop.work()
    assert len(limited_shop.letters()) == 6


def test_the_mail_that_confirms_is_sent_again_six_times_an_hour(limited_shop: Shop) -> None:
    sign_up(limited_shop.visitor())
    visitor = limited_shop.visitor()
    visitor.account_id = account_of(limited_shop).id
    visitor.sign_in(visitor.account_id)
    answers = [visitor.submit("/account", action="/account/confirm-again").status_code for _ in range(7)]
    assert answers == [200] * 6 + [429]


def test_links_to_a_new_address_are_limited_for_a_caller_and_for_the_address(limited_shop: Shop) -> None:
    """Six an hour, so that nobody fills a stranger's mailbox; what was asked before stays good."""
    ada, page = limited_shop.member(), "/account/details"
    asked = [
        ada.submit(page, {"email": f"new{number}@example.com", "password": PASSWORD}, action="/email")
        for number in range(7)
    ]
    assert [one.status_code for one in asked] == [200] * 6 + [429]
    assert len(limited_shop.letters(name="change_email")) == 6
    bob = limited_shop.member("bob@example.com", "Bob")
    for _ in range(5):
        bob.submit(page, {"email": "new0@example.com", "password": PASSWORD}, action="/email")
    last = bob.submit(page, {"email": "new0@example.com", "password": PASSWORD}, action="/email")
    assert last.status_code == 429 and "Nothing is lost" in last.text
