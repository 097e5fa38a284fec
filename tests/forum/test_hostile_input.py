"""Whatever is typed into addresses and forms of the forum gets a page that says what is wrong, never an error of ours."""

import re

import pytest

from core.access import Permission
from tests.forum.builders import make_board, make_reply, make_topic
from tests.shop import Shop, Visitor, find_form

ODD = [
    "",
    "0",
    "-1",
    "99999999999999999999",
    "1e9",
    "٣",
    "' or 1=1--",
    "<script>alert(1)</script>",
    "..%2f..%2fetc%2fpasswd",
    "%F0%9F%92%A5" * 20,
    "%00",
    "%ff%fe",
    "1.1.1",
    "0.9999999999999999.9999999999999999",
    "x" * 3000,
]
QUERIES = {
    "/forum/<slug>": ("before", "after"),
    "/forum/t/<int:topic_id>/<slug>": ("page", "post", "quote"),
    "/forum/search": ("q", "board", "before", "order"),
}
TEXTS = ["", " \n\t", "\x00", "\ud800", "x" * 40_000, "[" * 20_000, "<svg/onload=alert(1)>"]
WRITTEN = ("title", "body", "reason", "submission", "act", "order", "next", "board", "outcome", "product")


@pytest.fixture
def inside(shop: Shop) -> tuple[Visitor, list[tuple[str, set[str]]]]:
    """A moderator, whom every door lets in, and every address of the forum with its methods."""
    make_board(shop)
    moderator = shop.member(permissions=[Permission.MODERATION])
    topic = make_topic(shop, moderator.account_id)
    make_reply(shop, moderator.account_id, topic)
    rules = [
        (rule.rule, set(rule.methods or ()))
        for rule in shop.app.url_map.iter_rules()
        if rule.rule.startswith(("/forum", "/u/", "/staff/reports", "/staff/posts", "/staff/topics"))
    ]
    return moderator, rules


def filled(rule: str) -> str:
    """The address of something that is there."""
    known = {"topic_id": "1", "number": "1", "report_id": "1", "name": "Ada", "board_slug": "lounge"}
    for name, value in known.items():
        rule = re.sub(f"<(int:)?{name}>", value, rule)
    return rule.replace("<slug>", "cold-kilns" if "/t/" in rule else "lounge")


def test_odd_addresses_are_answered(inside: tuple[Visitor, list[tuple[str, set[str]]]]) -> None:
    """Each part of each address, and each word of its query, with each odd value."""
    visitor, rules = inside
    for rule, methods in rules:
        if "GET" in methods:
            parts = re.findall(r"<[^>]+>", rule)
            odd = {filled(rule.replace(part, value)) for part in parts for value in ODD}
            odd |= {f"{filled(rule)}?{name}={value}" for name in QUERIES.get(rule, ()) for value in ODD}
            for address in odd:
                answer = visitor.get(address, follow_redirects=False)
                assert answer.status_code < 500, (address, answer.status_code)
                assert "<script>alert" not in answer.text, address


def test_odd_texts_are_answered(inside: tuple[Visitor, list[tuple[str, set[str]]]]) -> None:
    """Each form with each odd text in all of its fields."""
    visitor, rules = inside
    token = find_form(visitor.get("/forum/t/1/cold-kilns").text, "").values["form_token"]
    for rule, methods in rules:
        for text in TEXTS if "POST" in methods else ():
            given = {name: text.encode("utf-8", "surrogatepass") for name in WRITTEN}
            answer = visitor.client.post(filled(rule), data={**given, "form_token": token})
            assert answer.status_code < 500, (rule, text[:20], answer.status_code)
            assert "<svg/onload" not in answer.text, rule
