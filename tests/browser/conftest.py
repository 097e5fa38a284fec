"""A real Chromium before the running demo. Where it is missing the tests say how to install it and are skipped."""

import itertools
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.running import CHROMIUM, PLANTED, RunningShop

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


PLACES = itertools.count(1)
"""Each walk comes from a place of its own, as customers do, so that no two share the limit on signing in."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Looking at pages is one worker's work, walking through them another's; each has one shop and one Chromium."""
    for item in items:
        if "tests/browser" in item.path.as_posix():
            looks = item.path.stem in {"test_accessibility", "test_cookies", "test_scripts"}
            item.add_marker(pytest.mark.xdist_group("looks" if looks else "walks"))
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Chromium is missing: apt-get install chromium"))


@pytest.fixture(scope="session")
def running(planted: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """The shop with its demo data, as `make run` starts it."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(planted, folder, dirs_exist_ok=True)
    shop = RunningShop(folder, TRUSTED_PROXIES="1", **PLANTED)
    shop.start()
    yield shop
    shop.stop()


@pytest.fixture(scope="session")
def card(running: RunningShop) -> dict[str, Any]:
    """The tester's card that `flask demo` wrote."""
    found: dict[str, Any] = json.loads((Path(running.folder) / "demo.json").read_text())
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def context(request: pytest.FixtureRequest, chromium: Browser, running: RunningShop) -> Iterator[BrowserContext]:
    """A fresh browser window, once with JavaScript on and once off."""
    made = chromium.new_context(base_url=running.address, java_script_enabled=request.param == "with JavaScript")
    made.set_extra_http_headers({"X-Forwarded-For": f"198.51.100.{next(PLACES)}"})
    made.set_default_timeout(15_000)
    yield made
    made.close()
