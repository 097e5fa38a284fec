"""What a real browser has been given after each act that may leave something in it.

That looking around leaves nothing is seen where every page is looked at: test_accessibility."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import visits
from tests.running import RunningShop


@pytest.fixture
def page(chromium: Browser, running: RunningShop) -> Iterator[Page]:
    """A browser that was never here."""
    context = chromium.new_context(base_url=running.address)
    yield context.new_page()
    context.close()


def topics(page: Page) -> list[str]:
    """A board and a topic that everybody can read."""
    page.goto("/forum/")
    links = page.locator("main .topic-list .topic h3 a, main .board h3 a")
    found = [one.get_attribute("href") or "" for one in links.all()]
    return [one for one in found if "holders" not in one][:1] + [one for one in found if "/forum/t/" in one][:1]


@pytest.mark.clause("P5a", "P5c")
def test_the_first_thing_in_the_cart_sets_the_carts_cookie_and_nothing_else(page: Page) -> None:
    page.goto("/shop/kilnwatch")
    visits.add_first_edition(page, 1)
    assert visits.cookie_names(page.context) == {"lp_cart"}
    [cookie] = page.context.cookies()
    assert cookie.get("httpOnly") and cookie.get("sameSite") == "Lax" and cookie.get("path") == "/"
    assert visits.stored(page) == []
    page.goto("/cart")
    visits.press(page, "Remove")
    expect(visits.main(page)).to_contain_text("Nothing in here yet")
    assert visits.cookie_names(page.context) <= {"lp_cart"}


@pytest.mark.clause("P5a")
def test_preferences_are_one_cookie_and_forgetting_takes_it_back(page: Page) -> None:
    page.goto("/privacy/preferences")
    page.locator("[name=theme][value=dark], select[name=theme]").first.click()
    visits.press(page, "Save in this browser")
    expect(page.locator("#notices")).not_to_be_empty()
    assert visits.cookie_names(page.context) == {"lp_prefs"}
    visits.press(page, "Forget optional cookies")
    expect(page.locator("#notices")).not_to_be_empty()
    page.goto("/")
    assert visits.cookie_names(page.context) == set()


@pytest.mark.clause("P5b", "P5d")
def test_the_order_of_posts_stays_in_the_forum(page: Page) -> None:
    page.goto(topics(page)[1])
    visits.press(page, "Newest posts first")
    assert visits.cookie_names(page.context) == {"lp_forum"}
    [cookie] = page.context.cookies()
    assert cookie.get("path") == "/forum"


@pytest.mark.clause("P5a", "P5b")
def test_signing_in_sets_the_sessions_cookie_which_ends_with_it(
    page: Page, card: dict[str, dict[str, dict[str, str]]]
) -> None:
    visits.sign_in(page, card["people"]["member"])
    page.goto("/account")
    assert visits.cookie_names(page.context) == {"lp_session"}
    [cookie] = page.context.cookies()
    assert cookie.get("expires") == -1 and cookie.get("httpOnly")
    assert visits.stored(page) == []
    visits.sign_out(page)
    page.goto("/")
    assert visits.cookie_names(page.context) == set()
