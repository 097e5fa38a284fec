"""Polls: everybody who sees the topic sees how many chose what, nobody sees who, and the numbers stay right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.access import Permission
from core.errors import Invalid
from forum.polls import rules
from forum.polls.models import Poll, PollOption, PollVote
from forum.topics import service as topics
from tests.forum.builders import give_license, make_board, make_private_board
from tests.shop import PASSWORD, Shop, Visitor

WORD = "zanzibarcanary"


def ask(asker: Visitor, options: str = "Tea\nCoffee\nCocoa", *, board: str = "lounge", many: bool = False) -> str:
    """Begin a topic with a poll by the form; its address."""
    typed = {"title": "What do we drink?", "body": "Choose.", "poll": options} | ({"poll_many": "y"} if many else {})
    return asker.submit(f"/forum/{board}/new", typed, action="/new").request.path


def numbers(shop: Shop) -> list[int]:
    """How many chose each option, after the counters were found right."""
    with shop.transaction() as session:
        assert topics.drift() == []
        return [row[0] for row in session.query(PollOption.votes).order_by(PollOption.topic_id, PollOption.position)]


def ids(shop: Shop) -> list[str]:
    with shop.transaction() as session:
        return [str(row[0]) for row in session.query(PollOption.id).order_by(PollOption.position)]


@pytest.fixture
def asked(shop: Shop) -> tuple[Visitor, str, list[str]]:
    """Who asked, the topic's address, and the options' numbers."""
    make_board(shop)
    asker = shop.member("asker@example.com", "Asker")
    address = ask(asker)
    return asker, address, ids(shop)


def test_one_choice_is_counted_changed_and_taken_back(shop: Shop, asked: tuple[Visitor, str, list[str]]) -> None:
    _, address, (tea, coffee, _) = asked
    bob = shop.member("bob@example.com", "Bob")
    page = bob.submit(address, {"choice": tea}, action="/poll")
    assert "Counted." in page.text and "1 (100" in page.text and numbers(shop) == [1, 0, 0]
    bob.post(f"{address}/poll", {"choice": tea})
    bob.post(f"{address}/poll", {"choice": coffee})
    assert numbers(shop) == [0, 1, 0]
    seen = shop.visitor().get(address).text
    assert "Coffee" in seen and "1 (100" in seen and "Bob" not in seen and "Sign in</a> to choose" in seen
    bob.post(f"{address}/poll")
    assert numbers(shop) == [0, 0, 0]


def test_several_are_chosen_only_where_they_may(shop: Shop, asked: tuple[Visitor, str, list[str]]) -> None:
    asker, address, options = asked
    refused = asker.post(f"{address}/poll", {"choice": options[:2]})
    assert refused.status_code == 400 and numbers(shop) == [0, 0, 0]
    many = ask(asker, "Red\nBlue", many=True)
    with shop.transaction() as session:
        both = [str(row[0]) for row in session.query(PollOption.id).filter_by(topic_id=int(many.split("/")[3]))]
    asker.post(f"{many}/poll", {"choice": both})
    assert numbers(shop)[3:] == [1, 1]
    assert asker.post(f"{address}/poll", {"choice": both[:1]}).status_code == 400
    assert numbers(shop) == [0, 0, 0, 1, 1]


def test_a_closed_poll_keeps_its_numbers(shop: Shop, asked: tuple[Visitor, str, list[str]]) -> None:
    asker, address, options = asked
    bob = shop.member("bob@example.com", "Bob")
    bob.post(f"{address}/poll", {"choice": options[0]})
    assert bob.post(f"{address}/poll/close").status_code == 403
    asker.submit(address, action="/poll/close")
    assert bob.post(f"{address}/poll", {"choice": options[1]}).status_code == 409
    page = bob.get(address).text
    assert "Closed" in page and "Your choice" in page and numbers(shop) == [1, 0, 0]


def test_in_a_locked_topic_nobody_but_moderators_chooses(shop: Shop, asked: tuple[Visitor, str, list[str]]) -> None:
    asker, address, options = asked
    staff = shop.member("mod@example.com", "Mod", [Permission.MODERATION])
    staff.post(f"/staff/topics/{address.split('/')[3]}", {"act": "lock"})
    assert asker.post(f"{address}/poll", {"choice": options[0]}).status_code == 409
    assert staff.post(f"{address}/poll", {"choice": options[0]}).status_code == 200
    assert numbers(shop) == [1, 0, 0]


def test_who_may_not_see_the_topic_finds_no_poll(shop: Shop) -> None:
    make_board(shop)
    _, product = make_private_board(shop)
    holder, other = shop.member(), shop.member("bob@example.com", "Bob")
    give_license(shop, holder.account_id, product)
    address = ask(holder, f"{WORD} one\n{WORD} two", board="cellar")
    assert WORD in holder.get(address).text
    for visitor in (other, shop.visitor()):
        for page in (
            address,
            "/forum/",
            "/forum/topics/latest",
            f"/forum/search?q={WORD}",
            "/u/Ada",
            "/forum/feed.atom",
        ):
            assert f"{WORD} one" not in visitor.get(page).text
    assert other.post(f"{address}/poll", {"choice": ids(shop)[0]}).status_code == 404
    assert other.post(f"{address}/poll/close").status_code == 404
    assert numbers(shop) == [0, 0]


def test_a_topic_without_a_poll_takes_no_choice(shop: Shop) -> None:
    make_board(shop)
    ada = shop.member()
    address = ask(ada, "")
    assert ada.post(f"{address}/poll", {"choice": "1"}).status_code == 404
    assert 'id="poll"' not in ada.get(address).text


@pytest.mark.parametrize(
    ("options", "said"),
    [("Tea", "2 to 10 choices"), ("Tea\n tea ", "the same"), ("Tea\n" + "x" * 121, "120 characters")],
    ids=["one", "twice", "long"],
)
def test_a_poll_that_asks_nothing_is_refused_beside_its_field(shop: Shop, options: str, said: str) -> None:
    make_board(shop)
    typed = {"title": "What do we drink?", "body": "Choose.", "poll": options}
    answer = shop.member().submit("/forum/lounge/new", typed, action="/new")
    assert answer.status_code == 422 and said in answer.text
    with shop.transaction() as session:
        assert session.query(Poll).count() == 0


@pytest.mark.parametrize(("posts", "left"), [("keep", [0, 0, 0]), ("remove", [])])
def test_who_leaves_takes_their_choices_along(shop: Shop, posts: str, left: list[int]) -> None:
    """And with their posts the polls that they began."""
    make_board(shop)
    asker, bob = shop.member("asker@example.com", "Asker"), shop.member("bob@example.com", "Bob")
    address = ask(asker)
    bob.post(f"{address}/reply", {"body": "Tea, of course.", "submission": "a" * 20})
    asker.post(f"{address}/poll", {"choice": ids(shop)[0]})
    typed = {"posts": posts, "password": PASSWORD, "sure": "y"}
    asker.submit("/account/privacy/erase", typed, action="/account/privacy/erase")
    shop.work()
    assert numbers(shop) == left
    with shop.transaction() as session:
        assert session.query(PollVote).count() == 0


@given(st.lists(st.integers(0, 50), min_size=2, max_size=10))
def test_shares_are_whole_and_add_up_nearly(votes: list[int]) -> None:
    """Each is rounded by itself, so that together they miss a hundred by less than half a percent for each."""
    shares = [rules.percent_of(one, sum(votes)) for one in votes]
    assert all(0 <= share <= 100 for share in shares)
    assert abs(sum(shares) - (100 if sum(votes) else 0)) <= len(votes) / 2


@given(st.text(max_size=300))
def test_choices_are_read_from_any_text(typed: str) -> None:
    try:
        found = rules.options_in(typed)
    except Invalid:
        return
    assert len(found) == 0 or rules.FEWEST <= len(found) <= rules.MOST
    assert all(0 < len(one) <= rules.LONGEST and "\n" not in one for one in found)
