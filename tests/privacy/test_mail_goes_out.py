"""From the queue to a real server: over TLS, once, never lost, and never after somebody said stop."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from core import clock
from core.outbox import service as outbox
from privacy.contact import suppression
from tests.privacy.builders import Inbox, mailing_to, wants, write_about_order, write_news
from tests.shop import Shop


@pytest.fixture
def inbox(shop: Shop, tmp_path: Path) -> Iterator[Inbox]:
    """A server to which the shop hands its mails; it is up from the start."""
    box = Inbox(tmp_path)
    box.start()
    with mailing_to(shop, box):
        yield box


@pytest.mark.clause("P6", "P19")
def test_a_queued_letter_reaches_the_server_encrypted_with_a_one_click_stop(shop: Shop, inbox: Inbox) -> None:
    ada = shop.make_account()
    wants(shop, ada, "newsletter")
    assert write_news(shop, ada)
    shop.work()
    (mail,) = inbox.received
    message = message_from_bytes(mail.content, policy=policy.default)
    assert mail.rcpt_tos == ["ada@example.com"]
    assert inbox.encrypted == [True]
    assert message["Subject"] == "Ledgerlark 4 is out"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].startswith("<http://localhost/privacy/unsubscribe/")
    assert "It reads receipts now." in message.get_body(("plain",)).get_content()
    assert "support@licensepal.example.com" in message.get_body(("html",)).get_content()
    assert [letter.state for letter in shop.letters()] == ["sent"]


def test_a_mail_about_an_order_has_no_stop_because_it_cannot_be_stopped(shop: Shop, inbox: Inbox) -> None:
    assert write_about_order(shop, shop.make_account())
    shop.work()
    assert "List-Unsubscribe" not in message_from_bytes(inbox.received[0].content)


def test_a_server_that_is_down_gets_the_mail_when_it_is_back(shop: Shop, inbox: Inbox) -> None:
    ada = shop.make_account()
    write_about_order(shop, ada)
    inbox.stop()
    shop.work()
    assert [letter.state for letter in shop.letters()] == ["queued"]
    inbox.start()
    with clock.moved(timedelta(minutes=5)):
        shop.database.queue.run("outbox.send", {})
        shop.database.queue.run("outbox.send", {})
    assert len(inbox.received) == 1
    assert [letter.state for letter in shop.letters()] == ["sent"]


@pytest.mark.clause("P6")
def test_a_stop_between_queueing_and_sending_is_heard(shop: Shop, inbox: Inbox) -> None:
    ada = shop.make_account()
    wants(shop, ada, "newsletter")
    write_news(shop, ada)
    with shop.transaction():
        suppression.suppress(suppression.hashes_of("Ada+news@EXAMPLE.com"), how="e-mail")
        suppression.suppress(suppression.hashes_of("ada@example.com"), how="e-mail")
    shop.work()
    assert inbox.received == []
    assert [letter.state for letter in shop.letters()] == ["suppressed"]


def test_a_cause_mails_once(shop: Shop, inbox: Inbox) -> None:
    ada = shop.make_account()
    wants(shop, ada, "newsletter")
    assert write_news(shop, ada, once="issue:1")
    assert not write_news(shop, ada, once="issue:1")
    shop.work()
    assert len(inbox.received) == 1


def test_a_mail_that_a_dead_worker_left_is_taken_again(shop: Shop, inbox: Inbox) -> None:
    write_about_order(shop, shop.make_account())
    with shop.transaction():
        claimed = outbox.claim()
        assert claimed is not None and claimed.state == "sending"
    shop.work()
    assert inbox.received == []
    with clock.moved(timedelta(minutes=6)):
        shop.database.queue.run("outbox.send", {})
    assert len(inbox.received) == 1
