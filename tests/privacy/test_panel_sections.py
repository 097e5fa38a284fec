"""The panel grows by sections that other areas add."""

from collections.abc import Iterator

import pytest

from core import menus
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
