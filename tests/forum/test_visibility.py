"""Who sees what: a canary in a private board is looked for on every page of the forum, as everybody.

A page that is not in the matrix fails: whoever adds one says here who may find the canary on it.
"""

from collections.abc import Iterator

import pytest

from core.access import Permission
from forum import reading
from forum.topics import hiding
from forum.topics.models import Post, Topic
from tests.forum.builders import (
    give_license,
    let_lapse,
    make_board,
    make_private_board,
    make_reply,
    make_topic,
)
from tests.shop import Shop, Visitor

CANARY = "zanzibarcanary"
TOPIC = f"{CANARY}-in-the-cellar"

# Rule → what the circle (author, holder, moderator) meets there: "canary"; "author" for the author alone; "board" for the
# board's name; "others" for whoever did not write it and "writer" for who did; "" for pages that never show private boards. Everybody else meets no canary anywhere.
MATRIX = {
    "/forum/": "canary",
    "/forum/<slug>": "canary",
    "/forum/<board_slug>/new": "board",
    "/forum/<slug>/feed.atom": "",
    "/forum/feed.atom": "",
    "/forum/feeds/<token>/feed.atom": "",
    "/forum/feeds/<token>/<slug>/feed.atom": "",
    "/forum/search": "canary",
    "/forum/topics/<which>": "canary",
    "/forum/topics/unread": "others",
    "/forum/topics/mine": "writer",
    "/forum/t/<int:topic_id>": "canary",
    "/forum/t/<int:topic_id>/<slug>": "canary",
    "/forum/t/<int:topic_id>/<slug>/<int:number>": "canary",
    "/forum/t/<int:topic_id>/<slug>/unread": "canary",
    "/forum/t/<int:topic_id>/<slug>/print": "canary",
    "/forum/t/<int:topic_id>/<slug>/<int:number>/edit": "author",
    "/forum/t/<int:topic_id>/<slug>/<int:number>/bookmark": "canary",
    "/forum/report/<int:topic_id>/<int:number>": "canary",
    "/u/<name>": "canary",
}
ELSEWHERE = ("/", "/search?q=zanzibarcanary", "/sitemap.xml", "/shop/cellar-program", "/shop")
CIRCLE = ("holder", "moderator", "author")


@pytest.fixture
def people(shop: Shop) -> Iterator[tuple[Shop, dict[str, Visitor], int]]:
    """Everybody who may come by, and the number of the topic with the canary."""
    _, product = make_private_board(shop)
    make_board(shop)
    here = {name: shop.member(f"{name}@example.com", name.title()) for name in ("author", "member", "holder", "lapsed")}
    here["moderator"] = shop.member("mod@example.com", "Mod", [Permission.MODERATION])
    here["stranger"] = shop.visitor()
    give_license(shop, here["lapsed"].account_id, product)
    let_lapse(shop, here["lapsed"].account_id)
    for name in ("author", "holder"):
        give_license(shop, here[name].account_id, product)
    title = f"{CANARY.title()} in the cellar"
    topic = make_topic(shop, here["author"].account_id, "cellar", title, f"A {CANARY} sings.")
    make_reply(shop, here["author"].account_id, topic, f"The {CANARY} again.")
    make_topic(shop, here["author"].account_id, "lounge", "Open talk", "Everybody reads this.")
    yield shop, here, topic


def address_of(rule: str, topic: int) -> str:
    """A rule of the URL map, filled in so that it leads to the canary."""
    filled = {
        "<int:topic_id>": str(topic),
        "<int:number>": "2",
        "<name>": "Author",
        "<which>": "latest",
        "<board_slug>": "cellar",
    }
    for name, value in filled.items():
        rule = rule.replace(name, value)
    rule = rule.replace("<slug>", "-" if "/t/" in rule else "cellar")
    return f"{rule}?q={CANARY}" if rule == "/forum/search" else rule


def test_every_page_of_the_forum_is_in_the_matrix(sqlite_shop: Shop) -> None:
    """A new page without a line in MATRIX would be looked at by nobody."""
    rules = {
        rule.rule
        for rule in sqlite_shop.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.rule.startswith(("/forum", "/u/"))
    }
    assert rules == set(MATRIX)


def test_nobody_outside_finds_the_canary(people: tuple[Shop, dict[str, Visitor], int]) -> None:
    """Stranger, member and lapsed holder meet no word of it, and what is named in the address does not exist."""
    shop, here, topic = people
    for name in ("stranger", "member", "lapsed"):
        for rule in MATRIX:
            answer = here[name].get(address_of(rule, topic))
            _check_silent(answer.text, name, rule)
            if any(part in rule for part in ("topic_id", "slug>")) and answer.request.path != "/sign-in":
                assert answer.status_code == 404, (name, rule, answer.status_code)
        for address in ELSEWHERE:
            _check_silent(here[name].get(address).text, name, address)


def test_the_circle_finds_the_canary(people: tuple[Shop, dict[str, Visitor], int]) -> None:
    """Otherwise the silence above would prove nothing."""
    _, here, topic = people
    for name in CIRCLE:
        for rule, seen in MATRIX.items():
            answer = here[name].get(address_of(rule, topic))
            writes = name == "author"
            if seen == "canary" or (seen in ("author", "writer") and writes) or (seen == "others" and not writes):
                assert CANARY in answer.text.lower(), (name, rule)
            if seen == "author" and name != "author":
                assert answer.status_code == 403, (name, rule)
            if seen == "board":
                assert answer.status_code == 200 and "Cellar" in answer.text, (name, rule)


def test_nobody_outside_writes_there(people: tuple[Shop, dict[str, Visitor], int]) -> None:
    """Every form's address answers as if there were nothing."""
    shop, here, topic = people
    address = f"/forum/t/{topic}/{TOPIC}"
    for name in ("member", "lapsed"):
        for target in ("/forum/cellar/new", "/forum/cellar/read", f"{address}/reply", f"{address}/2/edit"):
            given = {"title": "Let me in", "body": "Let me in.", "reason": ""}
            assert here[name].post(target, given).status_code == 404, (name, target)
        assert here[name].post(f"{address}/2/hide").status_code == 404
        assert here[name].post(f"/forum/follow/{topic}").status_code == 404
        assert here[name].post(f"/forum/report/{topic}/2", {"reason": "Let me in."}).status_code == 404
    with shop.transaction() as session:
        assert session.query(Post).count() == 3


def test_hidden_posts_and_topics_are_seen_by_moderators_and_authors_only(
    people: tuple[Shop, dict[str, Visitor], int],
) -> None:
    """A holder does not read what was hidden, nor meets a hidden topic."""
    shop, here, topic = people
    with shop.transaction() as session:
        second = session.query(Post).filter_by(topic_id=topic, number=2).one()
        hiding.hide_post(second.id)
    address = f"/forum/t/{topic}/{TOPIC}"
    assert "again" not in here["holder"].get(address).text
    assert f"The {CANARY} again" in here["moderator"].get(address).text
    assert f"The {CANARY} again" in here["author"].get(address).text
    assert here["author"].get(f"{address}/2/edit").status_code == 403
    with shop.transaction():
        hiding.hide_topic(topic)
    for name in ("holder", "author"):
        assert here[name].get(address).status_code == 404
        for page in ("/forum/", "/forum/cellar"):
            _check_silent(here[name].get(page).text, name, page)
    assert here["moderator"].get(address).status_code == 200


def test_the_selects_agree_with_the_pages(people: tuple[Shop, dict[str, Visitor], int]) -> None:
    """What others build on: topics, posts and boards by reader."""
    shop, here, topic = people
    expected = {"author": (2, 3), "holder": (2, 3), "moderator": (2, 3), "member": (1, 1), "lapsed": (1, 1)}
    with shop.transaction() as session:
        for name, (topic_count, post_count) in expected.items():
            reader = reading.reader_of_account(here[name].account_id)
            assert len(session.scalars(reading.topics_visible(reader)).all()) == topic_count, name
            assert len(session.scalars(reading.posts_visible(reader)).all()) == post_count, name
        stranger = reading.reader_for(None)
        assert [found.title for found in session.scalars(reading.topics_visible(stranger))] == ["Open talk"]
        assert session.get_one(Topic, topic).board_id not in stranger.boards


def _check_silent(text: str, name: str, address: str) -> None:
    """No canary but for the words that the reader typed into the search."""
    said = text.lower().replace(f'value="{CANARY}"', "").replace(f"q={CANARY}", "").replace(f"“{CANARY}”", "")
    assert CANARY not in said.replace(f"<title>{CANARY} ·", ""), (name, address)
