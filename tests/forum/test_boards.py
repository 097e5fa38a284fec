"""The forum's front page and a board's pages: what is shown, in which order, and what counts as read."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text as sql

from core import clock
from core.errors import Invalid
from forum.boards import rules
from forum.boards.service import BoardDraft, open_boards
from tests.forum.builders import give_license, make_board, make_private_board, make_reply, make_topic, plant
from tests.shop import Shop, Visitor


@given(st.text(max_size=60))
def test_any_text_is_a_place_or_refused(text: str) -> None:
    """A cursor comes from the address bar: nothing but Invalid may come of it."""
    try:
        rules.read_cursor(text)
    except Invalid:
        return


def test_a_place_survives_being_written() -> None:
    """To the microsecond, as the databases keep it."""
    place = rules.Cursor(pinned=True, last_at=clock.now(), id=2**50)
    assert rules.read_cursor(rules.write_cursor(place)) == place
    assert rules.read_cursor("") is None


@pytest.mark.parametrize("slug", ["t", "search", "preview", "view"])
def test_a_board_cannot_stand_where_the_forum_needs_the_address(sqlite_shop: Shop, slug: str) -> None:
    """Otherwise it could never be opened."""
    with sqlite_shop.transaction(), pytest.raises(Invalid):
        open_boards([BoardDraft(slug=slug, name="A board", sentence="It is.", category="The house")])


def test_the_front_page_shows_boards_by_category_with_their_last_topic(shop: Shop) -> None:
    """Counters, the last topic and who wrote it; a board without topics says so."""
    ada = shop.make_account()
    make_board(shop)
    make_board(shop, "attic")
    make_reply(shop, ada, make_topic(shop, ada))
    page = shop.visitor().get("/forum/").text
    assert "1 topic<br>2 posts" in page
    assert "Nothing written yet" in page
    assert page.count("Cold kilns") == 2, "once as the last topic, once among the latest"


def test_every_topic_is_on_one_page_of_its_board(shop: Shop) -> None:
    """Leafing forth and back meets each topic once and in the same order; pinned ones stand first."""
    ada, board = shop.make_account(), make_board(shop)
    numbers = plant(shop, board, ada, topics_wanted=60)
    with shop.transaction() as session:
        session.execute(sql("update topic set pinned = true where id = :id"), {"id": numbers[7]})
    visitor, address, pages = shop.visitor(), "/forum/lounge", []
    while address:
        page = visitor.get(address).text
        pages.append(_titles(page))
        address = _link(page, "next")
    assert [len(page) for page in pages] == [25, 25, 10]
    assert pages[0][0] == "Planted topic 00007"
    found = [title for page in pages for title in page]
    assert len(set(found)) == 60
    assert found[1:] == sorted(found[1:], reverse=True)
    last = visitor.get(_last_address(visitor)).text
    assert _titles(last) == pages[2]
    before = visitor.get(_link(last, "prev")).text
    assert _titles(before) == pages[1]
    assert _titles(visitor.get(_link(before, "prev")).text) == pages[0]


def test_a_page_that_no_address_names_is_refused(sqlite_shop: Shop) -> None:
    """Hostile cursors get a sentence, never an error of ours."""
    make_board(sqlite_shop)
    visitor = sqlite_shop.visitor()
    for text in ("x", "1.2", "0.9999999999999999.9999999999999999", "2.1.1", "0.-1.1", "0.1.1;drop", "٣.١.١"):
        assert visitor.get("/forum/lounge", query_string={"after": text}).status_code in {200, 400}
        assert visitor.get("/forum/lounge", query_string={"before": text}).status_code in {200, 400}
    assert visitor.get("/forum/nowhere").status_code == 404


def test_marking_a_board_read_lets_its_topics_be_old(shop: Shop) -> None:
    """New topics are marked for members; one button says that all were seen."""
    ada = shop.make_account()
    make_board(shop)
    bob = shop.member("bob@example.com", "Bob")
    make_topic(shop, ada)
    assert "topic-unread" in bob.get("/forum/lounge").text
    bob.submit("/forum/lounge", action="/forum/lounge/read")
    assert "topic-unread" not in bob.get("/forum/lounge").text
    with clock.moved(timedelta(seconds=5)):
        make_topic(shop, ada, title="Another kiln")
    assert bob.get("/forum/lounge").text.count("topic-unread") == 1
    assert "topic-unread" not in shop.visitor().get("/forum/lounge").text


def test_two_strangers_get_the_same_bytes(shop: Shop) -> None:
    """Index, board and topic: so one stranger's page can be every stranger's."""
    ada, board = shop.make_account(), make_board(shop)
    [topic] = plant(shop, board, ada, posts=3)
    for address in ("/forum/", "/forum/lounge", f"/forum/t/{topic}/planted-topic-00000"):
        first = shop.visitor().get(address)
        with shop.transaction():
            shop.app.extensions["versions"].raise_()
        assert first.data == shop.visitor().get(address).data
        assert not first.headers.getlist("Set-Cookie")
        assert "s-maxage" in first.headers["Cache-Control"]


def test_a_private_board_shows_itself_to_holders(shop: Shop) -> None:
    """With badge, counters and topics; for others there is one board less."""
    _, product = make_private_board(shop)
    make_board(shop)
    holder, other = shop.member(), shop.member("bob@example.com", "Bob")
    give_license(shop, holder.account_id, product)
    make_topic(shop, holder.account_id, "cellar")
    assert "License holders" in holder.get("/forum/").text
    assert holder.get("/forum/cellar").status_code == 200
    assert "Cellar" not in other.get("/forum/").text
    assert other.get("/forum/cellar").status_code == 404


def _titles(page: str) -> list[str]:
    return [part.split("<")[0] for part in page.split('dir="auto">')[1:] if part.startswith("Planted")]


def _link(page: str, relation: str) -> str:
    _, found, rest = page.partition(f'rel="{relation}" href="')
    return rest.split('"')[0] if found else ""


def _last_address(visitor: Visitor) -> str:
    address = "/forum/lounge"
    while following := _link(visitor.get(address).text, "next"):
        address = following
    return address
