"""Clauses P4c and P5a: pages follow what was saved, and nothing is saved unasked."""

import pytest

from tests.shop import Shop


@pytest.mark.clause("P4c", "P5a")
def test_saved_wishes_are_followed_on_every_page(shop: Shop) -> None:
    eve = shop.visitor()
    eve.get("/privacy/preferences")
    assert eve.cookies() == {}
    said = {"theme": "dark", "density": "compact", "language": "de", "zone": "Europe/Vienna"}
    assert "Saved in this browser" in eve.submit("/privacy/preferences", said).text
    page = eve.get("/privacy/cookies").text
    assert '<html lang="de" data-theme="dark" data-density="compact" data-layout="cards">' in page
    assert "policy_seen=1" in eve.cookies()["lp_prefs"]


@pytest.mark.clause("P4c")
def test_two_strangers_get_the_same_bytes(shop: Shop) -> None:
    for page in ("/privacy", "/privacy/cookies", "/privacy/changes", "/privacy/preferences"):
        assert shop.visitor().get(page).data == shop.visitor().get(page).data


@pytest.mark.parametrize("wrong", [{"theme": "neon"}, {"zone": "Mars/Olympus"}, {"density": "x" * 5000}])
def test_a_wish_that_is_no_choice_is_refused_beside_its_field(shop: Shop, wrong: dict[str, str]) -> None:
    eve = shop.visitor()
    answer = eve.submit("/privacy/preferences", wrong)
    assert answer.status_code == 400
    assert "another look" in answer.text
    assert "lp_prefs" not in eve.cookies()


def test_forgetting_takes_every_optional_cookie_back_and_keeps_the_session(shop: Shop) -> None:
    ada = shop.member()
    ada.submit("/privacy/preferences", {"theme": "dark"}, action="/privacy/preferences")
    ada.client.set_cookie("lp_forum", "x", path="/forum")
    ada.submit("/privacy/preferences", action="/forget")
    assert {"lp_prefs", "lp_forum"}.isdisjoint(ada.cookies())
    assert "lp_session" in ada.cookies()


def test_a_members_switch_for_pages_is_in_the_panel(shop: Shop) -> None:
    ada = shop.member()
    answer = ada.client.post("/privacy/preferences/page-history", data={"on": "1"})
    assert answer.status_code == 403
    assert "Your own switch is in your privacy panel" in ada.get("/privacy/preferences").text
