"""Clause P4c, preferences: each one changes pages, for that browser alone, and there is a way back."""

import pytest

from tests.shop import Shop
from tests.storefront.builders import make_product


@pytest.mark.clause("P4c")
def test_every_preference_changes_pages_and_there_is_a_way_back(shop: Shop) -> None:
    make_product(shop, "kilnkeeper")
    eve = shop.visitor()
    before = eve.get("/shop").text
    said = {"theme": "dark", "density": "compact", "layout": "rows", "currency": "code", "start": "shop"}
    eve.submit("/privacy/preferences", said, action="/privacy/preferences")
    shelf = eve.get("/shop").text
    assert 'data-theme="dark" data-density="compact" data-layout="rows"' in shelf and 'data-layout="cards"' in before
    assert "EUR\N{NO-BREAK SPACE}" in shelf and "€" not in shelf and "€" in before
    first = eve.get("/", follow_redirects=False)
    assert (first.status_code, first.location) == (303, "/shop") and "public" not in first.headers["Cache-Control"]
    assert '<a href="/?front=1">' in shelf and "<h1>Software licenses" in eve.get("/?front=1").text
    assert shop.visitor().get("/shop").text == before and "<h1>Software" in shop.visitor().get("/").text
    eve.submit("/privacy/preferences", {**said, "start": "front"}, action="/privacy/preferences")
    assert eve.get("/", follow_redirects=False).status_code == 200


@pytest.mark.clause("P4c")
def test_a_start_among_ones_own_pages_waits_for_the_sign_in(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    ada.submit("/privacy/preferences", {"start": "account"}, action="/privacy/preferences")
    assert ada.get("/", follow_redirects=False).location == "/account"
    ada.client.delete_cookie("lp_session")
    assert ada.get("/", follow_redirects=False).status_code == 200
