"""A wrong invoice on a phone, with JavaScript and without: its buyer says so, staff grant it, both papers are there."""

import io
import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from tests.browser import visits
from tests.browser.looking import PHONE, report
from tests.browser.test_exporting import seen
from tests.browser.visits import main, press


@pytest.mark.clause("P17b", "P17c")
def test_a_buyer_says_what_is_wrong_and_staff_have_it_written_anew(
    context: BrowserContext, card: dict[str, Any]
) -> None:
    page = context.new_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.emulate_media(reduced_motion="reduce")
    heard = visits.loud(page)
    visits.sign_in(page, card["people"]["holder"])
    page.goto("/account/licenses")
    main(page).locator(".license-card a").last.click()
    certificate = page.url + "/certificate.pdf"
    page.get_by_role("link", name="To the order").click()
    page.wait_for_url("**/account/orders/*")
    order, company = page.url, f"Right {uuid4().hex[:6]} Ltd"
    page.get_by_role("link", name="Something on it is wrong").click()
    page.get_by_label("What it should say").fill(company)
    page.get_by_label("Why", exact=True).fill("The register of companies says so.")
    wrong = seen(page, "the form")
    press(page, "Ask for the correction")
    expect(main(page)).to_contain_text(company)
    wrong += seen(page, "one's own request")
    request = page.url
    page.goto("/account/privacy/requests")
    wrong += seen(page, "one's own requests")
    visits.sign_out(page)
    wrong += grant(page, card["staff"]["privacy"], request.rsplit("/", 1)[1], company)
    visits.sign_in(page, card["people"]["holder"])
    page.goto(request)
    expect(main(page)).to_contain_text("What was corrected")
    wrong += seen(page, "a granted request")
    assert company in words(page, f"{order}/invoice.pdf") and company in words(page, certificate)
    page.goto(order)
    expect(page.get_by_role("link", name=re.compile("corrected since")).first).to_be_visible()
    assert not wrong + heard, report(wrong + heard)


def grant(page: Page, staff: dict[str, str], number: str, company: str) -> list[str]:
    """Staff look at the queue, make the wish exact once more, and grant it; what is wrong with their pages."""
    visits.sign_in(page, staff)
    page.goto("/staff/requests/new")
    wrong = seen(page, "the entry of a letter")
    page.goto("/staff/requests")
    wrong += seen(page, "the queue")
    visits.follow(page, number)
    expect(main(page)).to_contain_text(company)
    wrong += seen(page, "a request at the staff's")
    visits.follow(page, "Write down what exactly")
    expect(page.get_by_label("What it should say")).to_have_value(company)
    wrong += seen(page, "what exactly shall be corrected")
    press(page, "Write it down")
    press(page, "Grant")
    expect(main(page)).to_contain_text("What was corrected")
    visits.sign_out(page)
    return wrong


def words(page: Page, address: str) -> str:
    """The text of a paper, as a reader selects it."""
    _status, _headers, body = visits.fetch(page, address)
    return " ".join(one.extract_text() for one in PdfReader(io.BytesIO(body)).pages)
