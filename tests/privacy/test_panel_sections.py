"""The panel grows by sections that other areas add."""

from collections.abc import Iterator

import pytest

from core import clock, menus
from privacy.looks import service as looks
from privacy.looks.models import AccessEntry
from privacy.panel import sections
from tests.shop import Shop


@pytest.fixture
def borrowed() -> Iterator[str]:
    """A section that stands in the panel for one test."""
    address = "/account/privacy/borrowed"
    sections.add("Borrowed books", address, lambda account_id: f"{account_id} on loan", rank=99)
    yield address
    sections._sections.pop(address)
    menus._menus[sections.MENU].pop(address)


def test_a_section_of_another_area_stands_in_the_overview_with_its_line(sqlite_shop: Shop, borrowed: str) -> None:
    ada = sqlite_shop.member()
    page = ada.get("/account/privacy").text
    assert f'<a href="{borrowed}"><strong>Borrowed books</strong>' in page
    assert f"{ada.account_id} on loan" in page
    assert borrowed in ada.get("/account/privacy/held").text, "in the list beside every other page"


@pytest.mark.clause("P5a", "P5b", "P5c", "P5d")
def test_every_section_opens_and_the_cookies_of_this_browser_stand_apart_from_the_others(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    addresses = [line.address for line in menus.entries(sections.MENU)]
    assert len(addresses) > 5
    assert [address for address in addresses if ada.get(address).status_code != 200] == []
    here, _, others = ada.get("/account/privacy/cookies").text.partition("Not in this browser")
    assert "<code>lp_session</code>" in here and "<code>lp_visit</code>" in others
    ada.submit("/account/privacy", {"purpose": "page_history", "on": "1"}, action="/switch")
    here = ada.get("/account/privacy/cookies").text.partition("Not in this browser")[0]
    assert "<code>lp_visit</code>" in here


def test_who_looked_is_paged_so_that_nothing_is_left_out(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.make_account()
    with sqlite_shop.transaction() as session:
        session.add_all(look(ada, number) for number in range(60))
    seen: list[str] = []
    before = 0
    with sqlite_shop.transaction():
        while page := looks.page_of(ada, before=before):
            seen += [entry.labels for entry in page.entries]
            before = page.older
            if not before:
                break
    assert seen == [f"order.phone {number}" for number in reversed(range(60))]


def look(account_id: int, number: int) -> AccessEntry:
    """Somebody of the staff looked."""
    return AccessEntry(
        account_id=account_id,
        labels=f"order.phone {number}",
        purpose="telephone_order",
        actor_kind="staff",
        role="sales",
        at=clock.now(),
        allowed=True,
        reason="role",
    )
