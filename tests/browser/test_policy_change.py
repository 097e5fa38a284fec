"""A change of the policy on a phone, with JavaScript and without: the banner, the mail, the comparison, the new use."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import visits
from tests.browser.looking import PHONE, look_at, report

BANNER = ".policy-banner"


@pytest.mark.clause("P12", "P13")
def test_a_customer_hears_of_a_change_and_decides(context: BrowserContext, card: dict[str, Any]) -> None:
    page = context.new_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.emulate_media(reduced_motion="reduce")
    heard = visits.loud(page)
    page.goto("/shop")
    expect(page.locator(BANNER)).to_contain_text("Our privacy policy changes on")
    assert context.cookies() == []
    # Each of the two runs needs somebody who has not read it yet.
    visits.sign_in(page, card["people"]["member" if has_script(page) else "owner"])
    visits.follow(page, "See what changes", where=BANNER)
    expect(visits.main(page).locator("ins").first).to_be_visible()
    wrong = seen(page, "the changes")
    decide(page, "true")
    wrong += seen(page, "a new use that is on")
    decide(page, "false")
    page.goto("/account")
    visits.press(page, "Mark as read", where=BANNER)
    expect(visits.heading(page)).to_be_visible()
    expect(page.locator(BANNER)).to_have_count(0)
    page.goto("/privacy/changes")
    expect(visits.main(page)).to_contain_text("Nothing is new since your last visit")
    assert not wrong + heard, report(wrong + heard)


@pytest.mark.clause("P12")
def test_the_mail_names_the_new_use(context: BrowserContext, card: dict[str, Any]) -> None:
    page = context.new_page()
    visits.open_mail(page, card["people"]["holder"]["email"], "Our privacy policy changes on")
    expect(visits.main(page)).to_contain_text("Invitations to surveys")


@pytest.mark.clause("P8")
def test_a_promise_is_tried_beside_its_sentence(context: BrowserContext, card: dict[str, Any]) -> None:
    page = context.new_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.emulate_media(reduced_motion="reduce")
    heard = visits.loud(page)
    visits.sign_in(page, card["people"]["holder"])
    page.goto("/privacy")
    visits.press(page, "Use my telephone number for a newsletter")
    tried = page.locator("#try-P8 .tried")
    expect(tried).to_contain_text("refused")
    expect(tried).to_contain_text("order.phone")
    wrong = seen(page, "a try")
    assert not wrong + heard, report(wrong + heard)


def decide(page: Page, state: str) -> None:
    """Press the switch of the new use, and see it stand otherwise."""
    switch = page.locator("#uses").get_by_role("switch", name="Invitations to surveys")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", state)


def seen(page: Page, name: str) -> list[str]:
    """What is wrong with the page as it stands; axe needs JavaScript."""
    if not has_script(page):
        return []
    found = look_at(page, name)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    return found


def has_script(page: Page) -> bool:
    """Whether the page's own modules run."""
    return bool(page.locator("html").evaluate("() => matchMedia('(scripting: enabled)').matches"))
