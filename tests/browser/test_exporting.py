"""Taking one's data home on a phone, with JavaScript and without: ask, wait, say the password, read it offline."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import visits
from tests.browser.looking import PHONE, look_at, report

PAGE = "/account/privacy/export"


@pytest.mark.clause("P15a", "P15b", "P15c", "P16")
def test_a_customer_takes_everything_home(
    context: BrowserContext, chromium: Browser, card: dict[str, Any], tmp_path: Path
) -> None:
    page = context.new_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.emulate_media(reduced_motion="reduce")
    heard, holder = visits.loud(page), card["people"]["holder"]
    visits.sign_in(page, holder)
    page.goto("/account/privacy")
    visits.follow(page, "Your data as a file")
    begin(page)
    wrong = seen(page, "an export in the making")
    wait(page)
    wrong += seen(page, "a finished export")
    page.locator("#export input[type=password]").fill("something else")
    visits.press(page, "Download the file")
    expect(visits.main(page)).to_contain_text("This is not your password")
    wrong += seen(page, "a wrong password")
    page.locator("#export input[type=password]").fill(holder["password"])
    with page.expect_download() as download:
        visits.press(page, "Download the file")
    download.value.save_as(tmp_path / "data.zip")
    wrong += read_offline(chromium, tmp_path, holder["email"])
    assert not wrong + heard, report(wrong + heard)


def begin(page: Page) -> None:
    """Have one made, whatever an earlier visit left."""
    expect(visits.heading(page)).to_have_text("Your data as a file")
    if page.get_by_role("button", name="Delete it now").count():
        visits.press(page, "Delete it now")
    visits.press(page, "Put my data together")
    expect(visits.main(page)).to_contain_text("a mail tells you when it is ready")


def wait(page: Page) -> None:
    """With JavaScript the page changes by itself; without, people look again."""
    ready = page.get_by_role("heading", name="It is ready")
    if has_script(page):
        expect(ready).to_be_visible(timeout=30_000)
    else:
        visits.until(page, PAGE, lambda: ready)


def seen(page: Page, name: str) -> list[str]:
    """What is wrong with the page as it stands; axe needs JavaScript."""
    if not has_script(page):
        return []
    found = look_at(page, name)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    return found


def has_script(page: Page) -> bool:
    """Whether the page's own modules run."""
    return bool(page.locator("html").evaluate("() => matchMedia('(scripting: enabled)').matches"))


def read_offline(chromium: Browser, folder: Path, email: str) -> list[str]:
    """Unpack it and turn every page, without a connection."""
    with zipfile.ZipFile(folder / "data.zip") as pack:
        pack.extractall(folder / "data")
        names = sorted(name for name in pack.namelist() if name.endswith(".html"))
    assert json.loads((folder / "data" / "data.json").read_text())["data"]["account"][0]["email"] == email
    context = chromium.new_context(offline=True, reduced_motion="reduce")
    page, wrong = context.new_page(), []
    heard = visits.loud(page)
    for name in names:
        page.goto((folder / "data" / name).as_uri())
        wrong += look_at(page, name)
    page.goto((folder / "data" / "index.html").as_uri())
    page.get_by_role("link", name="Orders, invoices and payments").click()
    expect(page.get_by_role("link", name="Invoice INV-").first).to_be_visible()
    context.close()
    return wrong + heard
