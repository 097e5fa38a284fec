"""The newsletter: asked for twice, sent once, stopped at once."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select

from core import clock, forgotten
from core.access import PROGRAM, Permission
from core.accounts import service as accounts
from core.outbox.models import Mail
from privacy.consent import service as consent
from privacy.newsletter import issues, rules, service
from privacy.newsletter.models import NewsletterReader
from tests.privacy.builders import wants
from tests.privacy.test_erasing import erase
from tests.shop import Shop

EVE = "Eve+News@example.com"


def asked(shop: Shop, address: str = EVE) -> str:
    """Somebody typed the address into the form; the link in the mail that asks, or nothing."""
    said = shop.visitor().submit("/newsletter", {"email": address}, action="/newsletter")
    assert "Look into your mailbox" in said.text
    shop.work()
    letters = shop.letters("@example.com", "newsletter_confirm")
    return letters[-1].link("/newsletter/confirm/") if letters else ""


def subscribed(shop: Shop, address: str = EVE) -> None:
    """The address asked for and confirmed."""
    link = asked(shop, address)
    assert "You get the newsletter from now on" in shop.visitor().submit(link, action="").text


def readers(shop: Shop) -> int:
    """How many addresses are kept."""
    with shop.transaction() as session:
        return session.scalar(select(func.count()).select_from(NewsletterReader)) or 0


def release(shop: Shop, title: str = "News of the kiln") -> int:
    """An issue on its way; its number."""
    with shop.transaction():
        issue = issues.write(issues.Texts(title=title, text="Hello.\n\nSee https://example.com/x"), PROGRAM)
        issues.release(issue.id, PROGRAM)
        return issue.id


def test_it_is_off_for_everybody_until_they_ask(shop: Shop) -> None:
    shop.make_account()
    release(shop)
    shop.work()
    assert shop.letters(name="newsletter") == []


def test_a_stranger_is_asked_once_and_reads_only_after_a_second_yes(shop: Shop) -> None:
    link = asked(shop)
    asked(shop)
    assert len(shop.letters(name="newsletter_confirm")) == 1
    assert shop.visitor().get(link).status_code == 200
    release(shop)
    shop.work()
    assert len(shop.letters()) == 1, "looking at the link subscribed nobody"
    done = shop.visitor().submit(link, action="")
    receipt = done.text.partition('href="/privacy/receipts/')[2].partition('"')[0]
    assert "You said yes" in shop.visitor().get(f"/privacy/receipts/{receipt}").text
    assert receipt in shop.visitor().submit(link, action="").text, "a second click changes nothing"
    release(shop, "The second one")
    shop.work()
    (letter,) = [one for one in shop.letters() if one.name == "newsletter"]
    assert letter.subject == "The second one" and letter.state == "sent"
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.clause("P6")
def test_a_readers_stop_forgets_the_address_and_lasts(shop: Shop) -> None:
    subscribed(shop)
    release(shop)
    shop.work()
    stop = (
        shop.letters(name="newsletter")[-1].headers["List-Unsubscribe"].strip("<>").partition("//")[2].partition("/")[2]
    )
    done = shop.visitor().client.post(f"/{stop}", data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200 and readers(shop) == 0
    assert shop.letters() == []
    assert asked(shop, "EVE@example.com") == "", "an address that stopped us is not asked again"
    shop.make_account("eve@example.com", "Eve")
    with shop.transaction():
        account = accounts.find_by_email("eve@example.com")
        assert account is not None and not consent.is_given(account.id, "newsletter")


def test_a_stop_in_the_middle_of_a_run_is_honored(shop: Shop) -> None:
    ada = shop.make_account()
    wants(shop, ada, "newsletter")
    release(shop)
    with shop.transaction():
        issues.send_step()
    with shop.transaction():
        consent.switch(ada, "newsletter", False, how="panel")
    shop.work()
    assert [one.state for one in shop.letters(name="newsletter")] == ["suppressed"]


def test_an_interrupted_run_goes_on_and_mails_nobody_twice(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issues, "STEP", 2)
    for number in range(5):
        wants(shop, shop.make_account(f"m{number}@example.com", f"Member {number}"), "newsletter")
    subscribed(shop)
    number = release(shop)
    with pytest.raises(RuntimeError), shop.transaction():
        issues.send_step()
        raise RuntimeError
    with shop.transaction():
        issues.send_step()
    shop.work()
    shop.work()
    mails = [one.address for one in shop.letters(name="newsletter") if one.name == "newsletter"]
    assert sorted(mails) == sorted([*(f"m{n}@example.com" for n in range(5)), "Eve+News@example.com"])
    with shop.transaction():
        run = issues.find_run(number)
        assert run is not None and (run.mails, run.finished_at is not None) == (6, True)


def test_who_never_confirms_is_forgotten_and_was_never_mailed_again(shop: Shop) -> None:
    link = asked(shop)
    with clock.moved(service.WAITS + timedelta(minutes=1)):
        assert shop.visitor().get(link).status_code == 400
        with shop.transaction() as session:
            service.sweep()
            assert session.scalar(select(func.count()).select_from(Mail)) == 0
        assert readers(shop) == 0


def test_a_members_address_becomes_the_accounts_yes(shop: Shop) -> None:
    ada = shop.make_account("ada@example.com")
    subscribed(shop, "ADA@example.com")
    with shop.transaction():
        assert consent.is_given(ada, "newsletter")
    assert readers(shop) == 0
    release(shop)
    shop.work()
    assert len([one for one in shop.letters() if one.name == "newsletter"]) == 1


def test_the_answer_is_the_same_for_every_address_and_nonsense_is_told(shop: Shop) -> None:
    shop.make_account("ada@example.com")
    subscribed(shop, "eve@example.com")
    pages = {
        shop.visitor().submit("/newsletter", {"email": address}, action="/newsletter").text
        for address in ("ada@example.com", "eve@example.com", "nobody@example.com")
    }
    assert len(pages) == 1
    wrong = shop.visitor().submit("/newsletter", {"email": "eve at example"}, action="/newsletter")
    assert wrong.status_code == 400 and "eve at example" in wrong.text


def test_staff_write_try_and_send_an_issue_that_stays_public(shop: Shop) -> None:
    clerk = shop.member("clerk@example.com", "Clerk", [Permission.CATALOGUE])
    wants(shop, shop.make_account(), "newsletter")
    said = {"title": "Ledgerlark 4 is out <b>", "text": "It reads receipts.\n\nSee https://example.com/x"}
    page = clerk.submit("/staff/newsletter/new", said, action="/new")
    assert "Kept as a draft" in page.text and "&lt;b&gt;" in page.text
    address = page.request.path
    assert shop.visitor().get("/newsletter/ledgerlark-4-is-out-b").status_code == 404
    clerk.submit(address, action="/try")
    shop.work()
    assert [one.address for one in shop.letters(name="newsletter")] == ["clerk@example.com"]
    assert clerk.submit(address, action="/send").status_code == 400
    assert "It is on its way" in clerk.submit(address, {"sure": "yes"}, action="/send").text
    shop.work()
    assert [one.address for one in shop.letters(name="newsletter")] == ["clerk@example.com", "ada@example.com"]
    again = clerk.post(f"{address}/send", {"sure": "yes"})
    assert again.status_code == 409
    public = shop.visitor().get("/newsletter/ledgerlark-4-is-out-b").text
    assert 'href="https://example.com/x"' in public and "<b>" not in public.partition("<main")[2].partition("</main")[0]
    assert "ledgerlark-4-is-out-b" in shop.visitor().get("/newsletter").text


def test_two_who_press_send_at_once_send_one_issue(shop: Shop) -> None:
    wants(shop, shop.make_account(), "newsletter")
    number = release(shop)
    with pytest.raises(issues.OnItsWay), shop.transaction():
        issues.release(number, PROGRAM)
    shop.work()
    assert len(shop.letters(name="newsletter")) == 1


@given(st.text(max_size=120), st.sets(st.text(max_size=5), max_size=4))
def test_every_title_has_an_address_that_is_free(title: str, taken: set[str]) -> None:
    slug = rules.free_slug(rules.slug_of(title), frozenset(taken))
    assert slug not in taken and slug.isascii() and 0 < len(slug) <= 80 and "/" not in slug


@pytest.mark.clause("P6")
def test_with_an_account_go_the_sign_ups_of_its_mailbox_in_a_restored_backup_too(shop: Shop) -> None:
    subscribed(shop, "eve@example.com")
    subscribed(shop, EVE)
    subscribed(shop, "eva@example.com")
    with shop.transaction() as session:
        kept = [dict(row._mapping) for row in session.execute(select(NewsletterReader.__table__))]
    eve = shop.member("Eve@example.com", "Eve")
    release(shop)
    shop.work()
    assert "The newsletter" in eve.get("/account/privacy/erase").text
    erase(eve)
    shop.work()
    assert readers(shop) == 1 and {one.address for one in shop.letters()} == {"eva@example.com"}
    with shop.transaction() as session:
        session.execute(delete(NewsletterReader))
        session.execute(insert(NewsletterReader), kept)
        assert forgotten.replay()[service.LEDGER] == 2
    assert readers(shop) == 1
    with shop.transaction():
        service.sign_up("eve@example.com")
        assert forgotten.replay()[service.LEDGER] == 0, "who came back afterwards is a reader again"
