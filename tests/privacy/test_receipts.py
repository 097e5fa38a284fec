"""A receipt for every choice, that anybody can check."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.accounts import service as accounts
from privacy.receipts import rules, service
from privacy.receipts.rules import Deed
from tests.privacy.builders import wants, write_news
from tests.shop import Shop, Visitor

VERIFY = "/privacy/receipts/verify"


def events(shop: Shop, account_id: int) -> list[tuple[str, str, str]]:
    """What the person's receipts say, the latest first."""
    with shop.transaction():
        return [(one.deed, one.purpose, one.how) for one in service.page_of(account_id).receipts]


def download(visitor: Visitor) -> dict[str, Any]:
    """The person's latest receipt as they download it."""
    with visitor.shop.transaction():
        number = service.page_of(visitor.account_id).receipts[0].public_id
    answer = visitor.get(f"/account/privacy/receipts/{number}.json")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    found: dict[str, Any] = answer.get_json()
    return found


def test_yes_no_and_taking_back_each_give_a_receipt_that_says_what_was_shown(shop: Shop) -> None:
    ada = shop.member()
    for on in ("0", "1", "0"):
        ada.submit("/account/privacy", {"purpose": "newsletter", "on": on}, action="/switch")
    assert events(shop, ada.account_id) == [
        ("withdrawn", "newsletter", "panel"),
        ("given", "newsletter", "panel"),
        ("refused", "newsletter", "panel"),
    ]
    said = download(ada)["receipt"]
    assert said["event"]["sentence_shown"] == "To mail you news about our own products, a few times a year."
    assert said["notice"]["policy_version"] == 1 and said["notice"]["fingerprint"]
    assert said["subject"].startswith("C") or said["subject"]
    page = ada.get(f"/account/privacy/receipts/{said['receipt_id']}").text
    assert "You took your yes back" in page and "To mail you news about our own products" in page


@pytest.mark.clause("P14")
def test_original_purposes_only_gives_a_receipt(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    ada.submit("/account/privacy", {"purpose": "original_only", "on": "1"}, action="/switch")
    assert events(sqlite_shop, ada.account_id) == [("objected", "original_only", "panel")]


def test_accepting_a_text_gives_a_receipt_with_its_version(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    with sqlite_shop.transaction():
        accounts.accept(ada.account_id, "terms", 1, place="checkout")
    assert events(sqlite_shop, ada.account_id) == [("accepted", "terms", "checkout")]
    assert "Terms of Service, version 1" in ada.get("/account/privacy/receipts").text


@pytest.mark.clause("P6")
def test_a_stop_by_link_gives_a_receipt_on_the_spot(shop: Shop) -> None:
    ada = shop.make_account()
    wants(shop, ada, "newsletter")
    write_news(shop, ada)
    (letter,) = shop.letters("ada@", "newsletter")
    done = shop.visitor().post(letter.link("/privacy/unsubscribe/"), {"what": "this"})
    assert ("stopped", "newsletter", "link") in events(shop, ada)
    link = done.text.partition('href="/privacy/receipts/')[2].partition('"')[0]
    assert "You stopped it" in shop.visitor().get(f"/privacy/receipts/{link}").text


def test_a_receipt_is_genuine_until_a_letter_of_it_changes(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    wants(sqlite_shop, ada.account_id, "suggestions")
    signed = download(ada)
    eve = sqlite_shop.visitor()
    assert "Genuine." in eve.submit(VERIFY, {"receipt": json.dumps(signed, indent=4)}, action=VERIFY).text
    signed["receipt"]["event"]["state"] = "refused"
    assert "Not genuine." in eve.submit(VERIFY, {"receipt": json.dumps(signed)}, action=VERIFY).text
    for junk in ("no receipt", "[" * 9000, '{"receipt": 1, "signature": {"value": "é"}}', '{"receipt": {"a": NaN}}'):
        assert "Not genuine." in eve.submit(VERIFY, {"receipt": junk}, action=VERIFY).text


def test_the_published_key_is_enough_to_check_a_receipt(sqlite_shop: Shop) -> None:
    (key,) = sqlite_shop.visitor().get("/.well-known/receipt-keys.json").get_json()["keys"]
    ada = sqlite_shop.member()
    wants(sqlite_shop, ada.account_id, "suggestions")
    assert download(ada)["signature"]["key_id"] == key["kid"]
    assert key["crv"] == "Ed25519" and "d" not in key


def test_nobody_opens_the_receipt_of_another(shop: Shop) -> None:
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    wants(shop, ada.account_id, "suggestions")
    number = download(ada)["receipt"]["receipt_id"]
    assert bob.get(f"/account/privacy/receipts/{number}").status_code == 404
    assert bob.get(f"/account/privacy/receipts/{number}.json").status_code == 404
    assert shop.visitor().get(f"/privacy/receipts/{number}").status_code == 404


@given(st.text(max_size=300))
def test_whatever_is_pasted_is_read_without_an_error(text: str) -> None:
    rules.read(text)


@pytest.mark.parametrize(
    ("is_objection", "on", "was_on", "deed"),
    [
        (False, True, False, Deed.GIVEN),
        (False, False, True, Deed.WITHDRAWN),
        (False, False, False, Deed.REFUSED),
        (True, True, False, Deed.OBJECTED),
        (True, False, True, Deed.OBJECTION_LIFTED),
    ],
)
def test_what_turning_a_switch_amounts_to(is_objection: bool, on: bool, was_on: bool, deed: Deed) -> None:
    assert rules.deed_of_switch(is_objection=is_objection, on=on, was_on=was_on) is deed
