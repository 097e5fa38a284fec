"""A member with an open invoice, posts, quotes and licenses is erased: exactly what the page said is left, everywhere."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text

from core import clock
from core.access import PROGRAM
from core.accounts import service as accounts
from core.db import Base, session
from core.opening import reveal
from core.sealed import Sealed
from forum.reading import everything
from forum.search import service as search
from forum.topics import counting
from forum.topics import service as posting
from forum.topics.models import Post
from privacy.erasure import service as erasure
from privacy.erasure.models import Erasure
from privacy.tickets import service as tickets
from storefront.licenses.models import License, PoolKey
from storefront.papers.models import Invoice
from tests.forum.builders import make_board, make_reply, make_topic, writer
from tests.privacy.test_erasing import assert_as_said, erase
from tests.shop import Shop, Visitor, find_form
from tests.storefront.order_builders import buy, place, put_into_cart, ware

NAME, EMAIL, PHONE, STREET = "Zebulon Quark", "zeb.quark@example.org", "+43 660 1234567", "Quarkgasse 17"
DETAILS = {"phone": PHONE, "company": "Quarkwerke", "wants_address": "y", "address": f"{NAME}\n{STREET}\n1010 Wien"}
SAID = ("zebulon", "quark", "6601234567", "660 1234567")
PAPERS = {"invoice.frozen"}


@pytest.fixture
def zeb(shop: Shop) -> Visitor:
    """Somebody of whom there is something everywhere."""
    member, other = shop.member(EMAIL, NAME), shop.make_account("mo@example.com", "Mo Tarn")
    own, resold = ware(shop, "kilnwatch"), ware(shop, "querylark", keys=3)
    buy(member, own, resold, **DETAILS)
    place(member, own, **DETAILS)
    put_into_cart(member, resold)
    make_board(shop)
    begun = make_topic(shop, member.account_id, title="How I fire", body=f"Slowly, says\n— {NAME}\nzunderwort {EMAIL}")
    make_reply(shop, other, begun, f'[quote="{NAME}, post 1, topic {begun}"]\nzunderwort\n[/quote]\nI agree, @{NAME}.')
    answered = make_topic(shop, other, title="Glazes", body=f"> **{NAME}:** so it is\n\nWho knows @zebulon quark?")
    number = make_reply(shop, member.account_id, answered, "Kobaltblau it is.")
    make_reply(
        shop, other, answered, f'[quote="Zeb, post {number}, topic {answered}"]\nKobaltblau\n[/quote]\nThank you!'
    )
    write_a_letter(shop)
    edit_and_follow(shop, member.account_id, answered, number)
    member.get(f"/forum/t/{answered}/glazes")
    shop.work()
    return member


def write_a_letter(shop: Shop) -> None:
    """A ticket from the address, of a time when no account had it."""
    with shop.transaction():
        ticket = tickets.open_ticket(
            account_id=None, address=EMAIL, subject=f"{NAME} asks", kind="question", door="mail"
        )
        tickets.add_letter(ticket, f"Call me: {PHONE}")


def edit_and_follow(shop: Shop, account_id: int, topic_id: int, number: int) -> None:
    """An earlier version, a topic followed, a report made, and a post taken back."""
    with shop.transaction():
        reader = writer(account_id)
        posting.edit(
            reader, posting.get_post(reader, topic_id, number), f"Kobaltblau it is.\n\n{NAME}", "forgot to sign"
        )
    back = make_reply(shop, account_id, topic_id, "Nobody should read geheimlack.")
    with shop.transaction():
        reader = writer(account_id)
        posting.hide_own(reader, posting.get_post(reader, topic_id, back))


@pytest.mark.clause("P15b")
@pytest.mark.parametrize("posts", ["keep", "remove"])
def test_what_was_said_is_what_is_left(shop: Shop, zeb: Visitor, posts: str) -> None:
    page = zeb.get("/account/privacy/erase").text
    assert f"Until 31 December {clock.now().year + 10}" in " ".join(page.split())
    answer = erase(zeb, posts)
    assert answer.request.path.startswith("/privacy/erased/"), answer.text
    assert shop.letters(name="erased")[0].address == EMAIL
    shop.work()
    assert_as_said(shop, zeb.account_id)
    assert set(found_in_tables(shop)) == PAPERS
    assert not found_on_pages(shop)
    assert "geheimlack" not in everything_public(shop)
    with shop.transaction():
        assert not counting.drift()
        assert session.scalar(select(License.id)) is None
        assert {key.license_id for key in session.scalars(select(PoolKey))} == {None}
        found = search.find(everything(), "zunderwort").hits
    assert bool(found) == ("zunderwort" in everything_public(shop)) == (posts == "keep")


def test_after_the_period_nothing_is_left(shop: Shop, zeb: Visitor) -> None:
    erase(zeb)
    shop.work()
    with shop.transaction():
        record = session.scalars(select(Erasure)).one()
        assert record.due_on == date(record.done_at.year + 10, 12, 31)
        erasure.sweep(zeb.account_id, record.due_on)
        assert session.scalar(select(Invoice.id)) is not None
        assert erasure.due(date(record.done_at.year + 11, 1, 1)) == [zeb.account_id]
        erasure.sweep(zeb.account_id, date(record.done_at.year + 11, 1, 1))
        assert record.due_on is None
        assert session.scalar(select(Invoice.id)) is None
    assert not set(found_in_tables(shop))


def test_who_writes_and_buys_meanwhile_leaves_nothing_behind(shop: Shop, zeb: Visitor) -> None:
    """Other windows of the same person go on until they are signed out."""
    topic = make_topic(shop, zeb.account_id, title="Still here", body="Yes.")

    windows = [shop.visitor() for _ in range(3)]
    for window in windows:
        window.sign_in(zeb.account_id)

    def write(window: Visitor) -> None:
        with suppress(AssertionError):  # a page without a composer: signed out
            for number in range(6):
                said = {"body": f"{number}: more of\n{NAME}"}
                window.submit(f"/forum/t/{topic}/still-here", said, action="/reply")

    def shop_on(window: Visitor) -> None:
        for _ in range(6):
            window.submit("/shop/kilnwatch", action="/cart/add")

    acts = zip((write, write, shop_on), windows, strict=True)
    others = [threading.Thread(target=act, args=(window,)) for act, window in acts]
    for other in others:
        other.start()
    try:
        with shop.transaction():
            erasure.erase(zeb.account_id, posts="keep", actor=PROGRAM)
    finally:
        for other in others:
            other.join()
    shop.work()
    assert_as_said(shop, zeb.account_id)
    assert set(found_in_tables(shop)) == PAPERS


def test_a_composer_from_before_names_nobody(sqlite_shop: Shop) -> None:
    """Whoever quoted before, and posts after, keeps the words and not the name."""
    zeb, mo = sqlite_shop.member(EMAIL, NAME), sqlite_shop.member("mo@example.com", "Mo Tarn")
    make_board(sqlite_shop)
    topic = make_topic(sqlite_shop, zeb.account_id, title="Glazes", body="Kobaltblau.")
    quote = find_form(mo.get(f"/forum/t/{topic}/glazes?quote=1").text, "/reply").values
    assert NAME in quote["body"]
    erase(zeb)
    mo.post(f"/forum/t/{topic}/glazes/reply", {**quote, "body": quote["body"] + "Yes."})
    page = mo.get(f"/forum/t/{topic}/glazes").text
    assert "Former member wrote:" in page
    assert NAME not in page


def found_in_tables(shop: Shop) -> Iterator[str]:
    """Where a text of any table, sealed or not, says something of the person."""
    with shop.transaction():
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)).mappings():
                yield from (f"{table.name}.{name}" for name, value in row.items() if says(value))
        for (words,) in session.execute(text("select words from post_search")):
            assert not says(words)


def says(value: Any) -> bool:
    """True if one of the person's own words stands in it."""
    plain = reveal(value) if isinstance(value, Sealed) else str(value)
    return any(word in plain.casefold() for word in SAID)


def found_on_pages(shop: Shop) -> list[str]:
    """The person's words on what strangers and other members read."""
    shown = everything_public(shop).casefold()
    return [word for word in SAID if word in shown]


def everything_public(shop: Shop) -> str:
    """Every page and feed in which posts or people are shown, to a stranger and to a member."""
    with shop.transaction():
        found = accounts.find_by_email("mo@example.com")
        other = found.id if found else 0
        addresses = [f"/forum/t/{one}/x" for one in session.scalars(select(Post.topic_id).distinct())]
    addresses += ["/", "/forum/", "/forum/lounge", "/forum/feed.atom", "/forum/lounge/feed.atom", "/sitemap.xml"]
    addresses += ["/forum/search?q=kobaltblau", "/u/Mo%20Tarn", "/shop/kilnwatch"]
    member = shop.visitor()
    member.sign_in(other)
    pages = [visitor.get(address) for visitor in (shop.visitor(), member) for address in addresses]
    assert {page.status_code for page in pages} <= {200, 404}
    profile = shop.visitor().get("/u/Zebulon%20Quark")
    assert profile.status_code == 404
    return "\n".join(page.text for page in pages)
