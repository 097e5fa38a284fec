"""Every page for everybody: axe finds nothing in either scheme, nothing sticks out at 360 px, no page complains."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.browser import visits
from tests.running import RunningShop

Card = dict[str, Any]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
ALL = {"resultTypes": ["violations"], "preload": False}
AT_NIGHT = ALL | {
    "runOnly": ["color-contrast", "link-in-text-block", "link-name", "button-name", "scrollable-region-focusable"]
}
RUN = "options => axe.run(document, options).then(found => found.violations)"

STRANGER = [
    "/",
    "/shop",
    "/shop?source=own&sort=price",
    "/shop?q=nothinglikethis",
    "/shop/kilnwatch",
    "/shop/querylark",
    "/search?q=kiln",
    "/cart",
    "/sign-in",
    "/sign-up",
    "/reset",
    "/forum/",
    "/forum/search?q=kiln",
    "board",
    "topic",
    "/privacy",
    "/privacy/changes",
    "/privacy/cookies",
    "/privacy/lists",
    "/privacy/preferences",
    "/privacy/phone-removal",
    "/company",
    "/terms",
    "/support",
    "/demo/mailbox",
    "letter",
    "/no/such/page",
]
HOLDER = [
    "/account",
    "/account/orders",
    "order",
    "/account/licenses",
    "license",
    "/account/privacy",
    "/account/security",
    "/forum/kilnwatch-holders",
    "/forum/kilnwatch-holders/new",
    "topic",
    "/shop/kilnwatch",
]
STAFF = {
    "catalogue": ["/staff", "/staff/catalogue", "/staff/catalogue/kilnwatch", "/staff/pools", "pool", "/staff/pages"],
    "sales": ["/staff/orders", "staff order"],
    "moderation": ["/staff/reports", "topic"],
    "audit": ["/staff/audit"],
    "privacy": ["/staff/surveys/1", "/staff/surveys/3"],
}
FOUND = {
    "board": ("/forum/", "main .board h3 a"),
    "topic": ("/forum/", "main .topic h3 a"),
    "letter": ("/demo/mailbox", "main tbody a"),
    "order": ("/account/orders", "main a[href^='/account/orders/']"),
    "license": ("/account/licenses", "main .license-card a"),
    "pool": ("/staff/pools", "main th a[href^='/staff/pools/']"),
    "staff order": ("/staff/orders", "main tbody a"),
}


@pytest.fixture
def page(chromium: Browser, running: RunningShop) -> Iterator[Page]:
    """A fresh window; what moves stands still, so that colors are not measured half-way."""
    context = chromium.new_context(base_url=running.address, reduced_motion="reduce", bypass_csp=False)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def test_a_strangers_pages(page: Page) -> None:
    inspect(page, STRANGER)


def test_a_customers_pages(page: Page, card: Card) -> None:
    visits.sign_in(page, card["people"]["holder"])
    inspect(page, HOLDER)


@pytest.mark.parametrize("role", STAFF)
def test_pages_behind_the_counter(page: Page, card: Card, role: str) -> None:
    visits.sign_in(page, card["staff"][role])
    inspect(page, STAFF[role])


def test_the_way_through_the_checkout(page: Page, card: Card) -> None:
    """Cart, details, review, each with its errors, payment, the declined card, the bank's question, the receipt."""
    visits.sign_in(page, card["people"]["shopper"])
    heard, wrong = visits.loud(page), []
    for step in (
        fill_cart,
        open_details,
        refuse_details,
        give_details,
        refuse_terms,
        order,
        decline,
        ask_the_bank,
        receive,
    ):
        step(page)
        wrong += look_at(page, step.__name__)
    assert not wrong + heard, report(wrong + heard)


def test_forms_with_errors(page: Page) -> None:
    """What is said beside a field belongs to it."""
    wrong = []
    for address, button in (("/sign-up", "Open the account"), ("/sign-in", "Sign in"), ("/reset", "Mail me the link")):
        page.goto(address)
        visits.press(page, button)
        assert visits.main(page).locator(".field-error").count(), address
        wrong += look_at(page, f"{address} with errors")
    assert not wrong, report(wrong)


def fill_cart(page: Page) -> None:
    page.goto("/shop/kilnwatch")
    page.locator("form.buy button").first.click()
    page.locator("#cart-link .count").wait_for()
    page.goto("/cart")


def open_details(page: Page) -> None:
    page.goto("/checkout")


def refuse_details(page: Page) -> None:
    page.get_by_label("VAT id").fill("nonsense")
    visits.press(page, "Go on to the review")
    page.locator(".field-error").first.wait_for()


def give_details(page: Page) -> None:
    page.get_by_label("VAT id").fill("")
    page.get_by_label("Country").select_option("AT")
    visits.press(page, "Go on to the review")
    page.locator("#terms").wait_for()


def refuse_terms(page: Page) -> None:
    page.evaluate("document.querySelector('#terms').required = false")
    visits.press(page, "Order and pay")
    page.locator(".field-error").first.wait_for()


def order(page: Page) -> None:
    page.locator("#terms").check()
    visits.press(page, "Order and pay")
    page.locator("#card-declined").wait_for()


def decline(page: Page) -> None:
    page.locator("#card-declined").check()
    visits.press(page, "Pay")
    page.locator("main .notice-error").wait_for()


def ask_the_bank(page: Page) -> None:
    page.locator("label.choice-card", has_text="confirm").locator("input").first.check()
    visits.press(page, "Pay")
    page.get_by_role("button", name="Yes, pay it").wait_for()


def receive(page: Page) -> None:
    visits.press(page, "Yes, pay it")
    page.get_by_role("heading", name="It is yours").wait_for()


def inspect(page: Page, addresses: list[str]) -> None:
    """Open each address and look at it."""
    heard, wrong = visits.loud(page), []
    for address in addresses:
        open_page(page, address)
        wrong += look_at(page, address)
    assert not wrong + heard, report(wrong + heard)


def open_page(page: Page, address: str) -> None:
    """Go there; some addresses are the first link of a list."""
    if address in FOUND:
        start, link = FOUND[address]
        page.goto(start)
        address = page.locator(link).first.get_attribute("href") or ""
    page.goto(address)


def look_at(page: Page, name: str) -> list[str]:
    """What is wrong with the page on a phone by day, at a desk by night, and the other way round in color."""
    wrong = []
    page.evaluate(AXE_SCRIPT)
    for size, scheme, rules in ((PHONE, "light", ALL), (DESK, "dark", AT_NIGHT)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        wrong += [f"{name} {scheme} {size['width']}: {one}" for one in violations(page, rules)]
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        wrong += [f"{name} is {wider} px wider than {size['width']}"] if wider > 0 else []
    return wrong


def violations(page: Page, rules: dict[str, object]) -> list[str]:
    """What axe finds, with the places."""
    return [
        f"{one['id']} ({one['impact']}): {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in page.evaluate(RUN, rules)
    ]


def report(wrong: list[str]) -> str:
    """One line each."""
    return "\n".join([f"{len(wrong)} things", *wrong[:40]])
