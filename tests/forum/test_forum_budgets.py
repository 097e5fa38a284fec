"""How many statements a page of the forum may cost, with little data and with ten times as much (design, "Speed")."""

from collections.abc import Callable

import pytest
from sqlalchemy import event

from tests.forum.builders import give_license, make_board, make_private_board, plant
from tests.shop import Shop, Visitor, find_form

TOPIC = "/forum/t/{0}/planted-topic-00000"
PAGES = [
    ("/forum/", 2, 4),
    ("/forum/lounge", 2, 4),
    ("deep", 2, 4),
    (TOPIC, 3, 5),
    (f"{TOPIC}?page=3", 3, 5),
    (f"{TOPIC}/70", 3, 5),
    (f"{TOPIC}/unread", 3, 5),
]


@pytest.fixture(params=[1, 10], ids=["1x", "10x"])
def filled(shop: Shop, request: pytest.FixtureRequest) -> tuple[Shop, Visitor, Visitor, int]:
    """A private and an open board, a long topic among many, a stranger and a member with a license."""
    member = shop.member()
    _, product = make_private_board(shop)
    give_license(shop, member.account_id, product)
    board, size = make_board(shop), int(request.param)
    [long] = plant(shop, board, member.account_id, topics_wanted=1, posts=75 * size)
    plant(shop, board, member.account_id, topics_wanted=60 * size, posts=2)
    return shop, shop.visitor(), member, long


@pytest.mark.parametrize(("page", "stranger", "member"), PAGES)
def test_pages_stay_within_their_statements(
    filled: tuple[Shop, Visitor, Visitor, int], page: str, stranger: int, member: int
) -> None:
    """Even the first reader after a post, for whom boards are read anew, costs no more."""
    shop, outside, inside, topic = filled
    address = _deep(outside) if page == "deep" else page.format(topic)
    for visitor, allowed in ((outside, stranger), (inside, member)):
        seen = _cost(shop, lambda visitor=visitor: visitor.get(address, follow_redirects=False))  # type: ignore[misc]
        assert len(seen) <= allowed, seen
        assert not [one for one in seen if "count(" in one.lower()], seen
        assert shop.dialect == "sqlite" or not [one for one in seen if "offset" in one.lower()], seen


def test_a_strangers_page_costs_nothing_the_second_time(filled: tuple[Shop, Visitor, Visitor, int]) -> None:
    """It is ready-made until something changes."""
    shop, outside, _, topic = filled
    for address in ("/forum/", "/forum/lounge", TOPIC.format(topic)):
        outside.get(address)
        with shop.statements() as seen:
            assert outside.get(address).status_code == 200
        assert seen == []


def test_a_reply_stays_within_eight_statements_and_one_commit(filled: tuple[Shop, Visitor, Visitor, int]) -> None:
    """Number, post, counters, index and whoever follows: all of it."""
    shop, _, member, topic = filled
    address = TOPIC.format(topic)
    form = find_form(member.get(address).text, "/reply")
    commits: list[object] = []
    note = commits.append
    event.listen(shop.database.engine, "commit", note)
    sent = {**form.values, "body": "One more."}
    seen = _cost(shop, lambda: member.client.post(f"{address}/reply", data=sent))
    event.remove(shop.database.engine, "commit", note)
    assert len(seen) <= 8, seen
    assert len(commits) == 1


def _cost(shop: Shop, act: Callable[[], object]) -> list[str]:
    """What one request asks of the database when its process knows the policy's versions and nothing else."""
    shop.visitor().get("/company")
    shop.database.snapshots.pop("boards", None)
    shop.app.extensions["versions"].raise_()
    with shop.statements() as seen:
        act()
    return seen


def _deep(visitor: Visitor) -> str:
    """The last but one page of the board."""
    address = "/forum/lounge"
    while True:
        _, found, rest = visitor.get(address).text.partition('rel="next" href="')
        if not found:
            return address
        address = rest.split('"')[0]
