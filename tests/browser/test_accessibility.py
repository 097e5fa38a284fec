"""axe and the ruler on every page there is: in both schemes, on a phone and at a desk, also with errors in the forms.

Pages are found by the map of addresses and by following links, so that a new one is looked at without being named here.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from core.access import Permission
from core.web import SESSION_COOKIE
from tests.browser import visits
from tests.browser.looking import look_at, report
from tests.claims import claims, let_in, reader_of
from tests.doors import doors, rules
from tests.lived import secret_addresses
from tests.running import RunningShop
from tests.shop import Shop
from tests.stores import build

Card = dict[str, Any]
ALSO = {
    "stranger": [
        "/shop?source=own&sort=price",
        "/shop?q=nothinglikethis",
        "/shop/querylark",
        "/search?q=kiln",
        "/search?q=nothinglikethis",
        "/forum/search?q=kiln",
        "/no/such/page",
    ],
    "holder": ["/forum/kilnwatch-holders", "/forum/kilnwatch-holders/new", "/shop/kilnwatch", "/staff"],
}
"""What one sees with other words in the address, or where one may not be."""
ELSEWHERE = {
    "/metrics": "the operator's measuring program alone has its token",
    "/forum/t/<int:topic_id>": "leads to the topic's own address",
    "/forum/t/<int:topic_id>/<slug>/unread": "leads to a page of the topic",
    "/forum/t/<int:topic_id>/<slug>/<int:number>/edit": "drawn as the form for a new topic, once there is a post of one's own",
    "/privacy/unsubscribe/<token>/": "the same page as without the slash",
    "/account/orders/<number>/credit-note.pdf": "a PDF",
    "/account/orders/<number>/papers/<paper_number>.pdf": "a PDF",
    "/account/orders/<number>/papers/<paper_number>.xml": "for machines",
    "/account/licenses/<public_id>/certificates/<number>.pdf": "a PDF",
    "/former-address/<token>": "the page of /new-address/<token>, with other words",
    "/account/support/<number>": "test_stopping_by_mail",
    "/account/support/<number>/files/<int:file>": "a file as a mail brought it",
    "/staff/tickets/<number>": "test_stopping_by_mail",
    "/staff/tickets/<number>/files/<int:file>": "a file as a mail brought it",
    "/staff/bulk/<int:run_id>": "test_by_keyboard",
    "/staff/bulk/<int:run_id>.csv": "for machines",
    "/surveys/<slug>": "test_surveys",
    "/staff/surveys/<int:number>": "test_surveys",
    "/staff/surveys/<int:number>/questions/<int:question>": "the form of test_surveys with a question in it",
    "/checkout/pay/<number>": "below, on the way through the checkout",
    "/checkout/done/<number>": "below, on the way through the checkout",
    "/staff/pools/of/<int:edition_id>": "leads to the pool",
    "/checkout/review": "below, on the way through the checkout",
}
"""Pages that nobody has before they act, or that are no pages, and who looks at them."""


@pytest.fixture
def page(chromium: Browser, running: RunningShop) -> Iterator[Page]:
    """A fresh window; what moves stands still, so that colors are not measured half-way."""
    context = chromium.new_context(base_url=running.address, reduced_motion="reduce", bypass_csp=False)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def behind(running: RunningShop) -> Iterator[Shop]:
    """The running shop, seen from behind the counter. Nothing of it stays around other tests of this process."""
    app = build(running.folder, demo=True)
    yield Shop(app)
    app.extensions["database"].close()


STRANGER = pytest.param("stranger", marks=pytest.mark.clause("P5a", "P5b"))


@pytest.mark.parametrize("reader", [STRANGER, "holder", *Permission])
def test_every_page_of_a_reader(page: Page, running: RunningShop, behind: Shop, card: Card, reader: str) -> None:
    """All rules at 360 px, those about colors by night too, contrast and width at 1280, for everybody who has pages of their own.

    A stranger's browser is left as it came, and nobody else is asked for anything."""
    visitor, asked = behind.visitor(), set[str]()
    page.on("request", lambda request: asked.add(request.url))
    if reader != "stranger":
        who = card["people"]["holder"] if reader == "holder" else card["staff"][reader]
        token = let_in(behind, who["email"])
        visitor.client.set_cookie(SESSION_COOKIE, token)
        page.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": card["base_url"]}])
    also = ALSO.get(reader, [])
    known = secret_addresses(behind) if reader == "stranger" else claims(visitor) if reader == "holder" else []
    found = doors(behind, visitor, lambda mark: reader == reader_of(mark), [*known, *also])
    missing = rules(behind, lambda mark: reader == reader_of(mark)) - {door.rule for door in found}
    assert missing <= set(ELSEWHERE), missing - set(ELSEWHERE)
    shown = [door.address for door in found if door.kind == "text/html" and "/demo/mailbox/" not in door.address]
    inspect(page, [*shown, *also])
    if reader == "stranger":
        assert (visits.cookie_names(page.context), visits.stored(page)) == (set(), [])
    assert not [one for one in asked if not one.startswith((running.address, "data:"))]


def test_the_look_sees_what_is_pale_even_beside_what_is_not(chromium: Browser) -> None:
    """A text that looks like one that passed is not measured again; one that is paler, or lies on other paint, is."""
    page = chromium.new_page()
    good, pale = "<p style='color:#000'>dark</p>", "<p style='color:#bbb'>pale</p>"
    for body, faults in ((good, 0), (good + pale, 3), (f"<div style='background:#111'>{good}</div>", 3)):
        page.set_content(f"<html lang=en><title>x</title><body style='background:#fff'><main><h1>A</h1>{body}</main>")
        assert len(look_at(page, "planted")) == faults
    page.set_content("<html lang=en><title>x</title><main><h1>A</h1><img src=''></main>")
    assert len(look_at(page, "a picture without words")) == 1
    page.close()


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
        page.goto(address)
        wrong += look_at(page, address)
    assert not wrong + heard, report(wrong + heard)
