"""What a customer does in the shop, named as the trade names it; each step looks at what the customer sees."""

import re
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from playwright.sync_api import BrowserContext, Locator, Page, Response, expect

PASSWORD = "seven quiet kilns 41"
PATIENCE = 20

STORED = """async () => [
  ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...document.cookie.split(";").filter(one => one),
  ...(await indexedDB.databases()).map(one => one.name), ...await caches.keys(),
  ...(await navigator.serviceWorker.getRegistrations()).map(one => one.scope),
]"""


def main(page: Page) -> Locator:
    """The page's own content."""
    return page.locator("#main")


def heading(page: Page) -> Locator:
    """The page's title."""
    return main(page).locator("h1")


def press(page: Page, name: str, *, where: str = "#main") -> None:
    """Press the button of that name."""
    page.locator(where).get_by_role("button", name=name).first.click()


def follow(page: Page, name: str, *, where: str = "#main") -> None:
    """Follow the link of that name."""
    page.locator(where).get_by_role("link", name=name).first.click()


def search(page: Page, words: str) -> None:
    """Look for something with the search of the header."""
    page.goto("/")
    page.locator("#site-search").fill(words)
    page.locator("#site-search").press("Enter")
    expect(heading(page)).to_have_text("Search")


def open_product(page: Page, name: str) -> None:
    """Search for a product by its name and open the page that the search offers."""
    search(page, name)
    follow(page, name)
    expect(heading(page)).to_have_text(re.compile(name, re.IGNORECASE))


def count(page: Page) -> str:
    """The number at the cart in the header, or nothing."""
    shown = page.locator("#cart-link .count")
    return (shown.inner_text().split() or [""])[0] if shown.count() else ""


def add_first_edition(page: Page, expected_count: int) -> str:
    """Put the first edition that the product's page sells into the cart; its name."""
    row = page.locator("#editions tbody tr", has=page.locator("form.buy")).first
    name = row.locator("th > span").first.inner_text()
    row.get_by_role("button", name="Add to cart").click()
    expect(page.locator("#cart-link .count")).to_have_text(re.compile(rf"^{expected_count} item"))
    return name


def sign_up(page: Page, name: str = "Nell Marsh") -> str:
    """Open an account with an address nobody had before; the address."""
    address = f"nell.{uuid4().hex[:12]}@example.com"
    page.goto("/sign-up")
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Name", exact=False).first.fill(f"{name} {address[5:9]}")
    page.locator("input[type=password]").fill(PASSWORD)
    main(page).locator("input[type=checkbox]").check()
    press(page, "Open the account")
    expect(heading(page)).to_have_text("Look into your mailbox")
    expect(main(page)).to_contain_text(address)
    return address


def sign_in(page: Page, who: dict[str, str]) -> None:
    """Sign in at the door, as somebody of the tester's card."""
    page.goto("/sign-in")
    page.locator("#email").fill(who["email"])
    page.locator("input[type=password]").fill(who["password"])
    press(page, "Sign in")
    expect(page.locator(".account-drop")).to_be_visible()


def sign_out(page: Page) -> None:
    """Sign out by the menu under the name."""
    page.locator(".account-drop > summary").click()
    page.locator(".account-drop").get_by_role("button", name="Sign out").click()
    expect(page.locator(".site-header .sign-in-link, .small-menu a[href='/sign-in']").first).to_be_attached()
    expect(page.locator(".account-drop")).to_have_count(0)


def until(page: Page, address: str, found: Callable[[], Locator]) -> Locator:
    """Look at a page again and again, as people do who wait for a mail, until it shows what is waited for."""
    end = time.monotonic() + PATIENCE
    page.goto(address)
    while not found().count():
        assert time.monotonic() < end, f"{address} never showed it: {main(page).inner_text()[:1000]}"
        page.wait_for_timeout(200)
        page.goto(address)
    return found()


def open_mail(page: Page, to: str, subject: str) -> None:
    """Open the latest mail to somebody in the demonstration's mailbox."""

    def found() -> Locator:
        row = page.locator("tbody tr", has_text=to)
        return row.get_by_role("link", name=re.compile(subject, re.IGNORECASE))

    end = time.monotonic() + PATIENCE
    page.goto("/demo/mailbox")
    while not found().count():
        assert time.monotonic() < end, f"nobody mailed {subject} to {to}"
        older = main(page).locator("a[rel=next]")
        if older.count():
            older.first.click()
        else:
            page.wait_for_timeout(200)
            page.goto("/demo/mailbox")
    found().first.click()
    expect(main(page)).to_contain_text(to)


def fetch(page: Page, address: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and bytes of an address, asked for with this browser's cookies."""
    answer = page.request.get(address)
    return answer.status, answer.headers, answer.body()


def loud(page: Page) -> list[str]:
    """Everything the page complains about from now on: errors, refused content, missing files."""
    heard: list[str] = []

    def note(message: Any) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            heard.append(f"{page.url}: {message.text}")

    def missing(answer: Response) -> None:
        if answer.status >= 500 or (answer.status == 404 and answer.request.resource_type != "document"):
            heard.append(f"{page.url}: {answer.status} {answer.url}")

    page.on("console", note)
    page.on("pageerror", lambda error: heard.append(f"{page.url}: {error}"))
    page.on("response", missing)
    return heard


def as_stranger(page: Page, address: str) -> str:
    """What somebody without cookies gets at the address."""
    browser = page.context.browser
    assert browser
    stranger = browser.new_context()
    answer = stranger.request.get(address)
    text = answer.text()
    stranger.close()
    return text


def cookie_names(context: BrowserContext) -> set[str]:
    """The names of all cookies in the browser."""
    return {str(cookie.get("name")) for cookie in context.cookies()}


def stored(page: Page) -> list[object]:
    """What the shop left in the browser outside cookies, programs that would run without a page among it."""
    return list(page.evaluate(STORED))
