"""Feeds, profiles and the forum's lines on other pages hold open boards only, and are well-formed whatever people type."""

from xml.etree import ElementTree

import pytest

from tests.forum.builders import make_board, make_private_board, make_reply, make_topic
from tests.shop import Shop
from tests.storefront.builders import make_product

ATOM = "{http://www.w3.org/2005/Atom}"
AWKWARD = 'Kilns & <ovens> "quoted" ]]> ✓ قمين'


def entries(text: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(text).findall(f"{ATOM}entry")


def test_a_feed_is_well_formed_and_newest_first(shop: Shop) -> None:
    make_board(shop)
    ada = shop.make_account()
    topic = make_topic(shop, ada, title=AWKWARD, body="Some `<b>` text & more")
    make_reply(shop, ada, topic, "An answer")
    for address in ("/forum/feed.atom", "/forum/lounge/feed.atom"):
        answer = shop.visitor().get(address)
        assert answer.mimetype == "application/atom+xml"
        first, second = entries(answer.text)
        assert (first.findtext(f"{ATOM}title") or "").startswith(AWKWARD)
        assert "An answer" in (first.findtext(f"{ATOM}content") or "")
        assert (second.findtext(f"{ATOM}id") or "").endswith("/1")


def test_an_empty_feed_is_a_feed(shop: Shop) -> None:
    make_board(shop)
    assert entries(shop.visitor().get("/forum/feed.atom").text) == []


@pytest.mark.parametrize(
    "page",
    ["/forum/feed.atom", "/", "/shop/cellar-program", "/u/Author", "/sitemap.xml", "/search?q=canary", "/forum/"],
)
def test_a_holders_board_is_on_no_page_of_a_stranger(shop: Shop, page: str) -> None:
    make_private_board(shop)
    make_board(shop)
    author = shop.make_account("author@example.com", "Author")
    make_topic(shop, author, board="cellar", title="Canary topic", body="The canary sings.")
    answer = shop.visitor().get(page)
    assert answer.status_code == 200
    assert "anary topic" not in answer.text
    assert "canary-topic" not in answer.text
    assert "sings" not in answer.text
    assert "/forum/cellar" not in answer.text


def test_a_holders_board_has_no_feed(shop: Shop) -> None:
    make_private_board(shop)
    assert shop.visitor().get("/forum/cellar/feed.atom").status_code == 404


def test_a_products_page_shows_its_latest_topics_and_where_to_ask(shop: Shop) -> None:
    product = make_product(shop, "kilnwatch")
    make_board(shop, "kilns", product=product)
    make_topic(shop, shop.make_account(), board="kilns", title="Kilns run cold")
    page = shop.visitor().get("/shop/kilnwatch").text
    assert "Kilns run cold" in page
    assert "/forum/kilns/new" in page


def test_a_profile_shows_the_name_and_public_posts_and_nothing_else(shop: Shop) -> None:
    make_board(shop)
    ada = shop.make_account("ada@example.com", "Ada Lovelace")
    make_topic(shop, ada, title="Engines and kilns")
    page = shop.visitor().get("/u/Ada%20Lovelace").text
    assert "Engines and kilns" in page
    assert "ada@example.com" not in page
    assert shop.visitor().get("/u/Nobody").status_code == 404
