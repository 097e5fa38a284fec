"""One customer's whole way, from the front page to signing out, as it is for people: with JavaScript and without."""

import re
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from tests.browser import visits
from tests.browser.visits import follow, heading, main, press

OWN, RESOLD = "Kilnwatch", "Querylark"
SERIAL = re.compile(r"[A-Z0-9]{4,}(-[A-Z0-9]+)+")


@pytest.mark.clause("P2", "P3b")
def test_a_customer_comes_buys_asks_and_leaves(context: BrowserContext, card: dict[str, Any]) -> None:
    page = context.new_page()
    heard = visits.loud(page)
    land(page)
    fill_the_cart(page)
    address = open_an_account(page)
    go_through_checkout(page)
    number = pay(page)
    receive_the_keys_by_mail(page, address)
    public_id = reveal_the_key(page)
    download_the_file(page, public_id)
    read_the_invoice(page, number)
    ask_the_other_holders(page, holders_board(page, card))
    choose_about_page_history(page)
    leave(page)
    assert heard == []


def land(page: Page) -> None:
    page.goto("/")
    expect(heading(page)).to_be_visible()
    expect(page.locator(".demo-strip")).to_contain_text("payments are pretended")
    assert page.context.cookies() == []


def fill_the_cart(page: Page) -> None:
    """One program of our own, whose key is generated, and one resold, whose key comes from a pool."""
    visits.open_product(page, OWN)
    expect(main(page)).to_contain_text("Our own work")
    visits.add_first_edition(page, 1)
    visits.open_product(page, RESOLD)
    expect(main(page)).to_contain_text("Resold for its maker")
    visits.add_first_edition(page, 2)
    page.locator("#cart-link").click()
    expect(heading(page)).to_have_text("Your cart")
    expect(main(page).locator(".cart-line")).to_have_count(2)
    expect(main(page)).to_contain_text(OWN)
    expect(main(page)).to_contain_text(RESOLD)


def open_an_account(page: Page) -> str:
    """Sign up, find the mail, follow its link, press the button; the cart came along."""
    address = visits.sign_up(page)
    visits.open_mail(page, address, "confirm")
    main(page).locator("a[href*='/confirm/']").click()
    expect(heading(page)).to_have_text("Confirm your address")
    press(page, "Confirm and sign in")
    expect(page.locator(".account-drop")).to_be_visible()
    assert visits.count(page) == "2"
    return address


def go_through_checkout(page: Page) -> None:
    page.goto("/cart")
    total = main(page).locator(".totals .total dd").inner_text()
    follow(page, "Go to checkout")
    expect(heading(page)).to_have_text("Your details")
    page.get_by_label("Country").select_option("AT")
    press(page, "Go on to the review")
    expect(heading(page)).to_have_text("One last look")
    expect(main(page).locator(".totals .total dd")).to_have_text(total)
    page.locator("#terms").check()
    press(page, f"Order and pay {total}")


def pay(page: Page) -> str:
    """First with a card that the bank declines, then with one that is good; the order's number."""
    expect(heading(page)).to_have_text("Payment")
    number = page.url.rsplit("/", 1)[1]
    page.locator("#card-declined").check()
    press(page, "Pay")
    expect(main(page)).to_contain_text("The bank declined this card. Nothing was charged.")
    assert number in page.url
    page.locator("#card-paid").check()
    press(page, "Pay")
    expect(heading(page)).to_have_text("Thank you. It is yours.")
    expect(main(page)).to_contain_text(number)
    assert visits.count(page) == ""
    return number


def receive_the_keys_by_mail(page: Page, address: str) -> None:
    """Both come: the generated one and the one of the pool."""
    visits.open_mail(page, address, "key")
    text = main(page).inner_text()
    page.goto("/demo/mailbox")
    letters = page.locator("tbody tr", has_text=address)
    keys = letters.get_by_role("link", name=re.compile("key", re.IGNORECASE))
    for address_of_letter in [one.get_attribute("href") or "" for one in keys.all()]:
        page.goto(address_of_letter)
        text += main(page).inner_text()
    assert OWN in text and RESOLD in text
    assert len(set(SERIAL.findall(text))) >= 2


def reveal_the_key(page: Page) -> str:
    """Behind the seal until asked for, and the asking is written down; the license's public number."""
    page.goto("/account/licenses")
    expect(main(page).locator(".license-card")).to_have_count(2)
    follow(page, OWN)
    expect(page.locator("aside")).to_contain_text("Never yet.")
    public_id = page.url.rsplit("/", 1)[1]
    press(page, "Reveal the key")
    expect(main(page).locator("#key")).to_have_text(re.compile(r"^LPAL(-[A-Z0-9]{5}){5}$"))
    page.goto(f"/account/licenses/{public_id}")
    expect(page.locator(".looks li")).to_have_count(1)
    expect(main(page).locator("#key")).to_have_count(0)
    return public_id


def download_the_file(page: Page, public_id: str) -> None:
    page.goto(f"/account/licenses/{public_id}")
    with page.expect_download() as begun:
        follow(page, f"Download {OWN}")
    arrived = begun.value
    name = main(page).locator(".form-actions .meta").inner_text()
    assert arrived.suggested_filename == name
    assert arrived.path().stat().st_size > 0


def read_the_invoice(page: Page, number: str) -> None:
    page.goto(f"/account/orders/{number}")
    expect(main(page)).to_contain_text(number)
    link = page.get_by_role("link", name=re.compile("Invoice")).first.get_attribute("href") or ""
    status, headers, body = visits.fetch(page, link)
    assert status == 200 and headers["content-type"].startswith("application/pdf")
    assert body.startswith(b"%PDF")
    text = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(body)).pages)
    assert number in text and OWN in text and RESOLD in text


def holders_board(page: Page, card: dict[str, Any]) -> str:
    """The board for holders of the program that was bought."""
    boards = [board["address"] for board in card["private_boards"]]
    page.goto("/forum/")
    seen = [one.get_attribute("href") for one in main(page).locator(".board h3 a").all()]
    return next(str(address) for address in seen if address in boards)


def ask_the_other_holders(page: Page, board: str) -> None:
    page.goto(board)
    expect(main(page)).to_contain_text("License holders")
    follow(page, "New topic")
    page.get_by_label("Title").fill("Cone 6 drops out after an hour")
    page.locator("textarea[name=body]").fill("Mine stops at **1222** degrees. Does yours?")
    press(page, "Preview")
    expect(main(page).locator("#preview strong")).to_have_text("1222")
    press(page, "Post topic")
    expect(heading(page)).to_have_text("Cone 6 drops out after an hour")
    expect(main(page).locator(".post-body strong")).to_have_text("1222")
    topic = page.url
    assert "Cone 6 drops out" not in visits.as_stranger(page, topic)


def choose_about_page_history(page: Page) -> None:
    """On first, so that switching it off is real; what was listed stays deletable and nothing is added."""
    page.goto("/account/privacy")
    switch = page.get_by_role("switch", name=re.compile("page", re.IGNORECASE))
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false")
    page.goto("/account/privacy")
    expect(switch).to_have_attribute("aria-checked", "false")
    page.goto("/account/privacy/receipts")
    said = main(page).locator("tbody tr")
    expect(said.nth(0)).to_contain_text("You took your yes back")
    expect(said.nth(1)).to_contain_text("You said yes")


def leave(page: Page) -> None:
    visits.sign_out(page)
    assert {cookie["name"] for cookie in page.context.cookies()} & {"lp_session"} == set()
    page.goto("/account/licenses")
    expect(heading(page)).to_have_text("Sign in")
