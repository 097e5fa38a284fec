"""The demonstration's mailbox shows the mails of invented people, and is nowhere else."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from privacy.demo_mailbox import service
from privacy.demo_mailbox.service import is_invented
from tests.privacy.builders import write_about_order
from tests.shop import Shop


@pytest.fixture
def demo(shop: Shop) -> Iterator[Shop]:
    """A demonstration in which a mail was written to an invented person and one to a real-looking address."""
    before = shop.app.extensions["settings"]
    write_about_order(shop, shop.make_account("real@shop.example.co.uk", "Real"))
    write_about_order(shop, shop.make_account())
    shop.app.extensions["settings"] = replace(before, demo=True)
    yield shop
    shop.app.extensions["settings"] = before


def test_outside_a_demonstration_there_is_no_such_address(shop: Shop) -> None:
    write_about_order(shop, shop.make_account())
    for address in ("/demo/mailbox", "/demo/mailbox/1", "/demo/mailbox/1/html"):
        assert shop.visitor().get(address).status_code == 404


def test_invented_people_have_their_mails_shown_and_nobody_else(demo: Shop) -> None:
    eve = demo.visitor()
    page = eve.get("/demo/mailbox").text
    assert "ada@example.com" in page and "real@" not in page
    assert eve.get("/demo/mailbox/1").status_code == 404
    assert "It reads receipts now." in eve.get("/demo/mailbox/2").text


def test_older_mails_are_led_to(demo: Shop) -> None:
    with demo.transaction():
        newest, older = service.latest(most=1)
        assert len(newest) == 1 and older == 2
        assert service.latest(before=older, most=1) == ([], 0)  # the other one is to a real-looking address
    assert "ada@example.com" not in demo.visitor().get("/demo/mailbox?before=2").text


def test_the_body_of_a_mail_is_shut_in(demo: Shop) -> None:
    answer = demo.visitor().get("/demo/mailbox/2/html")
    rules = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in rules and rules.endswith("sandbox") and "script" not in rules
    assert "It reads receipts now." in answer.text


@pytest.mark.parametrize(
    ("address", "invented"),
    [
        ("a@example.com", True),
        ("a@Mail.Example.org", True),
        ("a@shop.test", True),
        ("a@notexample.com", False),
        ("a@example.com.evil.net", False),
        ("", False),
    ],
)
def test_invented_is_what_can_belong_to_nobody(address: str, invented: bool) -> None:
    assert is_invented(address) is invented
