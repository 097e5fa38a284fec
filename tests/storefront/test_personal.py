"""Clause P4c: "Seen lately" and "Suggested for you" follow visits only after the yeses, say why, and go at once."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core import clock
from privacy.consent.models import ConsentEntry
from privacy.lately import rules
from privacy.pageviews.rules import KEPT
from storefront.catalogue import service as catalogue
from tests.forum.builders import give_license
from tests.shop import Shop, Visitor
from tests.storefront.builders import Made, make_product

SEEN, SUGGESTED, WHY = "Seen lately", "Suggested for you", "<summary>Why this?</summary>"
HISTORY = "/privacy/preferences/page-history"
SUGGESTIONS = "/privacy/preferences/suggestions"


@pytest.fixture
def goods(shop: Shop) -> dict[str, Made]:
    """Two on a shelf, one by the same maker, and one that has nothing to do with them."""
    return {
        "kilnwatch": make_product(shop, "kilnwatch", vendor="Clay", category="Kilns"),
        "ashglaze": make_product(shop, "ashglaze", vendor="Other", category="Kilns"),
        "slipcast": make_product(shop, "slipcast", vendor="Clay", category="Molds"),
        "choirbook": make_product(shop, "choirbook", vendor="Voices", category="Choirs"),
    }


def switch(visitor: Visitor, purpose: str, on: str = "1") -> str:
    """Use the switch: a person's own in the panel, a browser's on the page of preferences."""
    if visitor.account_id:
        return visitor.post("/account/privacy/switch", {"purpose": purpose, "on": on}).text
    action = HISTORY if purpose == "page_history" else SUGGESTIONS
    return visitor.submit("/privacy/preferences", {"on": on}, action=action).text


def blocks(visitor: Visitor, page: str = "/", **given: object) -> tuple[bool, bool]:
    """Which of the two blocks a page shows: seen, suggested. Each that is there says why."""
    text = visitor.get(page, **given).text
    shown = (SEEN in text, SUGGESTED in text)
    assert text.count(WHY) == sum(shown)
    return shown


def part(text: str, name: str) -> str:
    """The words of one block."""
    return text.partition(f'id="{name}"')[2].partition("</section>")[0]


@pytest.mark.clause("P4c")
@pytest.mark.parametrize("is_member", [True, False], ids=["signed in", "signed out"])
def test_blocks_follow_visits_after_both_yeses_and_go_at_once(
    shop: Shop, goods: dict[str, Made], is_member: bool
) -> None:
    eve, stranger = shop.member() if is_member else shop.visitor(), shop.visitor()
    eve.get("/shop/kilnwatch")
    assert blocks(eve) == (False, False) and "lp_visit" not in eve.cookies()
    switch(eve, "page_history")
    assert blocks(eve) == (False, False)
    eve.get("/shop/kilnwatch")
    assert blocks(eve) == (True, False) and blocks(eve, "/shop/kilnwatch") == (False, False)
    assert 'href="/shop/kilnwatch"' in part(eve.get("/shop/choirbook").text, "seen")
    switch(eve, "suggestions")
    page = eve.get("/").text
    assert 'href="/shop/ashglaze"' in part(page, "suggested") and 'href="/shop/slipcast"' in part(page, "suggested")
    assert "<bdi>Choirbook</bdi> and <bdi>Kilnwatch</bdi>" in part(page, "suggested")
    assert "/shop/kilnwatch" not in part(page, "suggested")
    assert stranger.get("/").data == shop.visitor().get("/").data and not stranger.cookies()
    off = eve.submit("/", action="/switch" if is_member else SUGGESTIONS)
    assert off.request.path == "/" and "Suggestions" in off.text and SUGGESTED not in off.text
    assert blocks(eve) == (True, False)
    switch(eve, "page_history", "0")
    assert blocks(eve) == (False, False) and "lp_visit" not in eve.cookies()


@pytest.mark.clause("P4c", "P3b")
def test_a_signal_another_account_and_original_purposes_stand_in_the_way(shop: Shop, goods: dict[str, Made]) -> None:
    ada = shop.member()
    switch(ada, "page_history")
    switch(ada, "suggestions")
    ada.get("/shop/kilnwatch")
    for signal in ({"Sec-GPC": "1"}, {"DNT": "1"}):
        assert blocks(ada, headers=signal) == (False, False)
    held = ada.cookies()["lp_visit"]
    ada.get("/shop/choirbook", headers={"Sec-GPC": "1"})
    assert ada.cookies()["lp_visit"] == held
    assert blocks(ada) == (True, True)
    switch(ada, "original_only")
    assert blocks(ada) == (True, False)
    ada.client.delete_cookie("lp_session")
    ada.get("/shop/choirbook")
    assert blocks(ada) == (False, False) and ada.cookies()["lp_visit"] == held


@pytest.mark.clause("P4c", "P3b", "P4a")
def test_what_a_browser_remembers_is_shown_forgotten_and_past_its_day_read_no_more(
    shop: Shop, goods: dict[str, Made]
) -> None:
    ada, eve = shop.member(), shop.visitor()
    for visitor in (ada, eve):
        switch(visitor, "page_history")
        visitor.get("/shop/kilnwatch")
    assert "/shop/kilnwatch" in part(eve.get("/privacy/preferences").text, "looked-at")
    with clock.moved(KEPT + timedelta(minutes=1)):
        assert blocks(eve) == (False, False)
    page = ada.get("/account/privacy/visits").text
    assert '<a href="/shop/kilnwatch" dir="auto">Kilnwatch</a>' in page and "lp_visit" in page
    elsewhere = shop.visitor()
    elsewhere.client.set_cookie("lp_visit", ada.cookies()["lp_visit"])
    elsewhere.sign_in(ada.account_id)
    answer = ada.submit("/", action="/looked-at/forget")
    assert answer.request.path == "/" and "Forgotten" in answer.text and blocks(ada) == (False, False)
    assert blocks(elsewhere) == (True, False)
    shop.work()
    ada.submit("/account/privacy/visits", {"visit": ""}, action="/visits/forget")
    assert blocks(elsewhere) == (False, False)
    switch(ada, "page_history", "0")
    elsewhere.get("/shop/kilnwatch")
    assert "lp_visit" not in elsewhere.cookies()
    with shop.transaction() as session:
        said = session.scalars(select(ConsentEntry.how).order_by(ConsentEntry.id)).all()
    assert said == ["panel", "panel"]


@pytest.mark.clause("P4c")
def test_suggestions_leave_out_what_is_held_or_withdrawn_and_cost_two_statements(
    shop: Shop, goods: dict[str, Made]
) -> None:
    ada = shop.member()
    ada.get("/shop/choirbook")
    with shop.statements() as plain:
        ada.get("/shop/choirbook")
    switch(ada, "page_history")
    switch(ada, "suggestions")
    ada.get("/shop/kilnwatch")
    assert "/shop/ashglaze" in part(ada.get("/").text, "suggested")
    with shop.statements() as seen:
        ada.get("/shop/choirbook")
    assert len(seen) == len(plain) + 2
    give_license(shop, ada.account_id, goods["ashglaze"])
    page = part(ada.get("/").text, "suggested")
    assert "/shop/slipcast" in page and "/shop/ashglaze" not in page
    with shop.transaction():
        catalogue.withdraw(goods["slipcast"].id)
    assert blocks(ada) == (True, False)


def test_a_browser_cannot_have_suggestions_without_the_list_they_follow(sqlite_shop: Shop) -> None:
    eve = sqlite_shop.visitor()
    answer = eve.post(SUGGESTIONS, {"on": "1"})
    assert answer.status_code == 400 and "this browser keeps none" in answer.text and not eve.cookies()


looks = st.builds(
    rules.Look,
    thing=st.integers(0, 10**15 - 1),
    at=st.integers(0, 36**9 - 1).map(lambda ms: rules.BEGINNING + timedelta(milliseconds=ms % 4_000_000_000_000)),
)
tokens = st.text("abcXYZ019-_", min_size=1, max_size=40)


@given(tokens, st.booleans(), st.lists(looks, max_size=rules.MOST, unique_by=lambda look: look.thing))
def test_the_cookie_reads_as_it_was_written(token: str, suggests: bool, kept: list[rules.Look]) -> None:
    said = rules.Remembered(token=token, suggests=suggests, looks=tuple(kept))
    assert rules.read(rules.write(said)) == said


@given(st.text())
def test_whatever_a_cookie_says_it_can_be_read_and_holds_few(text: str) -> None:
    said = rules.read(text)
    assert len(said.looks) <= rules.MOST and len(rules.write(rules.with_look(said, 7, rules.BEGINNING))) < 700


def test_a_cookie_from_before_its_words_remembers_nothing_and_one_thing_stands_once() -> None:
    now = rules.BEGINNING + KEPT
    assert rules.write(rules.with_look(rules.read("token"), 7, now)) == "token"
    said = rules.read("token.0")
    for thing in (1, 2, 1, *range(3, 12)):
        said = rules.with_look(said, thing, now)
    assert [look.thing for look in said.looks] == [11, 10, 9, 8, 7, 6, 5, 4]
