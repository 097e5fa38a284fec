"""A stop by mail, seen in one's panel and among one's messages, and answered by staff; on a phone, with JavaScript and without."""

import subprocess
import sys
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import visits
from tests.browser.looking import PHONE, report
from tests.browser.test_exporting import seen
from tests.browser.visits import main, press
from tests.privacy.mails import written
from tests.running import ROOT, RunningShop


@pytest.mark.clause("P1", "P6")
def test_a_stop_by_mail_is_seen_and_answered(
    context: BrowserContext, running: RunningShop, card: dict[str, Any]
) -> None:
    page = context.new_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.emulate_media(reduced_motion="reduce")
    heard, person, subject = visits.loud(page), card["people"]["lapsed"], f"About your letters {uuid4().hex[:6]}"
    visits.sign_in(page, person)
    page.goto("/account/support")
    wrong = seen(page, "messages")
    hand_in(running, subject, person["email"])
    visits.until(page, "/account/support", lambda: page.get_by_role("link", name=subject)).click()
    expect(main(page)).to_contain_text("Please stop sending me e-mails.")
    number = page.url.rpartition("/")[2]
    wrong += seen(page, "a message")
    page.goto("/account/privacy")
    expect(main(page)).to_contain_text("Only about your own orders and your account")
    visits.open_mail(page, person["email"], f"We have your message .{number}")
    expect(main(page)).to_contain_text("You asked for no more mail: done")
    context.clear_cookies()
    wrong += answer(page, card["staff"]["support"], number)
    context.clear_cookies()
    visits.sign_in(page, person)
    page.goto(f"/account/support/{number}")
    expect(main(page)).to_contain_text("It is stopped. Thank you for writing.")
    press(page, "It is settled")
    expect(page.locator("#notices")).to_contain_text("Closed")
    assert not wrong + heard, report(wrong + heard)


def hand_in(running: RunningShop, subject: str, sender: str) -> None:
    """What the mail server does with a mail to the support address."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "mail", "ingest", "--sender", sender]
    raw = written("Please stop sending me e-mails.", subject=subject, sender=sender).as_bytes()
    done = subprocess.run(command, cwd=ROOT, env=running.environment, input=raw, capture_output=True, timeout=120)
    assert done.stdout == b"Taken.\n", done.stderr[-2000:]


def answer(page: Page, clerk: dict[str, str], number: str) -> list[str]:
    """Behind the counter: find it, open it, answer it."""
    visits.sign_in(page, clerk)
    page.goto("/staff/tickets")
    wrong = seen(page, "the queue of tickets")
    page.get_by_role("link", name=number).click()
    expect(main(page)).to_contain_text("Please stop sending me e-mails.")
    page.locator("form[action*='#answer'] textarea").fill("It is stopped. Thank you for writing.")
    wrong += seen(page, "a ticket")
    press(page, "Send the answer")
    expect(page.locator("#notices")).to_contain_text("Sent, signed by the shop.")
    page.goto("/staff/tickets?show=closed")
    return wrong + seen(page, "closed tickets")
