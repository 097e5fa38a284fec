"""The day a change of the policy takes effect, on a phone, with JavaScript and without: it is in force, and may be declined."""

import gc
import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from core import clock
from privacy.policies import files
from privacy.policies import service as policies
from tests.browser import visits
from tests.browser.looking import PHONE, report
from tests.browser.test_accessibility import Card
from tests.browser.test_policy_change import BANNER, decide, seen
from tests.shop import Shop
from tests.stores import build


@pytest.fixture
def on_the_day(planted: Path, tmp_path: Path) -> Iterator[str]:
    """The demonstration on the day on which the version that was announced takes effect; its address.

    The small server of this test leaves a file to the collection of garbage when a browser goes on before it has it all."""
    folder = tmp_path / "shop"
    shutil.copytree(planted, folder)
    app = build(folder, demo=True)
    with Shop(app).transaction():
        coming = policies.coming()
    assert coming is not None and coming.number == max(files.frozen())
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    with clock.moved(coming.effective_at - clock.now() + timedelta(minutes=1)):
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
    server.server_close()
    gc.collect()  # within this test, whose mark lets it pass
    app.extensions["database"].close()


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def phone(request: pytest.FixtureRequest, chromium: Browser, on_the_day: str) -> Iterator[Page]:
    """A phone that day."""
    with_script = request.param == "with JavaScript"
    context: BrowserContext = chromium.new_context(
        base_url=on_the_day, java_script_enabled=with_script, reduced_motion="reduce"
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    yield page
    context.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.clause("P12", "P13")
def test_on_its_day_a_version_is_in_force_and_its_new_use_can_be_declined(phone: Page, card: Card) -> None:
    heard = visits.loud(phone)
    phone.goto("/shop")
    expect(phone.locator(BANNER)).to_contain_text(
        f"Version {max(files.frozen())} of our privacy policy is in force since"
    )
    wrong = seen(phone, "a stranger on the day")
    phone.goto("/privacy")
    expect(visits.main(phone)).to_contain_text(f"Version {max(files.frozen())}")
    expect(visits.main(phone)).not_to_contain_text("This is not the version in force")
    wrong += seen(phone, "the policy on the day")
    visits.sign_in(phone, card["people"]["member"])
    visits.follow(phone, "See what changes", where=BANNER)
    expect(visits.main(phone).locator("ins").first).to_be_visible()
    decide(phone, "true")
    expect(phone.locator("#notices")).to_contain_text("on, effective now")
    decide(phone, "false")
    expect(phone.locator("#notices")).to_contain_text("off, effective now")
    wrong += seen(phone, "the changes on the day")
    phone.goto("/account")
    visits.press(phone, "Mark as read", where=BANNER)
    expect(phone.locator(BANNER)).to_have_count(0)
    assert not wrong + heard, report(wrong + heard)
