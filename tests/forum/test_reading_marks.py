"""How far members have read: by which marks, where it leads them, and that nothing is noted of whoever does not want it."""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from core import clock, later
from core.accounts.models import Account
from forum import watermarks
from forum.topics import marks
from forum.topics.models import BoardRead, Post, ReadingMark, Topic, TopicRead
from forum.topics.pages import get_head
from tests.forum.builders import make_board, make_reply, make_topic, plant, writer
from tests.privacy.builders import wants
from tests.privacy.test_export import ask, data, fetch
from tests.shop import Shop, Visitor

SETTINGS = "/account/forum"


def unread(visitor: Visitor) -> list[str]:
    """The titles of what is new to them."""
    return re.findall(r'<h2><a href="[^"]*/unread" dir="auto">([^<]*)', visitor.get("/forum/topics/unread").text)


def rows(shop: Shop, account_id: int) -> dict[str, int]:
    """How many rows say something about what the account read."""
    with shop.transaction() as session:
        tables: list[Any] = [TopicRead, BoardRead, ReadingMark]
        return {one.__tablename__: session.query(one).filter_by(account_id=account_id).count() for one in tables}


def read_to(shop: Shop, account_id: int, topic: int) -> int:
    """Up to which post the topic counts as read."""
    with shop.transaction():
        return get_head(writer(account_id), topic).read_number


def test_what_was_read_leaves_the_list_and_comes_back_with_a_reply(shop: Shop) -> None:
    """At once on the next page, and after the note was stored."""
    make_board(shop)
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    topic = make_topic(shop, ada.account_id)
    assert unread(ada) == [] and unread(bob) == ["Cold kilns"]
    bob.get(f"/forum/t/{topic}/cold-kilns")
    assert unread(bob) == []
    shop.work()
    assert unread(bob) == [] and rows(shop, bob.account_id)["topic_read"] == 1
    make_reply(shop, ada.account_id, topic)
    assert unread(bob) == ["Cold kilns"]
    led = bob.get(f"/forum/t/{topic}/cold-kilns/unread", follow_redirects=False)
    assert led.location.endswith("#post-2")


def test_one_mark_takes_the_place_of_all(shop: Shop) -> None:
    """Marking everything leaves one row of a member, however much they had read; what comes later is new."""
    make_board(shop)
    quarry = make_board(shop, "quarry")
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    first = make_topic(shop, ada.account_id)
    make_reply(shop, ada.account_id, first)
    make_topic(shop, ada.account_id, "quarry", "Stones")
    bob.get(f"/forum/t/{first}/cold-kilns")
    shop.work()
    bob.post("/forum/quarry/read")
    assert rows(shop, bob.account_id) == {"topic_read": 1, "board_read": 1, "reading_mark": 0}
    make_topic(shop, ada.account_id, "quarry", "More stones")
    assert unread(bob) == ["More stones"]
    said = bob.submit("/forum/topics/unread", action="/forum/read")
    assert "counts as read" in said.text and unread(bob) == []
    assert rows(shop, bob.account_id) == {"topic_read": 0, "board_read": 0, "reading_mark": 1}
    assert read_to(shop, bob.account_id, first) == 2
    make_reply(shop, ada.account_id, first)
    assert unread(bob) == ["Cold kilns"]
    assert bob.get(f"/forum/t/{first}/cold-kilns/unread", follow_redirects=False).location.endswith("#post-3")
    assert quarry


def test_marking_a_board_leads_to_the_first_post_after_it(shop: Shop) -> None:
    """Also in a topic that was never opened."""
    make_board(shop)
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    topic = make_topic(shop, ada.account_id)
    for _ in range(3):
        make_reply(shop, ada.account_id, topic)
    bob.post("/forum/lounge/read")
    make_reply(shop, ada.account_id, topic)
    assert read_to(shop, bob.account_id, topic) == 4
    assert "New since your last visit" in bob.get(f"/forum/t/{topic}/cold-kilns").text


def test_what_is_old_or_was_there_before_is_not_new(shop: Shop) -> None:
    """Nobody is met by years of unread topics; and marks that say nothing any more are swept away."""
    board = make_board(shop)
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    [old] = plant(shop, board, ada.account_id, posts=3)
    assert unread(bob) == [] and read_to(shop, bob.account_id, old) == 3
    past = clock.now() - timedelta(days=400)
    with shop.transaction() as session:
        session.execute(update(Account).where(Account.id == bob.account_id).values(created_at=past))
    assert unread(bob) == ["Planted topic 00000"]
    bob.get(f"/forum/t/{old}/planted-topic-00000")
    shop.work()
    bob.post("/forum/lounge/read")
    bob.get(f"/forum/t/{old}/planted-topic-00000")
    long_ago = clock.now() - watermarks.HORIZON - timedelta(days=1)
    with shop.transaction() as session:
        session.add(TopicRead(account_id=ada.account_id, topic_id=old, number=2))
        session.flush()
        session.execute(update(Topic).where(Topic.id == old).values(last_at=long_ago))
        session.execute(update(Post).where(Post.topic_id == old).values(created_at=long_ago))
        session.execute(update(BoardRead).values(read_at=long_ago))
        assert marks.discard() == 2
    assert unread(bob) == [] and read_to(shop, bob.account_id, old) == 3
    assert rows(shop, bob.account_id) == {"topic_read": 0, "board_read": 0, "reading_mark": 0}


def test_of_whoever_switched_it_off_nothing_is_stored(shop: Shop) -> None:
    """Not by reading, not by marking, not by a note that was waiting; what there was is gone at once."""
    make_board(shop)
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    topic = make_topic(shop, ada.account_id)
    make_reply(shop, ada.account_id, topic)
    bob.get(f"/forum/t/{topic}/cold-kilns")
    shop.work()
    bob.post("/forum/lounge/read")
    make_reply(shop, ada.account_id, topic)
    bob.get(f"/forum/t/{topic}/cold-kilns")
    assert "Nothing is noted" in bob.submit(SETTINGS, action="/reading").text
    off = {"topic_read": 0, "board_read": 0, "reading_mark": 1}
    shop.work()
    assert rows(shop, bob.account_id) == off
    make_reply(shop, ada.account_id, topic)
    page = bob.get(f"/forum/t/{topic}/cold-kilns")
    assert page.status_code == 200 and "New since your last visit" not in page.text
    with shop.app.app_context():
        assert later.noted("topic_read", (bob.account_id, topic)) == 0
    bob.post("/forum/lounge/read")
    bob.post("/forum/read")
    shop.work()
    assert rows(shop, bob.account_id) == off
    with shop.transaction() as session:
        assert session.scalar(select(ReadingMark.read_at)) is None
    assert unread(bob) == []
    assert "Nothing is noted about your reading" in bob.get("/forum/topics/unread").text
    assert "topic-unread" not in bob.get("/forum/lounge").text


def test_switched_on_again_what_was_written_meanwhile_is_not_new(shop: Shop) -> None:
    """Nobody knows what was read meanwhile."""
    make_board(shop)
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    topic = make_topic(shop, ada.account_id)
    for _ in range(2):
        bob.submit(SETTINGS, action="/reading")
    assert unread(bob) == []
    make_reply(shop, ada.account_id, topic)
    assert unread(bob) == ["Cold kilns"]


def test_who_follows_is_told_again_after_any_mark(shop: Shop) -> None:
    """One mail until it was read: by opening the topic, or by marking everything. Without marks, of every post."""
    make_board(shop)
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    topic = make_topic(shop, ada.account_id)
    wants(shop, bob.account_id, "forum_notifications")
    bob.post(f"/forum/follow/{topic}")

    def told() -> int:
        make_reply(shop, ada.account_id, topic)
        shop.work()
        return len(shop.letters("bob@example.com", "reply"))

    assert [told(), told()] == [1, 1]
    bob.post("/forum/read")
    assert [told(), told()] == [2, 2]
    bob.submit(SETTINGS, action="/reading")
    assert [told(), told()] == [3, 4]


def test_marks_are_in_the_export(shop: Shop) -> None:
    """And so is the wish that nothing is noted."""
    make_board(shop)
    ada = shop.member()
    ada.post("/forum/read")
    ask(ada)
    shop.work()
    [marked] = data(fetch(ada))["data"]["reading_mark"]
    assert marked["read_at"] and marked["is_off"] is False
