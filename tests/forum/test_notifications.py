"""Who follows a topic hears once, if they want mail and may see it: when told, and again when it is sent."""

import pytest
from sqlalchemy import update

from forum.topics import marks
from forum.topics.models import TopicRead
from privacy.consent import service as consent
from storefront.licenses.models import License
from tests.forum.builders import give_license, let_lapse, make_board, make_private_board, make_reply, make_topic
from tests.shop import Shop, Visitor

PURPOSE = "forum_notifications"


def follower(shop: Shop, topic: int, *, wants_mail: bool = True) -> Visitor:
    visitor = shop.member("fan@example.com", "Fan")
    if wants_mail:
        with shop.transaction():
            consent.switch(visitor.account_id, PURPOSE, True, how="test")
    visitor.post(f"/forum/follow/{topic}", {})
    return visitor


@pytest.fixture
def topic(shop: Shop) -> int:
    make_board(shop)
    return make_topic(shop, shop.make_account("author@example.com", "Author"))


def replies(shop: Shop) -> list[str]:
    shop.work()
    shop.database.queue.run("outbox.send", {})
    return [letter.state for letter in shop.letters("fan@example.com", "reply")]


def test_a_follower_gets_one_mail_until_the_topic_is_read(shop: Shop, topic: int) -> None:
    fan, other = follower(shop, topic), shop.make_account("other@example.com", "Other")
    make_reply(shop, other, topic, "First answer")
    make_reply(shop, other, topic, "Second answer")
    assert replies(shop) == ["sent"]
    letter = shop.letters("fan@example.com", "reply")[0]
    assert "First answer" in letter.text
    assert "List-Unsubscribe" in letter.headers
    with shop.transaction():
        marks.write_read({(fan.account_id, topic): 3})
    make_reply(shop, other, topic, "Third answer")
    assert replies(shop) == ["sent", "sent"]


def test_the_author_of_a_reply_is_not_told_of_it(shop: Shop, topic: int) -> None:
    fan = follower(shop, topic)
    make_reply(shop, fan.account_id, topic)
    assert replies(shop) == []


@pytest.mark.clause("P6")
def test_without_the_switch_no_mail_goes_out(shop: Shop, topic: int) -> None:
    follower(shop, topic, wants_mail=False)
    make_reply(shop, shop.make_account("other@example.com", "Other"), topic)
    assert replies(shop) == []


def test_who_stops_following_hears_nothing(shop: Shop, topic: int) -> None:
    follower(shop, topic).post(f"/forum/follow/{topic}", {"act": "stop"})
    make_reply(shop, shop.make_account("other@example.com", "Other"), topic)
    assert replies(shop) == []


def test_who_lost_access_hears_nothing_even_of_a_mail_already_queued(shop: Shop) -> None:
    _board, product = make_private_board(shop)
    author = shop.make_account("author@example.com", "Author")
    topic = make_topic(shop, author, board="cellar")
    fan = shop.member("fan@example.com", "Fan")
    give_license(shop, fan.account_id, product)
    with shop.transaction():
        consent.switch(fan.account_id, PURPOSE, True, how="test")
    fan.post(f"/forum/follow/{topic}", {})
    make_reply(shop, author, topic, "Secret one")
    _run_only(shop, "forum.tell")
    assert [letter.state for letter in shop.letters("fan@example.com", "reply")] == ["queued"]
    let_lapse(shop, fan.account_id)
    assert replies(shop) == ["suppressed"]
    with shop.transaction() as session:
        session.execute(update(TopicRead).values(number=99))
    make_reply(shop, author, topic, "Secret two")
    assert replies(shop) == ["suppressed"]
    with shop.transaction() as session:
        session.execute(update(License).values(expires_at=None))


def _run_only(shop: Shop, name: str) -> None:
    """Run the queued jobs of that name and drop the others, among them those that these start."""
    queue = shop.database.queue
    while (task := queue.huey.dequeue()) is not None:
        if task.args[0] == name:
            queue.run(*task.args)


def test_a_topic_that_one_cannot_see_cannot_be_followed(shop: Shop) -> None:
    make_private_board(shop)
    topic = make_topic(shop, shop.make_account("author@example.com", "Author"), board="cellar")
    assert shop.member().post(f"/forum/follow/{topic}", {}).status_code == 404
