"""A board on which everybody sees only what they began: the topics of others do not exist there, nor does their number."""

import pytest

from core.access import Permission
from forum import reading
from tests.forum.builders import make_board, make_reply, make_topic
from tests.forum.test_visibility import MATRIX
from tests.shop import Shop, Visitor

WORD = "zanzibarcanary"


@pytest.fixture
def people(shop: Shop) -> dict[str, Visitor]:
    """Who asked, somebody else, a moderator and a stranger; ask.topic is on the help desk."""
    make_board(shop)
    make_board(shop, "help-desk", own_topics_only=True)
    return {
        "asker": shop.member("asker@example.com", "Asker"),
        "other": shop.member("other@example.com", "Other"),
        "moderator": shop.member("mod@example.com", "Mod", [Permission.MODERATION]),
        "stranger": shop.visitor(),
    }


def ask(shop: Shop, asker: Visitor) -> int:
    return make_topic(shop, asker.account_id, "help-desk", f"My {WORD}", f"The {WORD} does not sing.")


def addresses(topic: int) -> list[str]:
    """Every page of the forum, filled in for the topic."""
    filled = {"<int:topic_id>": str(topic), "<int:number>": "1", "<board_slug>": "help-desk", "<which>": "latest"}
    found = []
    for rule in MATRIX:
        for name, value in filled.items():
            rule = rule.replace(name, value)
        rule = rule.replace("<slug>", "my-word" if "/t/" in rule else "help-desk").replace("<name>", "Asker")
        found.append(rule if "<" not in rule else "/forum/")
    return [f"{one}?q={WORD}" if one == "/forum/search" else one for one in found]


def test_nobody_but_who_asked_and_moderators_meets_the_topic(shop: Shop, people: dict[str, Visitor]) -> None:
    """On every page of the forum, and the board's counters tell nobody that there is something."""
    topic = ask(shop, people["asker"])
    make_reply(shop, people["moderator"].account_id, topic, f"Turn the {WORD} on.")
    assert WORD in people["asker"].get("/forum/topics/unread").text
    for name in ("other", "stranger"):
        for address in addresses(topic):
            said = people[name].get(address).text.replace(f'value="{WORD}"', "").replace(f"q={WORD}", "")
            assert WORD not in said.replace(f"“{WORD}”", "").replace(f"<title>{WORD} ·", ""), (name, address)
            assert f"/t/{topic}" not in said.replace(f"next=/forum/t/{topic}", "").replace(address, ""), (name, address)
        assert people[name].get(f"/forum/t/{topic}").status_code == 404
        assert "1 topic" not in people[name].get("/forum/help-desk").text
    for name in ("asker", "moderator"):
        for address in ("/forum/help-desk", "/forum/topics/latest", f"/forum/t/{topic}/x", f"/forum/search?q={WORD}"):
            assert WORD in people[name].get(address).text.replace(f'value="{WORD}"', ""), (name, address)
    assert "1 topic" in people["moderator"].get("/forum/help-desk").text


def test_nobody_else_answers_follows_or_reports_it(shop: Shop, people: dict[str, Visitor]) -> None:
    topic = ask(shop, people["asker"])
    address = f"/forum/t/{topic}/my-{WORD}"
    for target in (f"{address}/reply", f"/forum/follow/{topic}", f"/forum/report/{topic}/1", f"{address}/1/answer"):
        assert people["other"].post(target, {"body": "Me too.", "reason": "Nosy", "act": "start"}).status_code == 404
    assert people["asker"].post(f"{address}/reply", {"body": "Somebody there?"}).status_code == 200
    assert "Somebody there?" in people["moderator"].get(address).text


def test_everybody_may_ask_there_and_finds_their_own(shop: Shop, people: dict[str, Visitor]) -> None:
    """By the form, and only their own stand on the board."""
    ask(shop, people["asker"])
    typed = {"title": "Mine alone", "body": "Where is my key?", "about": ""}
    people["other"].submit("/forum/help-desk/new", typed, action="/new")
    page = people["other"].get("/forum/help-desk").text
    assert "Mine alone" in page and WORD not in page and "by you and by our moderators" in page


def test_selects_for_jobs_and_exports_agree(shop: Shop, people: dict[str, Visitor]) -> None:
    topic = ask(shop, people["asker"])
    with shop.transaction() as session:
        for name, sees in (("asker", True), ("other", False), ("moderator", True)):
            seen = reading.topics_visible(reading.reader_of_account(people[name].account_id))
            assert (topic in [one.id for one in session.scalars(seen)]) is sees, name
        assert session.scalars(reading.posts_visible(reading.reader_for(None))).all() == []


def test_a_topic_moved_there_is_seen_by_who_began_it(shop: Shop, people: dict[str, Visitor]) -> None:
    """A moderator's way to make a talk private: others had it open a moment ago."""
    topic = make_topic(shop, people["asker"].account_id, "lounge", f"Open {WORD}")
    make_reply(shop, people["other"].account_id, topic, "I have it, too.")
    address = f"/forum/t/{topic}/open-{WORD}"
    people["moderator"].post(f"/staff/topics/{topic}", {"act": "move", "board": "help-desk"})
    assert people["other"].get(address).status_code == 404
    assert WORD not in people["other"].get("/forum/topics/mine").text
    assert people["asker"].get(address).status_code == 200
