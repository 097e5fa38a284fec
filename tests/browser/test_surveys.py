"""A survey on a phone, with JavaScript and without: staff write it, a member answers, staff close it and read."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import visits
from tests.browser.looking import PHONE, report
from tests.browser.test_exporting import seen
from tests.browser.visits import main, press


@pytest.mark.clause("P3c")
def test_staff_ask_and_a_member_answers(context: BrowserContext, card: dict[str, Any]) -> None:
    page = context.new_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.emulate_media(reduced_motion="reduce")
    heard = visits.loud(page)
    visits.sign_in(page, card["staff"]["privacy"])
    title = f"A question of paper {uuid4().hex[:6]}"
    wrong = write(page, title)
    sheet = page.url
    visits.sign_out(page)
    visits.sign_in(page, card["people"]["holder"])
    page.goto("/surveys")
    wrong += seen(page, "all surveys")
    visits.follow(page, title)
    press(page, "Send my answers")
    expect(main(page)).to_contain_text("Please answer this one")
    wrong += seen(page, "a survey with errors")
    page.get_by_label("Thick").check()
    expect(main(page)).to_contain_text("Sending them with your name comes with")
    press(page, "Send my answers")
    expect(main(page)).to_contain_text("You answered without your name")
    wrong += seen(page, "a survey that was answered")
    visits.sign_out(page)
    visits.sign_in(page, card["staff"]["privacy"])
    page.goto(sheet)
    press(page, "Close it for good")
    expect(main(page)).to_contain_text("Fewer than 5 people")
    wrong += seen(page, "what came out")
    assert not wrong + heard, report(wrong + heard)


def write(page: Page, title: str) -> list[str]:
    """A survey with one question, published; what is wrong with its sheet."""
    today = datetime.now(UTC).date()
    page.goto("/staff/surveys/new")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Introduction").fill("We print a booklet.")
    page.get_by_label("Why we ask").fill("To choose its paper.")
    for label, days in (("First day", 0), ("Last day", 5), ("Answers are discarded on", 30)):
        page.get_by_label(label).fill((today + timedelta(days=days)).isoformat())
    press(page, "Save the draft")
    page.get_by_label("Question", exact=True).fill("Which paper?")
    page.get_by_label("Answers to choose from").fill("Thick\nThin")
    page.get_by_label("Whoever takes part").check()
    press(page, "Add the question")
    expect(main(page)).to_contain_text("Which paper?")
    wrong = seen(page, "a draft of a survey")
    press(page, "Publish the survey")
    expect(main(page)).to_contain_text("Results are shown once it is closed")
    return wrong
