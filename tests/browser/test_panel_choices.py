"""Choosing on a phone, with JavaScript and without: a switch and its receipt, a number removed, a newsletter asked twice."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import visits
from tests.browser.looking import PHONE, report
from tests.browser.test_accessibility import Card
from tests.browser.test_exporting import seen
from tests.browser.visits import follow, heading, main, press


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A phone's window."""
    made = context.new_page()
    made.set_viewport_size(PHONE)  # type: ignore[arg-type]
    made.emulate_media(reduced_motion="reduce")
    return made


def test_a_switch_and_its_receipt(page: Page, card: Card) -> None:
    heard = visits.loud(page)
    visits.sign_in(page, card["people"]["lapsed"])
    page.goto("/account/privacy")
    switch = page.get_by_role("switch", name="Newsletter")
    before = switch.get_attribute("aria-checked")
    wrong = seen(page, "the panel")
    switch.click()
    expect(page.locator("#notices")).to_contain_text("effective now")
    expect(switch).not_to_have_attribute("aria-checked", str(before))
    follow(page, "Everything you said so far")
    wrong += seen(page, "the receipts")
    main(page).locator("tbody a").first.click()
    expect(main(page)).to_contain_text("To mail you news about our own products")
    wrong += seen(page, "a receipt")
    with page.expect_download() as begun:
        follow(page, "Download, signed")
    receipt = begun.value.path().read_text()
    page.goto("/privacy/receipts/verify")
    page.get_by_label("The receipt").fill(receipt)
    press(page, "Check")
    expect(main(page)).to_contain_text("Genuine.")
    page.get_by_label("The receipt").fill(receipt.replace("newsletter", "advertising"))
    press(page, "Check")
    expect(main(page)).to_contain_text("Not genuine.")
    wrong += seen(page, "a receipt that is not genuine")
    for section in ("held", "contact", "visits", "looked", "cookies"):
        page.goto(f"/account/privacy/{section}")
        wrong += seen(page, section)
    assert not wrong + heard, report(wrong + heard)


@pytest.mark.clause("P9", "P10")
def test_a_number_is_removed_by_whoever_asks(page: Page) -> None:
    heard = visits.loud(page)
    page.goto("/privacy/phone-removal")
    page.get_by_label("Telephone number").fill("no number")
    press(page, "Remove this number")
    expect(main(page).locator(".field-error")).to_be_visible()
    wrong = seen(page, "a number that is none")
    page.get_by_label("Telephone number").fill("+43 1 234 5678")
    press(page, "Remove this number")
    expect(page.locator("#notices")).to_contain_text("we will not call it")
    expect(heading(page)).to_have_text("Receipt")
    expect(main(page)).not_to_contain_text("5678")
    wrong += seen(page, "the receipt of a removal")
    assert not wrong + heard, report(wrong + heard)


def test_the_newsletter_is_asked_for_twice_and_stopped_with_a_click(page: Page) -> None:
    heard, address = visits.loud(page), f"reader.{uuid4().hex[:12]}@example.com"
    page.goto("/newsletter")
    wrong = seen(page, "the newsletter's page")
    page.get_by_label("E-mail").fill(address)
    press(page, "Sign up")
    expect(heading(page)).to_have_text("Look into your mailbox")
    wrong += seen(page, "asked for the newsletter")
    visits.open_mail(page, address, "newsletter")
    main(page).locator("a[href*='/newsletter/confirm/']").click()
    expect(main(page)).to_contain_text("Nothing has changed yet")
    wrong += seen(page, "a second question")
    press(page, "Yes, send it to me")
    expect(heading(page)).to_have_text("Welcome")
    wrong += seen(page, "a reader of the newsletter")
    follow(page, "a signed receipt")
    expect(page.locator(".heading .lead")).to_have_text(re.compile("You said yes"))
    assert not wrong + heard, report(wrong + heard)
