"""The house answers before any room is furnished."""

import re
from collections import Counter

from tests.shop import Shop


def test_an_unknown_address_is_answered_with_a_page_and_a_way_on(shop: Shop) -> None:
    answer = shop.visitor().get("/no/such/page")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_no_two_pages_stand_at_one_address(sqlite_shop: Shop) -> None:
    """The second would never be opened: the one that was registered first answers for both."""
    stands = Counter(
        (re.sub(r"<(?:([^:<>]+):)?\w+>", r"<\1>", rule.rule), method)
        for rule in sqlite_shop.app.url_map.iter_rules()
        for method in rule.methods or ()
        if method in {"GET", "POST"}
    )
    assert [one for one, times in stands.items() if times > 1] == []
