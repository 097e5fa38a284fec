"""Whatever is thrown at the house, it answers with a page and never breaks: no address and no field may give a 5xx."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from core.access import Permission
from tests.forum.builders import give_license, make_private_board, make_reply, make_topic
from tests.shop import PageForm, Shop, Visitor
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
STORED = [
    "",
    "\x00",
    "a\x00b\x1b[2J\ufffe",
    "x" * 10_000,
    str(2**63),
    HUGE,
    "NaN",
    "\ufffd\uffff",
]
"""What a database may choke on."""
VALUES = [
    *STORED,
    "🜁👩‍👩‍👧‍👦" * 20,
    "\u202eevil\u2066\u200b",
    "' OR 1=1 --",
    '"*( NEAR/0',
    '[[{"a":1}]]',
    "//evil.example/",
    "\r\nSet-Cookie: x=1",
    "a@[127.0.0.1]",
    "=" * 400 + ">" * 400,
]
QUERIES = [
    "page",
    "q",
    "after",
    "before",
    "quote",
    "next",
    "sort",
    "category",
    "vendor",
    "number",
    "order",
    "reason",
    "board",
    "cursor",
]
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


def test_no_query_breaks_a_page(sqlite_shop: Shop) -> None:
    """Every readable page with every hostile value under the names that pages read."""
    world = furnished(sqlite_shop)
    broken = []
    for address in readable(world):
        for value in VALUES:
            answer = world.staff.client.get(address, query_string=dict.fromkeys(QUERIES, value))
            broken += verdict(answer, f"GET {address}?…={value[:20]!r}")
        answer = world.stranger.client.get(f"{address}?page=%FF%FE&q=%00&a[]=1&q[]=2&q=%ZZ&=&&%00=%00")
        broken += verdict(answer, f"GET {address} with garbage")
    assert not broken, report(broken)


def test_no_field_of_any_form_breaks_the_house(shop: Shop) -> None:
    """Each form of each page, each of its fields with each hostile value, missing, and twice; the token stays good."""
    world, values = furnished(shop), VALUES if shop.dialect == "sqlite" else STORED
    broken, tried = [], set()
    for visitor in world.people:
        for address in readable(world):
            for form in forms_of(visitor, address):
                key = (visitor.account_id > 0, re.sub(r"\d+", "0", form.action), *sorted(form.values))
                if key not in tried:
                    tried.add(key)
                    broken += attack(visitor, form, values)
    assert len(tried) > 30
    assert not broken, report(broken)


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


def readable(world: World) -> list[str]:
    """Every address that can be opened, with things that exist."""
    found = []
    for rule in world.shop.app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and rule.endpoint != "static":
            found += list(real_addresses(rule, world.real))
    return [one for one in sorted(set(found)) if world.staff.client.get(one).status_code in {200, 302, 303}]


def forms_of(visitor: Visitor, address: str) -> list[PageForm.Found]:
    """The forms of a page that post, with their fields."""
    answer = visitor.client.get(address)
    if answer.mimetype != "text/html":
        return []
    page = PageForm()
    page.feed(answer.text)
    for form in page.forms:
        form.action = form.action or address
    return [form for form in page.forms if form.method == "post" and "sign-out" not in form.action]


def attack(visitor: Visitor, form: PageForm.Found, values: list[str]) -> list[str]:
    """Each field with each value while the others are as the page gave them."""
    broken = []
    good = {name: value or "x" for name, value in form.values.items()}
    for name in [one for one in form.values if one != "form_token"]:
        for value in values:
            broken += send(visitor, form.action, {**good, name: value}, f"{name}={value[:20]!r}")
        garbled = bytes_that_are_no_text(good, name)
        broken += send(
            visitor, form.action, garbled, f"{name} no text", content_type="application/x-www-form-urlencoded"
        )
        broken += send(visitor, form.action, {**good, name: ["1", "\x00", "2"]}, f"{name} three times")
        broken += send(
            visitor, form.action, {**good, f"{name}[]": "1", name: (BytesIO(b"\x00"), "\x00../x")}, f"{name} as a file"
        )
        broken += send(visitor, form.action, {one: value for one, value in good.items() if one != name}, f"no {name}")
    broken += send(visitor, form.action, {"form_token": good.get("form_token", "")}, "nothing but the token")
    broken += send(
        visitor, form.action, json.loads(json.dumps(good)) | {"\x00": "\x00", "unknown": "1"}, "unknown fields"
    )
    return broken


def bytes_that_are_no_text(form: dict[str, Any], name: str) -> str:
    """The form with a field that is no UTF-8, with half a surrogate and a broken escape."""
    return urlencode({one: value for one, value in form.items() if one != name}) + f"&{name}=%FF%FE%ED%A0%80%ZZ%"


def send(visitor: Visitor, action: str, data: Any, what: str, **given: Any) -> list[str]:
    """Post it; the answer is not followed."""
    return verdict(visitor.client.post(action, data=data, **given), f"POST {action}: {what}")
