"""A change of the policy, told to everybody: banner, mail, record; and nothing new starts before."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from core import clock
from core.access import PROGRAM
from core.accounts import service as accounts
from privacy.consent import service as consent
from privacy.contact import stopping
from privacy.gate import Closed, disclose
from privacy.notices import rules as notices
from privacy.notices import service
from privacy.policies import comparing, files, hearing
from privacy.policies import service as policies
from privacy.policies.comparing import Kind
from privacy.policies.models import PolicyNotice
from tests.privacy.builders import Inbox, mailing_to, post_version, wants
from tests.shop import Shop

BANNER = "policy-banner"
PAGES = ("/", "/shop", "/privacy", "/sign-in")


@pytest.mark.clause("P12")
def test_every_page_says_so_until_the_reader_has_seen_it(shop: Shop) -> None:
    ada, eve, bob = shop.member(), shop.visitor(), shop.member("bob@example.com", "Bob")
    assert not [one for one in (ada, eve) if BANNER in one.get("/").text]
    post_version(shop)
    for page in PAGES:
        assert BANNER in eve.get(page).text
    assert eve.get("/").data == shop.visitor().get("/").data
    assert eve.cookies() == {}
    answer = eve.submit("/shop", action="/privacy/changes/seen")
    assert answer.request.path == "/shop" and BANNER not in answer.text
    assert eve.cookies()["lp_prefs"] == "policy_seen=2"
    ada.submit("/account", action="/privacy/changes/seen")
    assert BANNER not in ada.get("/account").text
    with shop.statements() as seen:
        assert BANNER in bob.get("/account").text
    assert not [one for one in seen if "policy_notice" in one], "no page may ask for it: who is signed in says it"
    assert BANNER in bob.get("/account").text
    elsewhere = shop.visitor()
    elsewhere.sign_in(ada.account_id)
    assert BANNER not in elsewhere.get("/account").text
    with clock.moved(timedelta(days=59)):
        assert "is in force since" in shop.visitor().get("/terms").text
    with clock.moved(timedelta(days=61)):
        assert BANNER not in shop.visitor().get("/company").text


@pytest.mark.clause("P12")
def test_everybody_who_may_be_mailed_is_mailed_once(shop: Shop) -> None:
    ada, bob = shop.make_account(), shop.make_account("bob@example.com", "Bob")
    with shop.transaction():
        stopping.stop_all(bob, how="panel")
    with shop.transaction():
        service.post(2, files.text_of(2), 30)
    shop.work()
    with shop.transaction():
        service.start(service.JOB)
    shop.work()
    letters = shop.letters(name="policy_change")
    assert [one.address for one in letters] == ["ada@example.com"]
    assert "Invitations to surveys: To ask you by mail to take part in a survey." in letters[0].text
    assert "/privacy/changes" in letters[0].text and "You asked for" not in letters[0].text
    assert "List-Unsubscribe" in letters[0].headers
    with shop.transaction():
        assert hearing.has_been_told(ada, 2) and not hearing.has_been_told(bob, 2)
        assert hearing.has_been_told(bob, 1)
        assert not accounts.get(ada).policy_seen


@pytest.mark.clause("P12")
def test_a_mail_that_no_server_took_has_reached_nobody(sqlite_shop: Shop, tmp_path: Path) -> None:
    ada, inbox = sqlite_shop.make_account(), Inbox(tmp_path)
    with sqlite_shop.transaction():
        service.post(2, files.text_of(2), 30)
    with mailing_to(sqlite_shop, inbox):
        sqlite_shop.work()
        with sqlite_shop.transaction():
            assert not hearing.has_been_told(ada, 2)
        inbox.start()
        with clock.moved(timedelta(hours=1)), sqlite_shop.transaction():
            service.start("outbox.send")
        with clock.moved(timedelta(hours=1)):
            sqlite_shop.work()
    with sqlite_shop.transaction():
        assert hearing.has_been_told(ada, 2)


def test_telling_goes_on_where_it_stopped(shop: Shop) -> None:
    people = [shop.make_account(f"p{number}@example.com", f"Person {number}") for number in range(5)]
    post_version(shop)
    with shop.transaction():
        assert service.tell_some(3) == 3
    with pytest.raises(RuntimeError), shop.transaction():
        service.tell_some(1)
        raise RuntimeError
    with shop.transaction():
        assert service.tell_some(3) == 2 and service.tell_some(3) == 0
    with shop.transaction() as session:
        assert session.scalar(select(func.count()).select_from(PolicyNotice)) == len(people)
    assert len({letter.address for letter in shop.letters(name="policy_change")}) == len(people)


@pytest.mark.clause("P12")
def test_who_joins_while_it_is_posted_is_told_at_the_door(sqlite_shop: Shop) -> None:
    post_version(sqlite_shop)
    page = sqlite_shop.visitor().get("/sign-up").text
    assert "Version 2 of the policy is posted" in page and "privacy policy, version 1" in page
    typed = {"email": "new@example.com", "name": "Newcomer", "password": "four plain words here", "agreed": "y"}
    sqlite_shop.visitor().submit("/sign-up", typed, action="/sign-up")
    sqlite_shop.work()
    with sqlite_shop.transaction():
        account = accounts.find_by_email("new@example.com")
        assert account is not None
        accounts.confirm(account.id)
        assert policies.has_been_told(account.id, 2)
    with sqlite_shop.transaction():
        assert service.tell_some(9) == 0


@pytest.mark.clause("P12")
def test_the_time_of_notice_is_kept(sqlite_shop: Shop) -> None:
    with sqlite_shop.transaction():
        posted = service.post(2, files.text_of(2), 14)
    assert posted.effective_at - posted.posted_at == timedelta(days=14)
    with sqlite_shop.transaction():
        assert policies.coming() == posted and not policies.is_in_force(2)
    assert notices.time_of_notice(0) == timedelta(days=1)
    assert [use.id for use in notices.new_uses(2)] == ["survey_invitations"]


@pytest.mark.clause("P11", "P12")
def test_a_new_use_starts_after_the_notice_and_only_with_a_yes(shop: Shop) -> None:
    """Posted, told, in force, wanted: only all of them together open the address for the new use."""
    ada = shop.make_account()

    def answer() -> str:
        with shop.transaction():
            sealed = accounts.get(ada).email
            assert sealed is not None
            try:
                disclose(sealed, purpose="survey_invitations", actor=PROGRAM)
            except Closed as closed:
                return closed.reason
            return "opened"

    post_version(shop)
    wants(shop, ada, "survey_invitations")
    assert answer() == "not_in_force"
    with clock.moved(timedelta(days=31)):
        assert answer() == "not_told"
        with shop.transaction():
            policies.see_all(ada)
        assert answer() == "opened"
        with shop.transaction():
            consent.switch(ada, "survey_invitations", False, how="changes")
        assert answer() in {"newer_purpose", "switched_off"}


@pytest.mark.clause("P12", "P13")
def test_the_page_of_changes_compares_sentence_by_sentence(shop: Shop) -> None:
    post_version(shop)
    eve = shop.visitor()
    page = eve.get("/privacy/changes").text
    assert "<ins>The number of your card goes into its own form" in page
    assert "Since your last visit" not in page and "Sign in to decide" in page
    feed = eve.get("/privacy/changes.atom").text
    assert "+ The number of your card goes into its own form" in feed and "Invitations to surveys" in feed
    eve.submit("/privacy/preferences", {"theme": "dark"}, action="/privacy/preferences")
    page = eve.get("/privacy/changes").text
    assert "Since your last visit, when you had seen version 1" in page and "new to you" in page
    assert "Nothing is new since your last visit" in eve.submit("/privacy/changes", action="/changes/seen").text


@pytest.mark.clause("P12")
def test_a_new_use_is_decided_on_the_page_of_changes(shop: Shop) -> None:
    ada = shop.member()
    post_version(shop)
    answer = ada.submit("/privacy/changes", action="/changes/switch")
    assert "It starts with version 2 of the policy, and not before" in answer.text
    assert "begins with something you write or mark yourself" in answer.text
    with shop.transaction():
        assert consent.is_given(ada.account_id, "survey_invitations")
    assert "is off, effective now" in ada.submit("/privacy/changes", action="/changes/switch").text
    assert ada.post("/privacy/changes/switch", {"purpose": "newsletter", "on": "1"}).status_code == 404


SENTENCES = st.lists(st.text("ab c", min_size=1).map(str.strip).filter(bool), min_size=1, max_size=5, unique=True)


@given(SENTENCES, SENTENCES)
@pytest.mark.clause("P12")
def test_a_comparison_loses_no_word(before: list[str], after: list[str]) -> None:
    """Without what was added it is the old text, without what was removed the new one."""
    old, new = (
        f"Policy, version {n}\n\nP1 · Title\n" + "\n".join(text) + "\n" for n, text in ((1, before), (2, after))
    )
    [section] = comparing.compare(old, new)
    assert [line.before for line in section.lines if line.kind is not Kind.ADDED] == before
    assert [line.after for line in section.lines if line.kind is not Kind.REMOVED] == after
    for line in section.lines:
        if line.kind is Kind.CHANGED:
            assert " ".join(one.text for one in line.words if one.kind is not Kind.ADDED) == " ".join(
                line.before.split()
            )
            assert " ".join(one.text for one in line.words if one.kind is not Kind.REMOVED) == " ".join(
                line.after.split()
            )


def test_sections_that_come_and_go_are_told_apart() -> None:
    old = "T\n\nP1 · One\nStays as it is.\n\nGone list\nAway.\n"
    new = "T\n\nP1 · One\nStays as it was.\nAnd more.\n\nNew list\nHere.\n"
    one, fresh, gone = comparing.compare(old, new)
    assert [line.kind for line in one.lines] == [Kind.CHANGED, Kind.ADDED]
    assert [(word.kind, word.text) for word in one.lines[0].words][1:] == [(Kind.REMOVED, "is."), (Kind.ADDED, "was.")]
    assert [line.kind for line in fresh.lines] == [Kind.ADDED]
    assert [line.kind for line in gone.lines] == [Kind.REMOVED] and gone.title == "Gone list"
