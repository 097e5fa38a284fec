"""Whatever is thrown at the house, it answers with a page and never breaks: no address and no field may give a 5xx."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from core.access import Permission
from storefront.catalogue import service as catalogue
from storefront.reviews import service as reviews
from tests.forum.builders import give_license, make_private_board, make_reply, make_topic
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import buy, place, put_into_cart, ware

HUGE = "9" * 40
SEGMENTS = [
    "0",
    str(2**63),
    HUGE,
    "%00",
    "%FF%FE",
    "..%2F..%2Fetc%2Fpasswd",
    "\u202ex",
    "🜁" * 40,
    "a" * 3000,
    "'--",
    "%",
]
STORED = ["a\x00b\x1b[2J\ufffe", "x" * 10_000, str(2**63)]
"""What a database may choke on, each in its own way; every field meets them alone, on each database."""
ALONE = ["", *STORED, "NaN", '[[{"a":1}]]']
"""What a field meets while all others are good."""
TOGETHER = [
    "\x00",
    HUGE,
    "\ufffd\uffff",
    "🜁👩‍👩‍👧‍👦" * 20,
    "\u202eevil\u2066\u200b",
    "' OR 1=1 --",
    '"*( NEAR/0',
    "//evil.example/",
    "\r\nSet-Cookie: x=1",
    "a@[127.0.0.1]",
    "=" * 400 + ">" * 400,
]
"""What all fields of a form, or all that a page reads of its address, meet at once."""
USUAL = ["q", "page", "next", "before", "after", "quote", "post", "board", "number", "show"]
"""Some pages look further only when there is something to look at."""
RAW = [
    ("application/json", b'{"form_token": 1, "edition": [1]}'),
    ("application/json", b"[[[["),
    ("application/x-www-form-urlencoded", b"edition=%FF%FE&quantity=%00&form_token=%ZZ&=&&a[]=1"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="edition"\r\n\r\n1'),
    ("multipart/form-data", b"garbage"),
    ("text/plain; charset=utf-7", b"+AGE-"),
    ("", b"\x00\xff" * 500),
]


@dataclass(frozen=True, kw_only=True)
class World:
    """A shop with something behind every door, and who knocks."""

    shop: Shop
    stranger: Visitor
    member: Visitor
    staff: Visitor
    real: dict[str, list[str]]

    @property
    def people(self) -> list[Visitor]:
        """Everybody."""
        return [self.stranger, self.member, self.staff]


def furnished(shop: Shop) -> World:
    """Orders in two states, a license, a private board with a topic, a resold program with a pool."""
    member, staff = shop.member(), shop.member("zoe@example.com", "Zoe", tuple(Permission))
    own, resold = ware(shop), ware(shop, "querylark", keys=9)
    paid, waiting = buy(member, own, resold), place(member, own)
    put_into_cart(member, own)
    put_into_cart(staff, own)
    _, product = make_private_board(shop)
    for visitor in (member, staff):
        give_license(shop, visitor.account_id, product)
    topic = make_topic(shop, member.account_id, "cellar", "Cold kilns")
    make_reply(shop, staff.account_id, topic)
    with shop.transaction():
        reviews.write(member.account_id, catalogue.get_product(own.slug), 4, "It found a cracked element.")
    shop.work()
    license_page = member.get("/account/licenses").text
    real = {
        "slug": [own.slug, "cellar", "cold-kilns"],
        "board_slug": ["cellar"],
        "number": [paid, waiting, "1"],
        "topic_id": [str(topic)],
        "public_id": re.findall(r"/account/licenses/([\w-]{8,})", license_page)[:1],
        "edition_id": [str(resold.edition_id)],
        "name": ["Ada", "1"],
        "seed": [own.slug],
        "filename": ["css/base.css"],
        "report_id": ["1"],
        "review_id": ["1"],
    }
    return World(shop=shop, stranger=shop.visitor(), member=member, staff=staff, real=real)


def test_no_address_breaks_whatever_stands_in_it(sqlite_shop: Shop) -> None:
    """Every route, GET and POST, with hostile words where its variables are."""
    world = furnished(sqlite_shop)
    broken = []
    for rule in world.shop.app.url_map.iter_rules():
        for address in list(hostile_addresses(rule, world.real)):
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                for visitor in (world.stranger, world.staff):
                    broken += verdict(visitor.client.open(address, method=method), f"{method} {address[:90]}")
    assert not broken, report(broken)


def test_no_query_breaks_a_page(sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every readable page with every hostile value under the names that it reads, and with garbage."""
    world, asked = furnished(sqlite_shop), overheard(sqlite_shop, monkeypatch)
    broken, reading = [], 0
    for address in readable(world):
        asked.clear()
        world.staff.client.get(address, query_string=dict.fromkeys(USUAL, "1"))
        names, values = sorted(asked), [*ALONE, *TOGETHER] if asked else []
        reading += bool(names)
        for value in values:
            answer = world.staff.client.get(address, query_string=dict.fromkeys(names, value))
            broken += verdict(answer, f"GET {address}?{names}={value[:20]!r}")
        for query in ("page=%FF%FE&a[]=1&q[]=2&q=%ZZ&=&&", "q=%00&%00=%00"):
            broken += verdict(world.stranger.client.get(f"{address}?{query}"), f"GET {address}?{query}")
    assert reading > 10
    assert not broken, report(broken)


def overheard(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names under which pages look into their query from now on."""
    asked: set[str] = set()

    class Query(ImmutableMultiDict[str, str]):
        def __getitem__(self, name: str) -> str:
            asked.add(name)
            return super().__getitem__(name)

        def __contains__(self, name: object) -> bool:
            asked.add(str(name))
            return super().__contains__(name)

        def getlist(self, name: str, *given: Any, **more: Any) -> list[Any]:
            asked.add(name)
            return super().getlist(name, *given, **more)

    class Listening(shop.app.request_class):  # type: ignore[name-defined,misc]
        parameter_storage_class = Query

    monkeypatch.setattr(shop.app, "request_class", Listening)
    return asked


def test_no_body_breaks_a_door(sqlite_shop: Shop) -> None:
    """Every route that takes a POST, with bodies that are no form; also with a token in the header's place."""
    world = furnished(sqlite_shop)
    broken = []
    for rule in world.shop.app.url_map.iter_rules():
        if "POST" not in (rule.methods or set()):
            continue
        address = next(real_addresses(rule, world.real), "")
        for kind, body in RAW:
            for visitor in world.people:
                answer = visitor.client.post(address, data=body, content_type=kind)
                broken += verdict(answer, f"POST {address} as {kind or 'nothing'}")
    assert not broken, report(broken)


def test_no_header_breaks_a_page(sqlite_shop: Shop) -> None:
    """Cookies and headers are typed by people, too."""
    world = furnished(sqlite_shop)
    broken = []
    names = ("lp_session", "lp_cart", "lp_note", "lp_prefs", "lp_visit", "lp_forum")
    for value in ("\xff\xfe", "a" * 6000, "%00", '"', "{}", "W10=", "\x00", "=;=;", "e30.e30.e30"):
        cookie = "; ".join(f"{name}={value}" for name in names)
        for address in (
            "/",
            "/cart",
            "/account",
            "/forum/",
            "/privacy/preferences",
            "/search?q=kiln",
            "/shop/kilnwatch",
        ):
            for header in (
                "Cookie",
                "If-None-Match",
                "If-Modified-Since",
                "Accept-Language",
                "Range",
                "Referer",
                "User-Agent",
            ):
                sent = cookie if header == "Cookie" else value
                answer = world.shop.app.test_client(use_cookies=False).get(
                    address, headers={header: sent.replace("\x00", "%00")}
                )
                broken += verdict(answer, f"{address} with {header}: {value[:20]!r}")
    assert not broken, report(broken)


def verdict(answer: TestResponse, what: str) -> list[str]:
    """What to report of an answer: nothing when the house stood."""
    answer.get_data()
    answer.close()
    if answer.status_code < 500 or answer.status_code in {501, 505}:
        return []
    return [f"{answer.status_code} {what}"]


def report(broken: list[str]) -> str:
    """The first answers that broke, in a readable list."""
    return "\n".join([f"{len(broken)} answers broke", *broken[:40]])


def hostile_addresses(rule: Rule, real: dict[str, list[str]]) -> Iterator[str]:
    """The rule's address with hostile words for each variable in turn, the others real."""
    for attacked in rule.arguments:
        for word in SEGMENTS:
            yield fill(rule, {name: word if name == attacked else given(real, name)[0] for name in rule.arguments})


def real_addresses(rule: Rule, real: dict[str, list[str]]) -> Iterator[str]:
    """The rule's address with everything that exists for its last variable."""
    arguments = sorted(rule.arguments)
    if not arguments:
        yield rule.rule
    for last in range(max((len(given(real, name)) for name in arguments), default=0)):
        yield fill(rule, {name: given(real, name)[min(last, len(given(real, name)) - 1)] for name in arguments})


def given(real: dict[str, list[str]], name: str) -> list[str]:
    """What really exists under that name."""
    return real.get(name) or ["1"]


def fill(rule: Rule, words: dict[str, str]) -> str:
    """The rule as an address."""
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda found: words[found[1]], rule.rule)


def addresses(world: World) -> list[str]:
    """Every address of a page, with things that exist."""
    found = []
    for rule in world.shop.app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and rule.endpoint != "static":
            found += list(real_addresses(rule, world.real))
    return sorted(set(found))


def readable(world: World) -> list[str]:
    """Every address that can be opened by somebody who may open all."""
    return [one for one in addresses(world) if world.staff.client.get(one).status_code in {200, 302, 303}]
