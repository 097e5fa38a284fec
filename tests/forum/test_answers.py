"""What solved a topic is shown first, how many have the same problem is counted, and posts of staff say so."""

import re

import pytest

from core.access import Permission
from forum.topics import service as topics
from forum.topics.models import Topic
from tests.forum.builders import make_board, make_private_board, make_reply, make_topic, plant
from tests.shop import PASSWORD, Shop, Visitor

ADDRESS = "/forum/t/{}/cold-kilns"


@pytest.fixture
def asked(shop: Shop) -> tuple[Visitor, int]:
    """Who asked, and the topic with three replies."""
    make_board(shop)
    asker = shop.member("asker@example.com", "Asker")
    topic = make_topic(shop, asker.account_id, body="It stays cold.")
    for word in ("No idea.", "Turn the blue knob.", "Thank you."):
        make_reply(shop, asker.account_id, topic, word)
    return asker, topic


def counted(shop: Shop, topic: int) -> int:
    with shop.transaction() as session:
        assert topics.drift() == []
        return session.get_one(Topic, topic).same_problem


def test_what_solved_it_stands_right_below_the_question(shop: Shop, asked: tuple[Visitor, int]) -> None:
    """For everybody, in either order, and once more at its own place."""
    asker, topic = asked
    address = ADDRESS.format(topic)
    asker.post(f"{address}/3/answer", {"act": "choose"})
    reader = shop.visitor()
    page = reader.get(address).text
    assert page.count("Turn the blue knob.") == 2
    assert page.index("It stays cold.") < page.index("Turn the blue knob.") < page.index("No idea.")
    reader.post("/forum/view", {"order": "newest", "next": address})
    page = reader.get(address).text
    assert page.index("Turn the blue knob.") < page.index("Thank you.")
    asker.post(f"{address}/3/answer", {"act": "undo"})
    assert reader.get(address).text.count("Turn the blue knob.") == 1


def test_an_answer_far_behind_is_shown_on_the_first_page_only(shop: Shop) -> None:
    board, asker = make_board(shop), shop.member("asker@example.com", "Asker")
    topic = plant(shop, board, asker.account_id, posts=60)[0]
    with shop.transaction() as session:
        session.get_one(Topic, topic).answer_number = 57
        address = f"/forum/t/{topic}/{session.get_one(Topic, topic).slug}"
    reader = shop.visitor()
    assert reader.get(address).text.count("Post 57 of topic 0.") == 1
    assert "Post 57 of topic 0." not in reader.get(f"{address}?page=2").text
    assert reader.get(f"{address}?page=3").text.count("Post 57 of topic 0.") == 1
    assert f'href="{address}/57">To the post that solved it' in reader.get(f"{address}?page=2").text


def test_a_reply_right_below_the_question_is_not_shown_twice(shop: Shop, asked: tuple[Visitor, int]) -> None:
    asker, topic = asked
    asker.post(f"{ADDRESS.format(topic)}/2/answer", {"act": "choose"})
    assert shop.visitor().get(ADDRESS.format(topic)).text.count("No idea.") == 1


def test_who_has_the_problem_too_is_counted_once_and_not_named(shop: Shop, asked: tuple[Visitor, int]) -> None:
    _, topic = asked
    bob, address = shop.member("bob@example.com", "Bob"), ADDRESS.format(topic)
    for _twice in range(2):
        bob.post(f"{address}/same", {"act": "start"})
    page = shop.visitor().get(address).text
    assert "one more has this problem" in page and "Bob" not in page and counted(shop, topic) == 1
    shop.member("carol@example.com", "Carol").submit(address, action="/same")
    assert "2 more have this problem" in shop.visitor().get(address).text
    assert "not who" not in bob.submit(address, action="/same").text
    bob.post(f"{address}/same", {"act": "stop"})
    assert counted(shop, topic) == 1


def test_who_asked_is_not_counted_and_outsiders_find_nothing(shop: Shop, asked: tuple[Visitor, int]) -> None:
    asker, topic = asked
    address = ADDRESS.format(topic)
    assert "I have this problem" not in asker.get(address).text
    assert asker.post(f"{address}/same", {"act": "start"}).status_code == 403
    make_private_board(shop)
    hidden = make_topic(shop, asker.account_id, "cellar", "In the cellar")
    assert shop.member().post(f"{ADDRESS.format(hidden)}/same", {"act": "start"}).status_code == 404
    assert counted(shop, topic) == 0 and counted(shop, hidden) == 0


def test_who_leaves_is_counted_no_more(shop: Shop, asked: tuple[Visitor, int]) -> None:
    _, topic = asked
    bob = shop.member("bob@example.com", "Bob")
    bob.post(f"{ADDRESS.format(topic)}/same", {"act": "start"})
    typed = {"posts": "keep", "password": PASSWORD, "sure": "y"}
    bob.submit("/account/privacy/erase", typed, action="/account/privacy/erase")
    shop.work()
    assert counted(shop, topic) == 0


def test_posts_of_staff_say_so_as_long_as_they_are_staff(shop: Shop, asked: tuple[Visitor, int]) -> None:
    _, topic = asked
    clerk = shop.member("clerk@example.com", "Clerk", [Permission.SUPPORT])
    make_reply(shop, clerk.account_id, topic, "From the house.")
    page = shop.visitor().get(ADDRESS.format(topic)).text
    posts = re.split(r'<li class="post', page)
    assert [">Staff<" in post for post in posts[1:]] == [False, False, False, False, True]


def test_the_print_view_holds_the_topic_and_no_forms(shop: Shop, asked: tuple[Visitor, int]) -> None:
    asker, topic = asked
    board = make_board(shop, "quarry")
    page = asker.get(f"{ADDRESS.format(topic)}/print").text
    assert "It stays cold." in page and "Thank you." in page and "composer" not in page
    long = plant(shop, board, asker.account_id, posts=201)[0]
    first = shop.visitor().get(f"/forum/t/{long}/x/print").text
    assert "Post 200 of" in first and "Post 201 of" not in first
    assert "Post 201 of" in shop.visitor().get(f"/forum/t/{long}/x/print?page=2").text
    assert shop.visitor().get(f"/forum/t/{long}/x/print?page=3").status_code == 404
