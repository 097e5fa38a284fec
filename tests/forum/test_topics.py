"""A topic's pages: permalinks, what is unread, order, writing, and texts that mean harm."""

import re

import pytest
from sqlalchemy import text as sql

from forum.topics import rules
from forum.topics.models import Post, PostRevision
from tests.forum.builders import make_board, make_reply, make_topic, plant
from tests.shop import Shop, Visitor, find_form

HARM = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    '"><svg onload=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "[quote=\"<b>x</b>, post 1, topic 1\"]\n<iframe src='https://evil.example'></iframe>\n[/quote]",
]


def started(visitor: Visitor, title: str = "Cold kilns", body: str = "It stays **cold**.") -> str:
    """The address of a topic that was begun through the page."""
    answer = visitor.submit("/forum/lounge/new", {"title": title, "body": body}, action="/new", follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_member_starts_a_topic_and_others_answer(shop: Shop) -> None:
    """From the board's button to a post that a stranger reads."""
    make_board(shop)
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    address = started(ada)
    shown = bob.submit(address, {"body": "Turn it *on*."}, action="/reply")
    assert shown.request.path == address
    assert "Turn it <em>on</em>." in shop.visitor().get(address).text
    assert "2 posts" in shop.visitor().get(address).text


def test_strangers_are_asked_in_and_brought_back(sqlite_shop: Shop) -> None:
    """A stranger sees no composer; the pages for writing lead to the door."""
    make_board(sqlite_shop)
    address = started(sqlite_shop.member())
    stranger = sqlite_shop.visitor()
    assert f"/sign-in?next={address}" in stranger.get(address).text
    assert "data-preview" not in stranger.get(address).text
    assert stranger.get("/forum/lounge/new", follow_redirects=False).location == "/sign-in?next=/forum/lounge/new"


def test_a_composer_sent_twice_writes_once(shop: Shop) -> None:
    """A double click, or the same form from a slow network: one post, and the way to it."""
    make_board(shop)
    ada = shop.member()
    form = find_form(ada.get("/forum/lounge/new").text, "/new")
    sent = {**form.values, "title": "Only once", "body": "Once."}
    first = ada.client.post("/forum/lounge/new", data=sent)
    again = ada.client.post("/forum/lounge/new", data=sent)
    assert first.location and again.location.startswith(first.location)
    reply = {**find_form(ada.get(first.location).text, "/reply").values, "body": "An answer."}
    for _ in range(3):
        assert ada.client.post(f"{first.location}/reply", data=reply).status_code == 303
    page = ada.get(first.location).text
    assert page.count("An answer.") == 1
    assert "1 topic, 2 posts" in ada.get("/forum/lounge").text


def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_stays(shop: Shop) -> None:
    """Too short, too long, empty: 422, a sentence, and the text."""
    make_board(shop)
    ada = shop.member()
    page = ada.submit("/forum/lounge/new", {"title": "Abc", "body": "Kept words."}, action="/new")
    assert page.status_code == 422
    assert "A title has 5 to 150 characters; this one has 3." in page.text
    assert "Kept words." in page.text
    page = ada.submit("/forum/lounge/new", {"title": "t" * 10_000, "body": ""}, action="/new")
    assert page.status_code == 422
    assert "this one has 10,000" in page.text and "the text is empty" in page.text and "t" * 10_000 in page.text
    address = started(ada)
    page = ada.submit(address, {"body": "x" * 32_001}, action="/reply")
    assert page.status_code == 422
    assert "this one has 32,001" in page.text and "x" * 32_001 in page.text


def test_a_preview_stores_nothing(shop: Shop) -> None:
    """The button shows the text as it will be; the script's door does the same."""
    make_board(shop)
    ada = shop.member()
    address = started(ada)
    page = ada.submit(address, {"body": "Looks **bold**.", "act": "preview"}, action="/reply")
    assert "Looks <strong>bold</strong>." in page.text and "Looks **bold**." in page.text
    assert "1 post " in ada.get(address).text
    answer = ada.post("/forum/preview", {"body": "Looks **bold**."})
    assert 'id="preview"' in answer.text and "<strong>bold</strong>" in answer.text
    assert "the text is empty" in ada.post("/forum/preview", {"body": " "}).text


def test_a_locked_topic_keeps_the_text_and_takes_no_reply(shop: Shop) -> None:
    """Locked while somebody was writing: a polite refusal with everything they wrote."""
    make_board(shop)
    ada = shop.member()
    address = started(ada)
    form = find_form(ada.get(address).text, "/reply")
    with shop.transaction() as session:
        session.execute(sql("update topic set locked = true"))
        shop.app.extensions["versions"].raise_()
    answer = ada.client.post(f"{address}/reply", data={**form.values, "body": "Long thoughts."})
    assert answer.status_code == 409
    assert "Long thoughts." in answer.text and "was locked" in answer.text
    for reader in (ada, shop.visitor()):
        assert "no replies are taken" in reader.get(address).text
    assert ada.get(f"{address}/1/edit").status_code == 409


def test_only_confirmed_accounts_post(shop: Shop) -> None:
    """Before the mailed link was followed the text is kept, not posted."""
    make_board(shop)
    ada = shop.member()
    with shop.transaction() as session:
        session.execute(sql("update account set confirmed_at = null"))
    page = ada.submit("/forum/lounge/new", {"title": "Cold kilns", "body": "My words."}, action="/new")
    assert page.status_code == 403
    assert "My words." in page.text and "link that we mailed" in page.text
    assert "0 topics" in ada.get("/forum/lounge").text


def test_numbers_lead_to_their_page_in_either_order(shop: Shop) -> None:
    """Permalinks, links in quotes and wrong words in the address all arrive."""
    ada, board = shop.make_account(), make_board(shop)
    [topic] = plant(shop, board, ada, posts=60)
    visitor, right = shop.visitor(), f"/forum/t/{topic}/planted-topic-00000"

    def leads(address: str) -> tuple[int, str]:
        answer = visitor.get(address, follow_redirects=False)
        return answer.status_code, str(answer.location)

    assert leads(f"{right}/60") == (303, f"{right}?page=3#post-60")
    assert leads(f"{right}/25") == (303, f"{right}#post-25")
    assert leads(f"/forum/t/{topic}/-?post=26") == (303, f"{right}?page=2#post-26")
    assert leads(f"/forum/t/{topic}/wrong?page=2") == (308, f"{right}?page=2")
    assert leads(f"/forum/t/{topic}") == (308, right)
    assert leads(f"{right}/unread") == (303, f"{right}#post-1")
    assert _numbers(visitor.get(f"{right}?page=3").text) == list(range(51, 61))
    for bad in ("/61", "/0", "?page=4", "?page=0", "?page=x", "?post=x", "?page=٣", "?page=" + "9" * 40):
        assert visitor.get(f"{right}{bad}").status_code == 404, bad
    assert visitor.get(f"/forum/t/{10**15}/x").status_code == 404
    assert visitor.get(f"/forum/t/{10**30}/x").status_code == 404


def test_newest_first_is_a_choice_kept_in_the_forums_cookie(shop: Shop) -> None:
    """No cookie before the act; with it the order turns; choosing back takes it away."""
    ada, board = shop.make_account(), make_board(shop)
    [topic] = plant(shop, board, ada, posts=60)
    visitor, address = shop.visitor(), f"/forum/t/{topic}/planted-topic-00000"
    assert visitor.get(address) and not visitor.cookies()
    page = visitor.submit(address, action="/forum/view")
    assert visitor.cookies() == {"lp_forum": "newest"}
    assert _numbers(page.text) == list(range(60, 35, -1))
    assert str(visitor.get(f"{address}/1", follow_redirects=False).location) == f"{address}?page=3#post-1"
    page = visitor.submit(address, action="/forum/view")
    assert _numbers(page.text) == list(range(1, 26))
    assert visitor.cookies() == {}


def test_the_line_stands_where_the_reader_stopped(shop: Shop) -> None:
    """What was seen is noted while reading and stored afterwards; the button leads to the first new post."""
    ada = shop.make_account()
    make_board(shop)
    bob = shop.member("bob@example.com", "Bob")
    topic = make_topic(shop, ada)
    make_reply(shop, ada, topic)
    address = f"/forum/t/{topic}/cold-kilns"
    assert "unread-mark" not in bob.get(address).text
    shop.work()
    make_reply(shop, ada, topic, "The new one.")
    page = bob.get(address).text
    assert page.index("unread-mark") > page.index('id="post-2"')
    assert str(bob.get(f"{address}/unread", follow_redirects=False).location).endswith("#post-3")
    shop.work()
    assert "unread-mark" not in bob.get(address).text
    assert "topic-unread" not in bob.get("/forum/lounge").text


def test_ones_own_reply_is_never_new_to_oneself(shop: Shop) -> None:
    """Not even before the marks of this moment are stored."""
    ada = shop.member()
    make_board(shop)
    address = f"/forum/t/{make_topic(shop, ada.account_id)}/cold-kilns"
    ada.get(address)
    shown = ada.submit(address, {"body": "Me again."}, action="/reply").text
    assert "Me again." in shown
    assert "New since your last visit" not in shown and "First unread post" not in shown


def test_a_quote_fills_the_composer_with_what_the_reader_sees(shop: Shop) -> None:
    """The author's words in a quote; of a hidden post nothing."""
    make_board(shop)
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    address = started(ada, body="Very cold indeed.")
    topic = int(address.split("/")[3])
    filled = find_form(bob.get(f"{address}?quote=1").text, "/reply").values["body"]
    assert f'[quote="Ada, post 1, topic {topic}"]' in filled and "Very cold indeed." in filled
    shown = bob.submit(f"{address}?quote=1", action="/reply").text
    assert 'class="quote"' in shown and f"/forum/t/{topic}/-?post=1#post-1" in shown
    make_reply(shop, ada.account_id, topic, "Secretly warm.")
    ada.submit(f"{address}/3/edit", action="/hide")
    assert "Secretly warm." not in bob.get(f"{address}?quote=3").text
    assert "Secretly warm." not in bob.get(address).text
    assert "Secretly warm." in ada.get(address).text, "its author still reads it"
    for odd in ("x", "0", "9" * 30, "-1"):
        assert bob.get(f"{address}?quote={odd}").status_code == 200


def test_an_edit_keeps_the_earlier_text_and_says_why(shop: Shop) -> None:
    """One's own post only; the mark and the reason are shown; the numbers stay."""
    make_board(shop)
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    address = started(ada)
    page = ada.submit(
        f"{address}/1/edit", {"body": "It is <b>warm</b> now.", "reason": "<i>it</i> warmed"}, action="/edit"
    )
    assert "&lt;i&gt;it&lt;/i&gt; warmed" in page.text and "Edited" in page.text
    assert bob.get(f"{address}/1/edit").status_code == 403
    assert bob.post(f"{address}/1/edit", {"body": "Mine."}).status_code == 403
    assert bob.post(f"{address}/1/hide").status_code == 403
    with shop.transaction() as session:
        [kept] = session.query(PostRevision).all()
        assert kept.body == "It stays **cold**." and kept.reason == "<i>it</i> warmed"
        assert session.query(Post).one().edits == 1


def test_taking_the_only_post_back_takes_the_topic(shop: Shop) -> None:
    """The board's counters follow, and the way leads to the board."""
    make_board(shop)
    ada = shop.member()
    address = started(ada)
    answer = ada.submit(f"{address}/1/edit", action="/hide")
    assert answer.request.path == "/forum/lounge"
    assert "0 topics, 0 posts" in answer.text
    assert shop.visitor().get(address).status_code == 404


def test_a_post_belongs_to_its_topic(sqlite_shop: Shop) -> None:
    """Two numbers in one address: the post must be of that topic."""
    make_board(sqlite_shop)
    ada = sqlite_shop.member()
    first = started(ada)
    second = started(ada, title="Warm kilns")
    make_reply(sqlite_shop, ada.account_id, int(first.split("/")[3]))
    assert ada.get(f"{first}/2/edit").status_code == 200
    assert ada.get(f"{second}/2/edit").status_code == 404


@pytest.mark.parametrize("text", HARM)
def test_harm_is_shown_as_text(sqlite_shop: Shop, text: str) -> None:
    """In titles, bodies, previews, reasons, lists and forms."""
    make_board(sqlite_shop)
    ada = sqlite_shop.member()
    address = started(ada, title=f"Harm {text}"[:150], body=text)
    ada.submit(f"{address}/1/edit", {"body": f"{text} again", "reason": text[:160]}, action="/edit")
    for page in (address, "/forum/", "/forum/lounge", f"{address}/1/edit", f"{address}?quote=1"):
        for reader in (ada, sqlite_shop.visitor()):
            shown = reader.get(page).text
            assert not re.search(
                r"<(script>|svg onload|iframe|b>x)|<[^>]*\son(error|load)=|href=\"javascript", shown
            ), page


def test_every_script_is_kept_as_it_was_written(shop: Shop) -> None:
    """Arabic, Chinese and emoji in title and text; NUL and bidi controls go."""
    make_board(shop)
    ada = shop.member()
    address = started(ada, title="الفرن بارد جدا", body="窑炉很冷。\x00 \u202efoo 👩‍🔧")
    assert address.endswith("/topic")
    page = shop.visitor().get(address).text
    assert "الفرن بارد جدا" in page and "窑炉很冷。 foo 👩‍🔧" in page and "\x00" not in page
    assert "الفرن بارد جدا" in shop.visitor().get("/forum/lounge").text
    other = started(ada, title="Öfen & Kälte: 50 % – naïve?")
    assert other.endswith("/ofen-kalte-50-naive")


def test_pages_are_ranges_of_numbers() -> None:
    """Every number is on the page that its permalink names, in both orders."""
    for last in (1, 24, 25, 26, 50, 51, 60):
        for newest_first in (False, True):
            for number in range(1, last + 1):
                page = rules.page_of(number, last, newest_first=newest_first)
                first, final = rules.numbers_on(page, last, newest_first=newest_first)
                assert first <= number <= final
                assert 1 <= page <= rules.last_page(last)


def _numbers(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="post-(\d+)"', page)]
