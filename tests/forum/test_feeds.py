"""Feeds, profiles and the forum's lines on other pages hold open boards only, and are well-formed whatever people type."""

import re
from xml.etree import ElementTree

import pytest

from core import clock
from core.access import Permission
from core.accounts.models import Account
from tests.forum.builders import give_license, let_lapse, make_board, make_private_board, make_reply, make_topic
from tests.shop import Shop, Visitor
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


def own_feed(member: Visitor, board: str = "") -> str:
    """The address on the member's page, made there."""
    page = member.submit("/account/forum", {"act": "make"}, action="/account/forum/feed").text
    found = re.search(r"http[^<]*(/forum/feeds/[^/<]+/)feed.atom", page)
    assert found is not None
    return f"{found[1]}{board}/feed.atom" if board else f"{found[1]}feed.atom"


def test_a_feed_of_ones_own_holds_what_its_owner_may_read_now(shop: Shop) -> None:
    """Without a session; when the license ends, so does what stands there."""
    make_board(shop)
    _, product = make_private_board(shop)
    author, holder = shop.make_account(), shop.member("holder@example.com", "Holder")
    give_license(shop, holder.account_id, product)
    make_topic(shop, author, "cellar", "In the cellar", "For holders.")
    make_topic(shop, author, "lounge", "In the open", "For all.")
    everything, cellar = own_feed(holder), own_feed(holder, "cellar")
    program = shop.visitor()
    assert program.get(everything).status_code == 404
    everything = cellar.replace("cellar/", "")
    answer = program.get(everything)
    assert len(entries(answer.text)) == 2 and answer.headers["Cache-Control"] == "private, no-store"
    assert "For holders." in program.get(cellar).text
    let_lapse(shop, holder.account_id)
    assert "For holders." not in program.get(everything).text and len(entries(program.get(everything).text)) == 1
    assert program.get(cellar).status_code == 404


def test_a_feed_address_that_was_taken_back_or_guessed_is_none(shop: Shop) -> None:
    make_board(shop)
    member, program = shop.member(), shop.visitor()
    address = own_feed(member)
    token = address.split("/")[3]
    public_id, _, mac = token.partition(".")
    for wrong in (public_id, f"{public_id}.", f"{public_id}.{mac[::-1]}", f".{mac}", "none"):
        assert program.get(address.replace(token, wrong)).status_code == 404, wrong
    assert program.get(address).status_code == 200
    said = member.submit("/account/forum", {"act": "drop"}, action="/account/forum/feed")
    assert "Taken back" in said.text and "/forum/feeds/" not in said.text
    assert program.get(address).status_code == 404


def test_a_feed_holds_nothing_hidden_even_for_who_wrote_it(shop: Shop) -> None:
    """A feed program keeps what it got; what was taken back does not get there."""
    make_board(shop)
    moderator = shop.member("mod@example.com", "Mod", [Permission.MODERATION])
    topic = make_topic(shop, moderator.account_id)
    make_reply(shop, moderator.account_id, topic, "Taken back at once.")
    moderator.post(f"/staff/posts/{topic}/2", {"act": "hide"})
    assert "Taken back" not in shop.visitor().get(own_feed(moderator)).text


def test_somebody_who_left_has_no_feed(shop: Shop) -> None:
    make_board(shop)
    member = shop.member()
    address = own_feed(member)
    with shop.transaction() as session:
        session.get_one(Account, member.account_id).closed_at = clock.now()
    assert shop.visitor().get(address).status_code == 404
