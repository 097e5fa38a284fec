"""Posts that moderators take elsewhere: their old addresses lead to them, numbers are never given twice, counters stay right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.access import Permission
from core.errors import Invalid
from forum.topics import hiding, rules
from forum.topics import service as topics
from forum.topics.models import Post, Topic
from tests.forum.builders import make_board, make_private_board, make_reply, make_topic
from tests.shop import Shop, Visitor


@pytest.fixture
def staff(shop: Shop) -> Visitor:
    make_board(shop)
    return shop.member("mod@example.com", "Minerva", [Permission.MODERATION])


def long_topic(shop: Shop, author: int, *, title: str = "Cold kilns") -> int:
    """A topic of five posts, each with its number in words of its own."""
    number = make_topic(shop, author, title=title, body="It begins with blue.")
    for word in ("red", "green", "white", "black"):
        make_reply(shop, author, number, f"Now comes {word}.")
    return number


def address(shop: Shop, number: int) -> str:
    with shop.transaction() as session:
        return f"/forum/t/{number}/{session.get_one(Topic, number).slug}"


def drifts(shop: Shop) -> list[topics.counting.Drift]:
    with shop.transaction():
        return topics.drift()


def test_posts_of_a_new_topic_are_found_at_their_old_addresses(shop: Shop, staff: Visitor) -> None:
    author = shop.make_account("author@example.com", "Author")
    topic = long_topic(shop, author)
    old, typed = address(shop, topic), {"act": "split", "board": "lounge", "posts": "3, 5", "title": "Green and black"}
    page = staff.post(f"/staff/topics/{topic}", typed)
    assert '<h1 dir="auto">Green and black</h1>' in page.text
    reader = shop.visitor()
    led = reader.get(f"{old}/5", follow_redirects=False)
    assert led.status_code == 302 and led.location.endswith("/green-and-black/2")
    there = reader.get(f"{old}/5").text
    assert "Now comes black" in there and "Now comes green" in there and "Now comes red" not in there
    left = reader.get(old).text
    assert "Now comes red" in left and "Now comes white" in left and "Now comes green" not in left
    assert reader.get(f"{old}/4", follow_redirects=False).location.endswith("#post-4")
    assert drifts(shop) == []
    assert make_reply(shop, author, topic) == 6
    assert "Green and black" in reader.get("/forum/search?q=green").text
    assert drifts(shop) == []


def test_a_merged_topic_leads_to_the_other_with_all_its_posts_and_followers(shop: Shop, staff: Visitor) -> None:
    author, follower = shop.make_account("author@example.com", "Author"), shop.member()
    first, second = long_topic(shop, author), long_topic(shop, author, title="The same again")
    old = address(shop, second)
    follower.submit(old, {"act": "start"}, action=f"/forum/follow/{second}")
    staff.post(f"/staff/topics/{second}", {"act": "merge", "into": f"https://shop.example.com{address(shop, first)}"})
    reader = shop.visitor()
    for place, ends in (
        (old, "/cold-kilns/6"),
        (f"{old}/unread", "/6"),
        (f"{old}/4", "/9"),
        (f"/forum/t/{second}", "/6"),
    ):
        led = reader.get(place, follow_redirects=False)
        assert led.status_code == 302 and led.location.endswith(ends), place
    assert staff.get(old, follow_redirects=False).status_code == 302
    assert reader.get(address(shop, first)).text.count('class="post"') == 10
    assert "Stop following" in follower.get(address(shop, first)).text
    assert drifts(shop) == []
    assert make_reply(shop, author, first) == 11


def test_a_moved_post_is_not_shown_to_those_who_may_not_see_where_it_went(shop: Shop, staff: Visitor) -> None:
    author = shop.make_account("author@example.com", "Author")
    make_private_board(shop)
    topic = long_topic(shop, author)
    secret = make_topic(shop, author, "cellar", "In the cellar")
    old = address(shop, topic)
    staff.post(f"/staff/topics/{topic}", {"act": "merge", "into": str(secret)})
    for place in (old, f"{old}/3", f"/forum/t/{topic}"):
        gone = shop.visitor().get(place)
        assert gone.status_code == 404 and "cellar" not in gone.text.lower()
    with shop.transaction() as session:
        hiding.hide_post(session.query(Post).filter_by(topic_id=secret, number=4).one().id)
    assert staff.get(f"{old}/3", follow_redirects=False).location.endswith("/4")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"act": "split", "posts": "1", "title": "Everything"}, "The first post stays"),
        ({"act": "split", "posts": "9", "title": "Everything"}, "Not all of these numbers"),
        ({"act": "split", "posts": "two", "title": "Everything"}, "by their numbers"),
        ({"act": "split", "posts": "2", "title": "No"}, "A title has 5"),
        ({"act": "merge", "into": "the other one"}, "by its number or its address"),
    ],
)
def test_a_wrong_move_changes_nothing_and_says_so(shop: Shop, staff: Visitor, typed: dict[str, str], said: str) -> None:
    topic = long_topic(shop, shop.make_account("author@example.com", "Author"))
    answer = staff.post(f"/staff/topics/{topic}", {"board": "lounge", **typed})
    assert answer.status_code == 400 and said in answer.text
    with shop.transaction() as session:
        assert session.query(Topic).count() == 1 and session.query(Post).filter_by(topic_id=topic).count() == 5


def test_a_topic_is_not_put_into_itself_or_into_nothing(shop: Shop, staff: Visitor) -> None:
    topic = long_topic(shop, shop.make_account("author@example.com", "Author"))
    assert staff.post(f"/staff/topics/{topic}", {"act": "merge", "into": str(topic)}).status_code == 400
    assert staff.post(f"/staff/topics/{topic}", {"act": "merge", "into": "999"}).status_code == 404


def test_what_solved_a_topic_solves_it_no_more_when_it_went_away(shop: Shop, staff: Visitor) -> None:
    topic = long_topic(shop, shop.make_account("author@example.com", "Author"))
    staff.post(f"{address(shop, topic)}/3/answer", {"act": "choose"})
    staff.post(f"/staff/topics/{topic}", {"act": "split", "board": "lounge", "posts": "3", "title": "By itself"})
    assert "Solved" not in shop.visitor().get(address(shop, topic)).text


@given(st.sets(st.integers(1, 9_999), min_size=1, max_size=rules.MOST_MOVED))
def test_numbers_are_read_as_they_are_written(numbers: set[int]) -> None:
    """Rising, whatever their order, and with # and spaces or without."""
    assert rules.numbers_in(", ".join(f"#{one}" for one in sorted(numbers, reverse=True))) == sorted(numbers)


@pytest.mark.parametrize("typed", ["", ",", "0-100", "7-5", "1-2-3", "x", "-4", "1" * 9, "1-60, 100-160"])
def test_other_words_are_no_numbers(typed: str) -> None:
    with pytest.raises(Invalid):
        rules.numbers_in(typed)


def test_a_range_names_all_between() -> None:
    assert rules.numbers_in("3, 5-7,6 – 8") == [3, 5, 6, 7, 8]
