"""Clause P6: whoever wants no more mail gets none, without being asked who they are."""

import pytest

from core import clock
from privacy.consent import service as consent
from privacy.contact import stopping, suppression
from tests.privacy.builders import wants, write_about_order, write_news
from tests.shop import Shop, Visitor

pytestmark = pytest.mark.clause("P6")


def stop_link(shop: Shop) -> str:
    """The path in the last letter's header."""
    return shop.letters()[-1].headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")


@pytest.fixture
def reader(shop: Shop) -> Visitor:
    """Somebody who receives the newsletter and has had one."""
    visitor = shop.member()
    wants(shop, visitor.account_id, "newsletter")
    write_news(shop, visitor.account_id)
    return visitor


@pytest.mark.parametrize("ending", ["", "/"])
def test_one_click_stops_without_cookie_token_or_redirect(shop: Shop, reader: Visitor, ending: str) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example.org"}
    answer = shop.visitor().client.post(
        stop_link(shop) + ending, data={"List-Unsubscribe": "One-Click"}, headers=headers
    )
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert not write_news(shop, reader.account_id)
    assert write_about_order(shop, reader.account_id)


def test_looking_at_the_link_changes_nothing_and_its_button_stops(shop: Shop, reader: Visitor) -> None:
    stranger, link = shop.visitor(), stop_link(shop)
    assert "Nothing has changed yet" in stranger.get(link).text
    assert write_news(shop, reader.account_id)
    assert "Done, effective now" in stranger.client.post(link, data={"what": "everything"}).text
    assert not write_news(shop, reader.account_id)


def test_a_link_that_was_altered_stops_nothing(shop: Shop, reader: Visitor) -> None:
    answer = shop.visitor().client.post(stop_link(shop)[:-3] + "abc", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 400
    assert "This link no longer works" in answer.text
    assert write_news(shop, reader.account_id)


@pytest.mark.parametrize("spelling", ["ADA@Example.com", "ada+shop@example.com", "ada@EXAMPLE.COM"])
def test_a_wish_counts_for_every_spelling_of_the_address(shop: Shop, reader: Visitor, spelling: str) -> None:
    with shop.transaction():
        stopping.stop_address(spelling, how="e-mail")
    with shop.transaction():
        tagged = suppression.hashes_of("ada+later@example.com")
        plain = suppression.hashes_of("ada@example.com")
        assert suppression.is_suppressed(plain, "newsletter") and suppression.is_suppressed(tagged, "newsletter")


def test_an_international_domain_counts_in_both_its_spellings(shop: Shop) -> None:
    with shop.transaction():
        stopping.stop_address("ada@bücher.example", how="e-mail")
    with shop.transaction():
        assert suppression.is_suppressed(suppression.hashes_of("ada@xn--bcher-kva.example"), "newsletter")


def test_the_wish_outlives_the_account(shop: Shop, reader: Visitor) -> None:
    with shop.transaction() as session:
        stopping.stop_address("ada@example.com", how="e-mail")
        account = stopping.accounts.get(reader.account_id)
        account.email, account.email_hash, account.closed_at = None, None, clock.now()
        account.name_key = "gone"
        session.flush()
    again = shop.make_account()
    with shop.transaction():
        assert suppression.is_suppressed(suppression.hashes_of("ada@example.com"), "newsletter")
        assert not consent.is_given(again, "newsletter")


def test_the_panel_stops_everything_and_its_switch_takes_the_stop_back(shop: Shop, reader: Visitor) -> None:
    answer = reader.submit("/account/privacy/contact", action="/mail/stop")
    assert "Only mails about your own orders" in answer.text
    assert not write_news(shop, reader.account_id)
    reader.submit("/account/privacy", {"purpose": "newsletter", "on": "1"}, action="/switch")
    assert write_news(shop, reader.account_id)


def test_nobody_gets_optional_mail_without_having_asked(shop: Shop) -> None:
    assert not write_news(shop, shop.make_account())
    assert shop.letters() == []
