"""Erasing oneself on a phone, with JavaScript and without: read what goes and what stays, mean it, keep the receipt."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import visits
from tests.browser.looking import PHONE, report
from tests.browser.test_exporting import seen
from tests.browser.visits import main, press


@pytest.mark.clause("P6")
def test_a_customer_erases_themselves(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.emulate_media(reduced_motion="reduce")
    heard, address = visits.loud(page), visits.sign_up(page)
    visits.open_mail(page, address, "confirm")
    main(page).locator("a[href*='/confirm/']").click()
    press(page, "Confirm and sign in")
    buy(page)
    page.goto("/account/privacy")
    visits.follow(page, "Erase your account")
    expect(main(page)).to_contain_text("Papers of these orders")
    expect(main(page)).to_contain_text("Until 31 December")
    wrong = seen(page, "what an erasure would do")
    press(page, "Erase my account")
    expect(main(page)).to_contain_text("Please choose one of the two")
    wrong += seen(page, "an erasure with errors")
    wrong += mean_it(page)
    page.goto("/sign-in")
    page.locator("#email").fill(address)
    page.locator("input[type=password]").fill(visits.PASSWORD)
    press(page, "Sign in")
    expect(main(page)).to_contain_text("do not belong together")
    assert not wrong + heard, report(wrong + heard)


def buy(page: Page) -> None:
    """Have a paper that has to stay."""
    page.goto("/shop/kilnwatch")
    page.locator("#editions form.buy button").first.click()
    expect(page.locator("#notices, #cart")).not_to_have_count(0)
    page.goto("/checkout")
    page.get_by_label("Country").select_option("AT")
    press(page, "Go on to the review")
    page.locator("#terms").check()
    press(page, "Order and pay")
    press(page, "Pay")
    page.get_by_role("heading", name="It is yours").wait_for()


def mean_it(page: Page) -> list[str]:
    """Choose, prove it and confirm; what is wrong with the receipt."""
    page.locator("label.choice-card", has_text="Remove it").locator("input").check()
    page.locator("form#erase input[type=password]").fill(visits.PASSWORD)
    page.get_by_label("I have read what goes").check()
    press(page, "Erase my account")
    expect(visits.heading(page)).to_have_text("Your account is erased")
    expect(main(page)).to_contain_text("Until 31 December")
    assert [cookie["name"] for cookie in page.context.cookies()] == []
    return seen(page, "the receipt of an erasure")
