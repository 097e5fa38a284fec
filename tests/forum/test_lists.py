"""The lists beside the boards: what stands in each, for whom, how they are leafed through, and what they cost."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import text

from core import clock
from core.access import Permission
from core.accounts.models import Account
from forum.topics import hiding, rules
from forum.topics.models import Post, Topic
from forum.topics.rules import PlannedPost
from tests.forum.builders import (
    give_license,
    let_lapse,
    make_board,
    make_private_board,
    make_reply,
    make_topic,
    plant,
)
from tests.shop import Shop, Visitor

NAMES = ("latest", "unanswered", "solved", "hot")


def listed(visitor: Visitor, name: str, query: str = "") -> list[str]:
    """The titles on a list, from the top."""
    page = visitor.get(f"/forum/topics/{name}{query}")
    assert page.status_code == 200, page.status
    return re.findall(r'<h2><a href="[^"]*" dir="auto">([^<]*)', page.text)


def answered(shop: Shop, asker: Visitor, helper: int, board: str = "lounge", title: str = "Solved kilns") -> int:
    """A topic whose second post solved it; its number."""
    topic = make_topic(shop, asker.account_id, board, title)
    make_reply(shop, helper, topic)
    with shop.transaction() as session:
        slug = session.get_one(Topic, topic).slug
    said = asker.submit(f"/forum/t/{topic}/{slug}", action="/2/answer")
    assert said.status_code == 200
    return topic


def test_each_list_holds_what_it_says(shop: Shop) -> None:
    """A question without a reply, one that is solved, one where two talk, and one's own."""
    make_board(shop)
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    solved = answered(shop, ada, bob.account_id)
    make_topic(shop, bob.account_id, title="Lonely kilns")
    lively = make_topic(shop, bob.account_id, title="Lively kilns")
    for writer in (ada, bob, ada):
        make_reply(shop, writer.account_id, lively)
    stranger = shop.visitor()
    assert listed(stranger, "latest") == ["Lively kilns", "Lonely kilns", "Solved kilns"]
    assert listed(stranger, "unanswered") == ["Lonely kilns"]
    assert listed(stranger, "solved") == ["Solved kilns"]
    assert listed(stranger, "hot") == ["Lively kilns", "Solved kilns"]
    assert listed(ada, "mine") == ["Lively kilns", "Solved kilns"]
    with shop.transaction() as session:
        post = session.query(Post).filter_by(topic_id=solved, number=2).one()
        hiding.hide_post(post.id)
    assert listed(stranger, "solved") == []
    assert listed(stranger, "unanswered") == ["Lonely kilns", "Solved kilns"]


def test_strangers_are_not_offered_what_is_ones_own(shop: Shop) -> None:
    """No tab, and the address leads to the door."""
    stranger = shop.visitor()
    for name in ("unread", "mine"):
        assert f"/forum/topics/{name}" not in stranger.get("/forum/").text
        assert f"/forum/topics/{name}" in shop.member(f"{name}@example.com", name).get("/forum/").text
        assert stranger.get(f"/forum/topics/{name}", follow_redirects=False).location.startswith("/sign-in?next=")
    assert stranger.get("/forum/topics/nonsense").status_code == 404
    assert stranger.get("/forum/topics/latest?after=nonsense").status_code == 400


def test_the_holders_board_is_on_the_lists_of_holders_alone(shop: Shop) -> None:
    """For stranger, member and lapsed holder every list ends before it."""
    _, product = make_private_board(shop)
    here = {name: shop.member(f"{name}@example.com", name.title()) for name in ("asker", "holder", "lapsed", "member")}
    for name in ("lapsed", "asker", "holder"):
        give_license(shop, here[name].account_id, product)
        if name == "lapsed":
            let_lapse(shop, here[name].account_id)
    answered(shop, here["asker"], here["holder"].account_id, "cellar", "Canary solved")
    make_topic(shop, here["asker"].account_id, "cellar", "Canary alone")
    expected = {"latest": 2, "unanswered": 1, "solved": 1, "hot": 1, "unread": 1}
    for name, count in expected.items():
        assert len(listed(here["holder"], name)) == count, name
        for outside in ("lapsed", "member"):
            assert listed(here[outside], name) == [], (name, outside)
            assert "anary" not in here[outside].get(f"/forum/topics/{name}").text
        if name != "unread":
            assert "anary" not in shop.visitor().get(f"/forum/topics/{name}").text


def test_lists_are_leafed_through_without_gaps(shop: Shop) -> None:
    """Forward to the end and back to the beginning: each topic once."""
    board, ada = make_board(shop), shop.member()
    plant(shop, board, ada.account_id, topics_wanted=60, posts=1)
    seen, query, back = [], "", ""
    while True:
        page = ada.get(f"/forum/topics/unanswered{query}").text
        seen += re.findall(r"Planted topic (\d+)", page)
        older = re.search(r'rel="next" href="[^"?]*([^"]*)"', page)
        if older is None:
            break
        query = older[1]
        back = re.search(r'rel="prev"', page) and back or back
    assert seen == sorted(seen, reverse=True) and len(seen) == 60
    newer = re.search(r'rel="prev" href="[^"?]*([^"]*)"', page)
    assert newer is not None
    assert listed(ada, "unanswered", newer[1])[0] == "Planted topic 00034"


@pytest.mark.parametrize("size", [1, 10])
def test_a_list_costs_two_statements_or_four(shop: Shop, size: int) -> None:
    """However much there is, and nothing is counted. Ada came before the topics did."""
    board, ada = make_board(shop), shop.member()
    with shop.transaction() as session:
        session.get_one(Account, ada.account_id).created_at -= timedelta(days=60)
    plant(shop, board, ada.account_id, topics_wanted=60 * size, posts=2)
    for name in (*NAMES, "unread", "mine"):
        for visitor, allowed in ((shop.visitor(), 2), (ada, 4)):
            if visitor is not ada and name not in NAMES:
                continue
            visitor.get("/company")
            shop.database.snapshots.pop("boards", None)
            shop.app.extensions["versions"].raise_()
            with shop.statements() as seen:
                shown = visitor.client.get(f"/forum/topics/{name}")
            assert shown.text.count("Planted topic") == (0 if name in ("unanswered", "solved", "hot") else 25), name
            assert len(seen) <= allowed, (name, seen)
            assert not [one for one in seen if "count(" in one.lower()], seen


@pytest.mark.parametrize(
    ("condition", "index"),
    [("posts = 1", "ix_topic_unanswered"), ("answer_number is not null", "ix_topic_solved")],
)
def test_small_indexes_are_written_as_the_lists_ask(sqlite_shop: Shop, condition: str, index: str) -> None:
    """An index over some rows is only used for the very condition that made it."""
    with sqlite_shop.transaction() as session:
        plan = session.execute(
            text(f"explain query plan select id from topic where {condition} order by last_at desc, id desc limit 26")  # noqa: S608 — words of this test
        )
        assert index in str(plan.all())


# what solves a topic


def test_who_began_a_topic_says_what_solved_it(shop: Shop) -> None:
    """Nobody else does but moderators; the question itself is no answer; and it can be taken back."""
    make_board(shop)
    ada, bob, cy = (shop.member(f"{name}@example.com", name.title()) for name in ("ada", "bob", "cy"))
    topic = answered(shop, ada, bob.account_id)
    address = f"/forum/t/{topic}/solved-kilns"
    assert "This post solved it" in shop.visitor().get(address).text
    assert f"{address}/2/answer" not in cy.get(address).text
    for who in (bob, cy):
        assert who.post(f"{address}/2/answer", {"act": "undo"}).status_code == 403
    assert ada.post(f"{address}/1/answer").status_code == 400
    assert ada.post(f"{address}/9/answer").status_code == 404
    assert "This post solved it" in cy.get(address).text
    ada.submit(address, action="/2/answer")
    assert "This post solved it" not in cy.get(address).text
    moderator = shop.member("mod@example.com", "Mod", [Permission.MODERATION])
    assert "is solved" in moderator.submit(address, action="/2/answer").text


# warmth


@given(some.lists(some.integers(min_value=0, max_value=20_000), max_size=40))
def test_warmth_runs_out_and_never_passes_a_week(gaps: list[int]) -> None:
    """Whatever comes: at least one post's warmth after a post, at most a week's, and rising only by posts."""
    warm, minute = 0, 0
    for gap in gaps:
        minute += gap
        before, warm = warm, rules.warmed(warm, minute)
        assert warm >= before
        assert minute + rules.WARMS <= warm <= minute + rules.WARMEST


def test_the_database_reckons_warmth_as_the_rule_does(shop: Shop) -> None:
    """A planted topic, and the same talk written post by post; who talks to themselves warms nothing."""
    board, ada, bob = make_board(shop), shop.make_account(), shop.make_account("bob@example.com", "Bob")
    start = clock.now()
    topic = make_topic(shop, ada)
    with shop.transaction() as session:
        assert session.get_one(Topic, topic).warm_until - rules.minute_of(start) in (rules.WARMS, rules.WARMS + 1)
    for writer, times in ((ada, 1), (bob, 2), (ada, 3)):
        make_reply(shop, writer, topic)
        with shop.transaction() as session:
            found = session.get_one(Topic, topic).warm_until - rules.minute_of(start)
        assert found // rules.WARMS == times
    for _ in range(20):
        make_reply(shop, ada, topic)
        make_reply(shop, bob, topic)
    with shop.transaction() as session:
        assert session.get_one(Topic, topic).warm_until - rules.minute_of(clock.now()) <= rules.WARMEST
    posts = [
        PlannedPost(author_id=who, body="", at=start + timedelta(minutes=at)) for who, at in ((1, 0), (1, 5), (2, 9))
    ]
    assert rules.warmth_of(posts) == rules.minute_of(start) + 2 * rules.WARMS
    assert board
