"""The ways of buying, changing and giving back, and those of staff, by keyboard alone: with JavaScript at a desk, without on a phone.

Nothing is clicked. Each step begins at the top of a page, takes the link to the content, and goes on by Tab.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from core.access import Permission
from core.web import SESSION_COOKIE
from storefront.catalogue import service as catalogue
from tests.browser import visits
from tests.browser.looking import DESK, PHONE, look_at, report
from tests.browser.visits import heading, main
from tests.doors import links
from tests.running import RunningShop
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import buy, pay, place, press, ware
from tests.stores import build

FOCUSED = "wanted => !!document.activeElement && document.activeElement.matches(wanted)"
MOST = 160


@pytest.fixture(scope="module")
def behind(running: RunningShop) -> Iterator[Shop]:
    """The running shop, seen from behind the counter."""
    app = build(running.folder, demo=True)
    yield Shop(app)
    app.extensions["database"].close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Page:
    page = context.new_page()
    page.set_default_timeout(8_000)
    page.set_viewport_size(PHONE if "without" in request.node.name else DESK)  # type: ignore[arg-type]
    return page


def test_a_customer_without_a_mouse(page: Page, behind: Shop, card: dict[str, Any]) -> None:
    ada, heard = fresh(behind), visits.loud(page)
    subscribed = subscribe(ada)
    given_back, kept = buy(ada, ware(behind)), buy(ada, ware(behind))
    enter(page, behind, ada, card)
    compare_and_wish(page)
    redeem_and_ask_for_a_quote(page, voucher(behind))
    cancel_and_resume(page, subscribed)
    give_it_away(page, license_of(ada, kept))
    withdraw(page, given_back)
    assert heard == []


def test_staff_without_a_mouse(page: Page, behind: Shop, card: dict[str, Any]) -> None:
    sam, heard = fresh(behind, Permission.SALES, Permission.CATALOGUE), visits.loud(page)
    number = buy(fresh(behind), ware(behind))
    enter(page, behind, sam, card)
    wrong = [*set_a_price(page), *take_keys_in(page), *refund(page, number), *do_it_with_many(page)]
    assert not wrong + heard, report(wrong + heard)


def compare_and_wish(page: Page) -> None:
    page.goto("/shop/kilnwatch")
    push(page, "a[href^='/shop/compare']")
    expect(page.locator(".compare, .compare-frame").first).to_be_visible()
    page.goto("/shop/kilnwatch")
    push(page, "form[action='/account/wishlist/add'] button")
    expect(page.locator("form[action^='/account/wishlist/']").first).to_be_visible()
    page.goto("/account/wishlist")
    expect(main(page)).to_contain_text("Kilnwatch")


def redeem_and_ask_for_a_quote(page: Page, code: str) -> None:
    page.goto("/shop/kilnwatch")
    push(page, "form.buy button")
    expect(page.locator("#cart-link .count")).to_be_visible()
    page.goto("/cart")
    write(page, "form[action='/cart/voucher'] input[name=code]", code)
    page.keyboard.press("Enter")
    expect(main(page)).to_contain_text(code)
    page.goto("/checkout")
    reach(page, "select[name=country]")
    page.keyboard.type("Austria")
    push(page, "form[action='/checkout'] button[type=submit]", skip=False)
    expect(heading(page)).to_have_text("One last look")
    push(page, "form[action='/checkout/quote'] button")
    expect(heading(page)).to_contain_text("uote")


def cancel_and_resume(page: Page, license: str) -> None:
    page.goto(license)
    push(page, "a[href$='/cancel']")
    push(page, "form[action$='/renewal/cancel'] button")
    expect(page.locator("form[action$='/resume'] button")).to_be_visible()
    push(page, "form[action$='/resume'] button")
    expect(page.locator("#main a[href$='/cancel']")).to_be_visible()


def give_it_away(page: Page, license: str) -> None:
    page.goto(license)
    push(page, "a[href$='/pass-on']")
    write(page, "input[name=address]", "friend@example.com")
    push(page, "form[action$='/pass-on'] button[type=submit]", skip=False)
    expect(page.locator("form[action$='/take-back'] button")).to_be_visible()


def withdraw(page: Page, number: str) -> None:
    """The statement, then its confirmation."""
    page.goto(f"/account/orders/{number}")
    push(page, "a[href$='/withdraw']")
    push(page, "#main form[action*='withdraw'] button")
    expect(page.locator("#main form[action*='withdraw'] button")).to_have_count(0)


def set_a_price(page: Page) -> list[str]:
    page.goto("/staff/catalogue/kilnwatch")
    push(page, "a[href*='/prices/']")
    write(page, "#set-price", "123")
    push(page, "form[action$='/set'] button", skip=False)
    expect(main(page)).to_contain_text("Nothing is saved yet")
    wrong = seen(page, "what a price changes")
    push(page, "form[action$='/set'] button")
    expect(page.locator("#notices")).to_contain_text("It costs 123.00")
    return wrong


def take_keys_in(page: Page) -> list[str]:
    page.goto("/staff/catalogue/querylark")
    push(page, "a[href^='/staff/pools/of/']")
    write(page, "textarea[name=keys]", f"QL-{uuid4().hex[:5].upper()}-{uuid4().hex[:5].upper()}-XY1Z2")
    push(page, "form[action$='/import'] button[type=submit]", skip=False)
    expect(main(page)).to_contain_text("Every line can be used")
    push(page, "form[action^='/staff/pools/imports/'] .button-primary")
    expect(page.locator("#notices")).to_contain_text("on their way")
    return []


def refund(page: Page, number: str) -> list[str]:
    page.goto(f"/staff/orders/{number}/refund?whole=yes")
    wrong = seen(page, "a refund")
    write(page, "#reason", "It was the wrong edition.")
    push(page, ".button-danger", skip=False)
    expect(page).to_have_url(f"{page.url.partition('/staff')[0]}/staff/orders/{number}")
    return wrong


def do_it_with_many(page: Page) -> list[str]:
    """Tick two orders, choose, look, start, and read what became of them."""
    page.goto("/staff/orders?state=paid")
    for _order in range(2):
        reach(page, "input[name=pick]", skip=_order == 0)
        page.keyboard.press("Space")
    reach(page, "#bulk-act", skip=False)
    page.keyboard.type("Send")
    push(page, "#bulk .button-primary", skip=False)
    expect(main(page)).to_contain_text("2 orders would be changed")
    wrong = seen(page, "what a bulk action changes")
    push(page, "form[action$='/start'] button")
    expect(page.locator("#notices")).to_contain_text("It has begun")
    visits.until(page, page.url, lambda: main(page).get_by_text("2 orders confirmed again"))
    return [*wrong, *seen(page, "what a bulk action did")]


def push(page: Page, wanted: str, *, skip: bool = True) -> None:
    """Press a button or follow a link."""
    reach(page, wanted, skip=skip)
    page.keyboard.press("Enter")


def write(page: Page, wanted: str, text: str) -> None:
    """Write into a field in place of what stands there."""
    reach(page, wanted)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def reach(page: Page, wanted: str, *, skip: bool = True) -> None:
    """Go there by Tab: from where one is, or from the top past the menus."""
    page.locator(wanted).first.wait_for()
    if skip:
        page.evaluate("document.activeElement.blur(); document.querySelector('.skip-link').focus()")
        page.keyboard.press("Enter")
    for _tab in range(MOST):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED, wanted):
            return
    raise AssertionError(f"{page.url}: no key leads to {wanted}")


def seen(page: Page, name: str) -> list[str]:
    """What axe and the ruler find; once is enough, and they need script."""
    size = page.viewport_size
    if size != DESK:
        return []
    wrong = look_at(page, name)
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    return wrong


def enter(page: Page, shop: Shop, who: Visitor, card: dict[str, Any]) -> None:
    """Be signed in, as by the sign-in page."""
    token = str(who.cookies()["lp_session"])
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": card["base_url"]}])


def subscribe(visitor: Visitor) -> str:
    """Buy a month of something; the page of its license."""
    with visitor.shop.transaction():
        monthly = catalogue.find_edition("kilnwatch", "monthly")
        assert monthly is not None
        edition = monthly.id
    visitor.submit("/shop/kilnwatch", {"edition": edition}, action="/cart/add")
    number = place(visitor)
    pay(visitor, number)
    return license_of(visitor, number)


def fresh(shop: Shop, *permissions: Permission) -> Visitor:
    name = uuid4().hex[:10]
    return shop.member(f"keys.{name}@example.com", f"Keys {name}", permissions)


def voucher(shop: Shop) -> str:
    code = f"KEYS{uuid4().hex[:6].upper()}"
    press(fresh(shop, Permission.CATALOGUE), "/staff/vouchers", "/staff/vouchers/new", code=code, percent="10")
    return code


def license_of(visitor: Visitor, number: str) -> str:
    """The page of the license that came with an order."""
    own = [link for link in links(visitor.get("/account/licenses").text) if link.startswith("/account/licenses/")]
    return next(link for link in own if number in visitor.get(link).text)
