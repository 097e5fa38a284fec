"""A second factor on a phone, with JavaScript and without: set up, asked for, shown once more, removed."""

import time

import pyotp
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import visits
from tests.browser.looking import PHONE, report
from tests.browser.test_exporting import seen
from tests.browser.visits import main, press


def test_a_member_guards_their_account(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.emulate_media(reduced_motion="reduce")
    heard, address = visits.loud(page), visits.sign_up(page)
    visits.open_mail(page, address, "confirm")
    main(page).locator("a[href*='/confirm/']").click()
    press(page, "Confirm and sign in")
    page.goto("/account/security")
    visits.follow(page, "Set it up")
    wrong = seen(page, "a second factor before it is set up")
    press(page, "Set it up")
    main(page).locator("summary", has_text="The same as a text").click()
    secret = main(page).locator("details code").inner_text().replace(" ", "")
    press(page, "Let it count")
    expect(main(page)).to_contain_text("six digits")
    wrong += seen(page, "a second factor to scan")
    type_code(page, pyotp.TOTP(secret).now())
    press(page, "Let it count")
    codes = main(page).locator(".recovery-codes code")
    expect(codes).to_have_count(10)
    recovery = codes.first.inner_text()
    wrong += seen(page, "recovery codes")
    visits.sign_out(page)
    password_step(page, address)
    wrong += seen(page, "the second step")
    type_code(page, "000000")
    press(page, "Sign in")
    expect(main(page)).to_contain_text("not right")
    type_code(page, recovery)
    press(page, "Sign in")
    expect(page.locator(".account-drop")).to_be_visible()
    page.goto("/account/prove?next=/account/security/second-factor")
    wrong += seen(page, "the proof once more")
    page.locator("#proof").fill(pyotp.TOTP(secret).at(time.time() + 30))
    press(page, "Go on")
    expect(main(page)).to_contain_text("Recovery codes left")
    press(page, "Remove the second factor")
    expect(main(page)).to_contain_text("Set it up")
    assert not wrong + heard, report(wrong + heard)


def type_code(page: Page, code: str) -> None:
    page.locator("#code").fill(code)


def password_step(page: Page, address: str) -> None:
    page.goto("/sign-in")
    page.locator("#email").fill(address)
    page.locator("input[type=password]").fill(visits.PASSWORD)
    press(page, "Sign in")
    expect(visits.heading(page)).to_have_text("Your code, please")
