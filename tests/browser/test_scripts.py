"""The four small scripts: each makes something quicker that works without it, and none gets in the way."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser import visits
from tests.running import RunningShop

MARK = "window.isTheSamePage = true"
SAME = "window.isTheSamePage === true"


@pytest.fixture
def page(chromium: Browser, running: RunningShop) -> Iterator[Page]:
    """A fresh window that may use the clipboard."""
    context = chromium.new_context(base_url=running.address)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=running.address)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def posts(page: Page) -> list[str]:
    """The addresses that the page posts to from now on."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            sent.append(request.url)

    page.on("request", note)
    return sent


def test_adding_to_the_cart_keeps_the_page_and_says_so(page: Page) -> None:
    page.goto("/shop/kilnwatch")
    page.evaluate(MARK)
    visits.add_first_edition(page, 1)
    assert page.evaluate(SAME)
    expect(page.locator("#notices")).to_contain_text("Kilnwatch")
    expect(page.locator("#announcer")).not_to_be_empty()
    visits.add_first_edition(page, 2)
    assert page.evaluate(SAME)
    assert page.evaluate("document.activeElement.closest('form.buy') !== null")


def test_changing_the_cart_keeps_the_page_and_the_focus(page: Page) -> None:
    page.goto("/shop/kilnwatch")
    visits.add_first_edition(page, 1)
    page.goto("/cart")
    page.evaluate(MARK)
    page.get_by_label("Quantity").fill("3")
    visits.press(page, "Change")
    expect(page.locator("#cart-link .count")).to_have_text(re.compile("^3 "))
    assert page.evaluate("document.activeElement.closest('#cart') !== null")
    page.get_by_label("Quantity").fill("many")
    visits.press(page, "Change")
    expect(page.locator("#cart .field-error")).to_be_visible()
    expect(page.get_by_label("Quantity")).to_have_value("many")
    visits.press(page, "Remove")
    expect(visits.main(page)).to_contain_text("Nothing in here yet")
    assert page.evaluate(SAME)


def test_the_copy_button_copies_the_key(page: Page, card: dict[str, Any]) -> None:
    visits.sign_in(page, card["people"]["holder"])
    page.goto("/account/licenses")
    page.locator(".license-card", has_text=re.compile("good|live|active|valid", re.IGNORECASE)).locator(
        "a"
    ).first.click()
    visits.press(page, "Reveal the key")
    key = page.locator("#key").inner_text().strip()
    visits.press(page, "Copy")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "".join(key.split())
    expect(page.locator("#announcer")).to_contain_text("Copied")


def test_the_preview_appears_while_typing(page: Page, card: dict[str, Any]) -> None:
    visits.sign_in(page, card["people"]["holder"])
    page.goto("/forum/kilnwatch-holders/new")
    page.evaluate(MARK)
    page.locator("textarea[name=body]").press_sequentially("It is **hot**")
    expect(page.locator("#preview strong")).to_have_text("hot")
    page.locator("textarea[name=body]").fill("Now *cold* <script>alert(1)</script>")
    expect(page.locator("#preview em")).to_have_text("cold")
    assert page.locator("#preview script").count() == 0
    assert page.evaluate(SAME)
    expect(page.locator("textarea[name=body]")).to_be_focused()


def test_what_is_typed_is_kept_and_there_again_after_a_crash(page: Page, card: dict[str, Any]) -> None:
    visits.sign_in(page, card["people"]["holder"])
    page.goto("/forum/kilnwatch-holders/new")
    page.locator("input[name=title]").fill("A cold morning")
    page.locator("textarea[name=body]").press_sequentially("It was")
    expect(page.locator("[data-draft-state]")).to_have_text("Kept as a draft.")
    page.goto("/forum/kilnwatch-holders/new")
    expect(page.locator("textarea[name=body]")).to_have_value("It was")
    expect(page.locator("input[name=title]")).to_have_value("A cold morning")
    page.locator("textarea[name=body]").fill("")
    page.locator("input[name=title]").fill("")
    expect(page.locator("[data-draft-state]")).to_have_text("Kept as a draft.")


def test_a_triple_click_sends_once(page: Page, card: dict[str, Any]) -> None:
    """With the browser's own sending, and with the swap in place."""
    visits.sign_in(page, card["people"]["member"])
    page.goto("/account/privacy")
    sent = posts(page)
    switch = page.get_by_role("switch", name="Original purposes only")
    before = switch.get_attribute("aria-checked")
    switch.evaluate("one => { one.click(); one.click(); one.click() }")
    expect(switch).not_to_have_attribute("aria-checked", str(before))
    assert len(sent) == 1
    page.goto("/privacy/preferences")
    sent.clear()
    page.get_by_role("button", name="Save in this browser").click(click_count=3)
    expect(page.locator("#notices")).not_to_be_empty()
    assert len(sent) == 1


def test_the_keyboard_is_enough_to_buy(page: Page) -> None:
    """The skip link comes first and works; tab reaches the button, Enter presses it, the focus stays."""
    page.goto("/shop/kilnwatch")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    expect(page.locator(".skip-link")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('form.buy button')"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.locator("#cart-link .count")).to_have_text(re.compile("^1 "))
    assert page.evaluate("document.activeElement.matches('form.buy button')")


def test_menus_open_and_close_by_keyboard(page: Page, card: dict[str, Any]) -> None:
    visits.sign_in(page, card["people"]["member"])
    page.goto("/")
    page.locator(".account-drop > summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".account-drop").get_by_role("link", name="Licenses")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".account-drop").get_by_role("link", name="Licenses")).to_be_hidden()
