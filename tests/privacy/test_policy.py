"""The published policy: it says what the register says, stays as it was, and announces what changes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import update

from core import clock
from core.errors import NotFound
from privacy import register
from privacy.consent import service as consent
from privacy.policies import files, rules, service
from privacy.policies.models import PolicyVersion
from privacy.proving import commands as checks
from tests.privacy.builders import post_version, wants
from tests.shop import Shop

PUBLISHED = Path(files.PUBLISHED)


@pytest.mark.clause("P12")
def test_version_1_exists_from_the_first_moment_byte_for_byte(shop: Shop) -> None:
    with shop.transaction():
        version = service.current()
    assert version.number == 1
    assert version.text == rules.render(1) == (PUBLISHED / "v1.txt").read_text("utf-8")


@pytest.mark.clause("P1")
def test_every_sentence_of_every_clause_stands_on_the_page(shop: Shop) -> None:
    page = re.sub(r"<[^>]+>", "", shop.visitor().get("/privacy").text)
    for clause in register.clauses.values():
        assert clause.title in page
        for sentence in clause.sentences:
            plain = sentence.split("{")[0]
            assert plain in page.replace("&#39;", "'"), clause.id
    assert "{" not in page
    assert "support@licensepal.example.com" in page


def test_beside_each_clause_stands_how_it_is_kept_and_ones_own_setting(shop: Shop) -> None:
    assert "Has a switch for you" in shop.visitor().get("/privacy").text
    ada = shop.member()
    switches = [clause for clause in register.clauses.values() if clause.setting and not clause.setting.startswith("/")]
    assert ada.get("/privacy").text.count("Your setting: off") == len(switches) > 4
    ada.submit("/account/privacy", {"purpose": "original_only", "on": "1"}, action="/switch")
    assert ada.get("/privacy").text.count("Your setting: on") == 1


def test_every_enforcement_and_channel_that_a_clause_names_exists(shop: Shop) -> None:
    assert list(checks.code_drifts()) == []
    with shop.transaction():
        assert list(checks.text_drifts()) == []


@pytest.mark.clause("P18", "P14")
def test_a_channel_that_is_not_set_prints_its_substitute() -> None:
    text = rules.fill("{support_email}|{by_letter}|{by_telephone}", {"support_email": "a@example.com"})
    assert text == (
        "a@example.com|We take no letters; an e-mail does the same.|We have no telephone line; an e-mail does the same."
    )
    full = rules.fill("{by_letter} {by_telephone}", {"company_address": "1 Lane", "company_phone": "+43 1 2345678"})
    assert full == "A letter to 1 Lane does the same. A call to +43 1 2345678 does the same."


@pytest.mark.clause("P12")
def test_a_published_version_cannot_be_changed_unnoticed(shop: Shop) -> None:
    with shop.transaction() as session:
        service.publish(2, "Privacy policy, version 2\n\nP1 · Other\nNew words.\n")
        assert service.first_broken() is None
        session.execute(update(PolicyVersion).where(PolicyVersion.number == 1).values(text="We sell everything."))
        assert service.first_broken() == 1


@pytest.mark.clause("P12")
def test_a_new_version_is_posted_before_it_is_in_force_and_the_old_one_stays(shop: Shop) -> None:
    eve, old = shop.visitor(), shop.visitor().get("/privacy/v1").text
    with shop.transaction():
        posted = service.publish(2, "Privacy policy, version 2\n\nP1 · Other\nNew words.\n")
    assert posted.effective_at - posted.posted_at == service.NOTICE
    assert "posted, not in force yet" in eve.get("/privacy/changes").text
    assert "Version 2" in eve.get("/privacy/changes.atom").text
    assert "New words." in eve.get("/privacy/v2").text
    assert "New words." not in eve.get("/privacy").text
    with shop.transaction():
        assert service.current_version() == 1
    with clock.moved(timedelta(days=31)), shop.transaction():
        assert service.current_version() == 2
    sentences = re.findall(r"<p>([^<]+)</p>", old)
    assert sentences and all(sentence in eve.get("/privacy/v1").text for sentence in sentences)


def test_a_version_is_published_once_and_in_order(shop: Shop) -> None:
    for number in (1, 3):
        with pytest.raises(service.NotNewer), shop.transaction():
            service.publish(number, "x\n")


@pytest.mark.clause("P13")
def test_what_is_new_since_the_last_visit_follows_from_the_preferences_cookie(shop: Shop) -> None:
    eve = shop.visitor()
    assert "since your last visit" not in eve.get("/privacy/changes").text
    eve.submit("/privacy/changes", action="/changes/seen")
    assert eve.cookies() == {"lp_prefs": "policy_seen=1"}
    assert "Nothing is new since your last visit" in eve.get("/privacy/changes").text
    with shop.transaction():
        service.publish(2, "Privacy policy, version 2\n\nP1 · Other\nNew words.\n")
    assert "new to you" in eve.get("/privacy/changes").text


@pytest.mark.clause("P4d", "P9")
def test_the_page_of_lists_is_printed_from_the_register(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "None. We share no list" in shop.visitor().get("/privacy/lists").text
    sold = replace(register.recipients["mail_carrier"], id="trader", name="A trader in addresses", commercial=True)
    monkeypatch.setitem(register.recipients, "trader", sold)
    shop.app.extensions["versions"].raise_()
    page = shop.visitor().get("/privacy/lists").text
    assert "A trader in addresses receives" in page and "None. We share no list" not in page
    assert [drift for drift in checks.code_drifts() if "trader" in drift]


@pytest.mark.clause("P4d")
def test_pages_load_nothing_from_elsewhere(shop: Shop) -> None:
    for address in ("/privacy", "/privacy/cookies", "/privacy/preferences"):
        answer = shop.visitor().get(address)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        loaded = re.findall(r'<(?:link|script|img|iframe)[^>]+(?:src|href)="([^"]+)"', answer.text)
        assert loaded and all(one.startswith("/") for one in loaded)


def test_programs_can_read_the_register(shop: Shop) -> None:
    said = shop.visitor().get("/privacy/register.json").json
    assert said["policy"]["version"] == 1
    assert {one["id"] for one in said["purposes"]} == set(register.purposes)
    assert {one["table"] for one in said["holdings"]} == set(register.holdings())
    asked = {one["address"]: {field["name"]: field["kept_in"] for field in one["fields"]} for one in said["forms"]}
    assert asked["/sign-up"]["email"] == ["account.email"] and asked["/checkout"]["phone"][0] == "order.phone"
    assert shop.visitor().get("/.well-known/gpc.json").json["gpc"] is True


@pytest.mark.parametrize("address", ["/privacy/v0", "/privacy/v2", "/privacy/v99999999999999999999", "/privacy/vx"])
def test_a_version_that_was_never_published_is_not_found(shop: Shop, address: str) -> None:
    assert shop.visitor().get(address).status_code == 404


def test_the_command_finds_drift(shop: Shop) -> None:
    with in_commands(shop) as run:
        assert run.invoke(args=["policy", "check"]).exit_code == 0
    with shop.transaction() as session:
        session.execute(update(PolicyVersion).values(text="Other words\n"))
    with in_commands(shop) as run:
        told = run.invoke(args=["policy", "check"])
        assert told.exit_code == 1
        assert "altered after it was published" in told.output


@pytest.mark.clause("P12")
def test_the_drafted_version_says_what_the_register_says_and_a_frozen_one_stays(
    sqlite_shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(files.drifts()) == []
    monkeypatch.setattr(files, "PUBLISHED", tmp_path)
    monkeypatch.setattr(files, "FINGERPRINTS", tmp_path / "fingerprints")
    (tmp_path / "fingerprints").touch()
    with in_commands(sqlite_shop) as run:
        assert run.invoke(args=["policy", "draft"]).exit_code == 0
        assert run.invoke(args=["policy", "freeze"]).exit_code == 0
        assert "frozen" in run.invoke(args=["policy", "draft"]).output
    assert list(files.drifts()) == []
    (tmp_path / f"v{register.VERSION}.txt").write_text("Other words\n")
    assert len(list(files.drifts())) == 2


@pytest.mark.clause("P12")
def test_frozen_versions_are_posted_one_after_the_other_and_a_draft_never(
    sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted = max(files.frozen()) + 1
    monkeypatch.setattr(register, "VERSION", drafted)
    with in_commands(sqlite_shop) as run:
        for number in range(2, drafted):
            assert f"Version {number} is posted" in run.invoke(args=["policy", "publish"]).output
        refused = run.invoke(args=["policy", "publish"]).output
    assert f"Version {drafted} is a draft: freeze it first." in refused
    with sqlite_shop.transaction():
        assert service.posted_version() == drafted - 1


@pytest.mark.clause("P12")
def test_a_new_use_has_a_switch_from_the_day_it_is_posted(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    assert "choice-survey_invitations" not in ada.get("/account/privacy").text
    with sqlite_shop.transaction(), pytest.raises(NotFound):
        consent.switch(ada.account_id, "survey_invitations", True, how="panel")
    post_version(sqlite_shop)
    assert "choice-survey_invitations" in ada.get("/account/privacy").text
    wants(sqlite_shop, ada.account_id, "survey_invitations")
    with sqlite_shop.transaction():
        assert not service.is_in_force(2) and service.posted_version() == 2
    with clock.moved(timedelta(days=31)), sqlite_shop.transaction():
        assert service.is_in_force(2)


@pytest.mark.clause("P11", "P12")
def test_what_a_column_serves_is_part_of_the_published_words(
    sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To use a datum otherwise is to publish a version first: the drafted text differs at once."""
    order = register.holdings()["order"]
    phone = replace(order.columns["phone"], also_for=("newsletter",))
    monkeypatch.setitem(register._tables, "order", replace(order, columns={**order.columns, "phone": phone}))
    assert [drift for drift in files.drifts() if "register says" in drift]
    assert rules.render(1) == files.text_of(1)


@contextmanager
def in_commands(shop: Shop) -> Iterator[FlaskCliRunner]:
    """Run commands as `flask` would."""
    shop.database.snapshots.clear()
    yield shop.app.test_cli_runner()
