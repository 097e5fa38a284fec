"""The panel: switches that work at once, and only one's own things."""

import pytest

from core import clock
from core.accounts import service as accounts
from core.events import on
from privacy.consent import rules
from privacy.consent import service as consent
from tests.shop import Shop

HEARD: list[consent.PurposeSwitched] = []


def hear(event: consent.PurposeSwitched) -> None:
    """Remember what was emitted."""
    HEARD.append(event)


def test_a_switch_writes_the_ledger_tells_others_and_says_so(shop: Shop) -> None:
    on(consent.PurposeSwitched, hear)
    HEARD.clear()
    ada = shop.member()
    said = ada.submit("/account/privacy", {"purpose": "newsletter", "on": "1"}, action="/switch")
    assert "Newsletter is on, effective now." in said.text
    ada.submit("/account/privacy", {"purpose": "newsletter", "on": "0"}, action="/switch")
    with shop.transaction():
        entries = [(one.purpose, one.given, one.version, one.how) for one in consent.ledger(ada.account_id)]
        assert not consent.is_on(ada.account_id, "newsletter")
    assert entries == [("newsletter", False, 1, "panel"), ("newsletter", True, 1, "panel")]
    assert [(one.purpose, one.on) for one in HEARD] == [("newsletter", True), ("newsletter", False)]


@pytest.mark.parametrize("purpose", ["orders", "measurement", "nonsense", ""])
def test_what_has_no_switch_cannot_be_switched(shop: Shop, purpose: str) -> None:
    ada = shop.member()
    answer = ada.submit("/account/privacy", {"purpose": purpose, "on": "1"}, action="/switch")
    assert answer.status_code == 404
    with shop.transaction():
        assert consent.ledger(ada.account_id) == []


def test_every_optional_purpose_is_off_until_switched_on(shop: Shop) -> None:
    page = shop.member().get("/account/privacy").text
    assert page.count('role="switch" aria-checked="false"') == 5
    assert 'aria-checked="true"' not in page


@pytest.mark.clause("P15a", "P15b", "P15c", "P16")
def test_the_panel_counts_what_each_table_holds(shop: Shop) -> None:
    ada = shop.member()
    shop.make_account("bob@example.com", "Bob")
    contact, held = (ada.get(f"/account/privacy/{section}").text for section in ("contact", "held"))
    assert "ada@example.com" in contact and "bob@example.com" not in contact
    assert "Browsers in which you are signed in" in held and "1 entry, " in held
    assert str(clock.now().year) in held


def test_strangers_are_sent_to_sign_in(shop: Shop) -> None:
    answer = shop.visitor().get("/account/privacy", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize(
    ("environ", "heard"),
    [
        ({"HTTP_SEC_GPC": "1"}, True),
        ({"HTTP_SEC_GPC": "0, 1"}, True),
        ({"HTTP_DNT": "1"}, True),
        ({"HTTP_SEC_GPC": "0"}, False),
        ({"HTTP_SEC_GPC": "10"}, False),
        ({}, False),
    ],
)
@pytest.mark.clause("P3b")
def test_a_browsers_signal_is_heard(environ: dict[str, str], heard: bool) -> None:
    assert rules.has_signal(environ) is heard


def test_with_a_signal_optional_purposes_read_as_off_and_the_panel_says_so(shop: Shop) -> None:
    ada = shop.member()
    ada.submit("/account/privacy", {"purpose": "suggestions", "on": "1"}, action="/switch")
    with shop.transaction():
        assert consent.is_on(ada.account_id, "suggestions")
        consent.hear_signal(ada.account_id)
        assert not consent.is_on(ada.account_id, "suggestions")
        consent.hear_signal(0)
    assert "Your browser asks not to be followed" in ada.get("/account/privacy", headers={"Sec-GPC": "1"}).text
    assert "Your browser asks not to be followed" not in ada.get("/account/privacy").text


def test_the_panel_names_the_versions_that_were_accepted(shop: Shop) -> None:
    ada = shop.member()
    with shop.transaction():
        accounts.accept(ada.account_id, "policy", 1, place="sign-up")
    page = ada.get("/account/privacy/receipts").text
    assert "when you signed up" in page and str(clock.now().year) in page


def test_a_second_browser_adds_to_the_list_only_after_an_act_of_its_own(shop: Shop) -> None:
    ada = shop.member()
    phone = shop.visitor()
    phone.account_id = ada.account_id
    phone.sign_in(ada.account_id)
    ada.submit("/account/privacy", {"purpose": "page_history", "on": "1"}, action="/switch")
    assert "Let this browser add to it" in phone.get("/account/privacy/visits").text
    phone.submit("/account/privacy/visits", action="/visits/here")
    assert "lp_visit" in phone.cookies()
    assert "Let this browser add to it" not in phone.get("/account/privacy/visits").text
