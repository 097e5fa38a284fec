"""Every address that names somebody's thing, asked by everybody whose it is not: 404, 403, or the way to the sign-in page.

The addresses come from the map and from what owners and staff find on their own pages, so that a new one is asked without
being named here; one that nobody reaches fails until it is named, with the test that looks at it.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule

from core.access import Door, Mark, Permission, mark_of
from core.web import SESSION_COOKIE
from tests.claims import claims, let_in
from tests.doors import links
from tests.shop import PageForm, Shop, Visitor
from tests.storefront.organization_builders import founded
from tests.stores import build

METHODS = {"GET", "POST"}
OPEN = {
    "/forum/<board_slug>/new": "a board; who may write there is asked by the forum's own tests",
    "/forum/<slug>/read": "a board",
    "/forum/follow/<int:topic_id>": "a topic that everybody reads",
    "/forum/report/<int:topic_id>/<int:number>": "a post that everybody reads",
    "/forum/<board_slug>/new/draft": "a board; what is kept there is one's own",
    "/forum/t/<int:topic_id>/<slug>/draft": "a topic that everybody reads; what is kept there is one's own",
    "/forum/t/<int:topic_id>/<slug>/<int:number>/bookmark": "a post that everybody reads, in one's own list",
    "/forum/t/<int:topic_id>/<slug>/reply": "a topic that everybody reads",
    "/forum/t/<int:topic_id>/<slug>/same": "a topic that everybody reads",
    "/privacy/try/<clause>": "a clause",
    "/seats/<token>": "a link that belongs to whoever has it",
    "/handover/<token>": "a link that belongs to whoever has it",
    "/organizations/<token>": "a link that belongs to whoever has it",
    "/shop/<slug>/review": "a product",
    "/shop/<slug>/review/remove": "a product, of which one's own review goes",
    "/shop/<slug>/reviews/<int:review_id>/helpful": "a review that everybody reads",
    "/surveys/<slug>": "a sheet that everybody is asked",
    "/surveys/<slug>/decline": "a sheet that everybody is asked",
    "/surveys/<slug>/withdraw": "a sheet, of which one's own answers go",
}
"""What every member may open, since it names nothing of anybody's."""
ELSEWHERE = {
    "/forum/t/<int:topic_id>/<slug>/poll": "test_polls::test_who_may_not_see_the_topic_finds_no_poll",
    "/forum/t/<int:topic_id>/<slug>/poll/close": "test_polls::test_a_closed_poll_keeps_its_numbers",
    "/account/forum/drafts/<int:draft_id>/drop": "test_drafts::test_thrown_away_by_its_writer_alone",
    "/forum/t/<int:topic_id>/<slug>/<int:number>/answer": "test_lists::test_who_began_a_topic_says_what_solved_it",
    "/account/privacy/contact/numbers/<order>/stop": "test_reaching::test_a_buyer_deletes_a_number_and_holds_a_receipt",
    "/account/privacy/contact/post/<int:grant>/yes": "test_reaching::test_nobody_answers_for_another",
    "/account/privacy/contact/post/<int:grant>/no": "test_reaching::test_nobody_answers_for_another",
}
"""What nobody has in the demonstration, and the test that asks for it as somebody else."""
KIN = {"/checkout/pay/<number>": "/account/orders/<number>", "/checkout/done/<number>": "/account/orders/<number>"}
"""Kinds of addresses that take their names from another kind."""


@dataclass(frozen=True, order=True)
class Place:
    """An address that names something, for one way of asking."""

    rule: str
    method: str
    address: str


class Crawl:
    """What one person finds on their pages: an address for each guarded kind of page and form that names something."""

    def __init__(self, shop: Shop, visitor: Visitor) -> None:
        self.shop, self.visitor = shop, visitor
        self.found = dict[tuple[str, str], Place]()

    def walk(self, start: list[str]) -> list[Place]:
        """Follow links and note forms, until every kind of page was seen some times."""
        waiting, seen, opened = list(start), set(start), dict[str, int]()
        while waiting:
            address = waiting.pop(0)
            rule = match(self.shop, address, "GET")
            if rule is None or opened.get(rule.rule, 0) >= 4:
                continue
            opened[rule.rule] = opened.get(rule.rule, 0) + 1
            answer = self.visitor.client.get(address)
            text = answer.text if answer.mimetype == "text/html" else ""
            status, to = answer.status_code, answer.headers.get("Location", "")
            answer.close()
            if status >= 400:
                continue
            self._note(rule, "GET", address)
            page = PageForm()
            page.feed(text)
            for form in page.forms:
                if form.method == "post":
                    target = (form.action or address).partition("?")[0]
                    self._note(match(self.shop, target, "POST"), "POST", target)
            for link in [to, *links(text)]:
                if link and link not in seen:
                    seen.add(link)
                    waiting.append(link)
        return sorted(self.found.values())

    def _note(self, rule: Rule | None, method: str, address: str) -> None:
        if rule is not None and "<" in rule.rule and mark(self.shop, rule).door is Door.SIGNED_IN:
            self.found.setdefault((rule.rule, method), Place(rule.rule, method, address.partition("?")[0]))


def match(shop: Shop, address: str, method: str) -> Rule | None:
    """The kind of page at this address."""
    try:
        found, _ = shop.app.url_map.bind("localhost").match(address.partition("?")[0], method, return_rule=True)
    except (HTTPException, RequestRedirect):
        return None
    return found if found.endpoint != "static" else None


def mark(shop: Shop, rule: Rule) -> Mark:
    """Who may."""
    found = mark_of(shop.app.view_functions[rule.endpoint])
    assert found is not None
    return found


@pytest.fixture(scope="module")
def demonstration(planted: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The demonstration with all its things."""
    folder = tmp_path_factory.mktemp("others") / "shop"
    shutil.copytree(planted, folder)
    app = build(folder, demo=True)
    yield Shop(app)
    app.extensions["database"].close()


@pytest.fixture(scope="module")
def places(demonstration: Shop) -> list[Place]:
    """Every address that names something of the owner's, found on their pages or made like one that was found."""
    owner = signed_in(demonstration, "holder@example.com")
    let_in(demonstration, "holder@example.com")  # another browser, whose session is listed
    wanted = {"name": "Build server", "scope": ["forum:read"], "days": "30"}
    owner.submit("/account/tokens", wanted, action="/new")
    owner.submit("/support", {"subject": "A kiln", "text": "It is cold."}, action="/support")
    known = claims(owner)
    found = Crawl(demonstration, owner).walk(
        ["/account", "/account/security", "/account/tokens", "/forum/", "/cart", *known]
    )
    have = {(one.rule, one.method) for one in found}
    missing = [one for one in named(demonstration, Door.SIGNED_IN) if (one.rule, one.method) not in have]
    kin = [Place(rule, "GET", swapped(rule, found)) for rule in KIN]
    made = [like(one, [*found, *kin]) for one in missing]
    return [*found, *(one for one in made if one is not None)]


def named(shop: Shop, door: Door) -> list[Place]:
    """Every kind of address behind this door that names something, with made-up names."""
    wanted = []
    for rule in shop.app.url_map.iter_rules():
        if rule.endpoint != "static" and "<" in rule.rule and mark(shop, rule).door is door:
            address = re.sub(r"<(?:int:|any\(\W?(\w[\w-]*)[^>]*:)?[^>]*>", lambda found: found[1] or "1", rule.rule)
            wanted += [Place(rule.rule, method, address) for method in METHODS & (rule.methods or set())]
    return sorted(wanted)


def like(place: Place, found: list[Place]) -> Place | None:
    """The same with the names of what was found: `/account/licenses/<id>/x` from `/account/licenses/<id>`."""
    for one in sorted(found, key=lambda one: len(one.rule), reverse=True):
        if "<" in one.rule and f"{place.rule}/".startswith(f"{one.rule}/"):
            made_up = place.address.split("/")[len(one.rule.split("/")) :]
            return Place(place.rule, place.method, "/".join([one.address, *made_up]))
    return None


def swapped(rule: str, found: list[Place]) -> str:
    """An address of this kind with the name of something that was found."""
    kin = next(one for one in found if one.rule == KIN[rule])
    return rule.replace("<number>", kin.address.rsplit("/", 1)[1])


def signed_in(shop: Shop, email: str) -> Visitor:
    """Somebody of the demonstration."""
    visitor = shop.visitor()
    visitor.client.set_cookie(SESSION_COOKIE, let_in(shop, email))
    visitor.account_id = -1
    return visitor


def ask(visitor: Visitor, one: Place) -> tuple[int, str]:
    """Ask as this visitor, with a good token where something is sent: status, and where it leads."""
    if one.method == "GET":
        answer = visitor.client.get(one.address)
    else:
        answer = visitor.post(one.address, {"sure": "yes"}, follow_redirects=False)
    told = answer.status_code, answer.headers.get("Location", "")
    answer.close()
    return told


def is_shut(told: tuple[int, str], *, signed: bool) -> bool:
    """Whether nothing was opened: not there, not allowed, or first the sign-in page."""
    status, to = told
    return status in {403, 404} or (not signed and (status == 401 or (status == 303 and to.startswith("/sign-in"))))


def test_every_address_that_names_something_is_asked(demonstration: Shop, places: list[Place]) -> None:
    asked = {one.rule for one in places} | set(OPEN) | set(ELSEWHERE)
    kinds = {one.rule for one in named(demonstration, Door.SIGNED_IN)}
    assert kinds - asked == set(), "\n".join(sorted(kinds - asked))
    assert (set(OPEN) | set(ELSEWHERE)) - kinds == set()
    assert len(places) > 90


def test_nobody_opens_what_is_somebody_elses(demonstration: Shop, places: list[Place]) -> None:
    """A guest, a member, a member of another organization, and staff without a reason."""
    member = signed_in(demonstration, "member@example.com")
    founder = signed_in(demonstration, "shopper@example.com")
    founded(founder)
    staff = signed_in(demonstration, "staff.catalogue@example.com")
    opened = []
    for one in places:
        if one.rule in OPEN:
            continue
        for who, visitor in (("a member", member), ("another organization", founder), ("staff", staff)):
            told = ask(visitor, one)
            if not is_shut(told, signed=True):
                opened.append(f"{who}: {one.method} {one.address} {told}")
        told = ask(demonstration.visitor(), one)
        if not is_shut(told, signed=False):
            opened.append(f"a guest: {one.method} {one.address} {told}")
    assert opened == [], "\n".join(opened)


@pytest.mark.parametrize("permission", Permission)
def test_staff_open_what_their_role_allows_and_nothing_more(demonstration: Shop, permission: Permission) -> None:
    staff = signed_in(demonstration, f"staff.{permission.value}@example.com")
    opened = []
    for one in named(demonstration, Door.STAFF):
        rule = match(demonstration, one.address, one.method)
        assert rule is not None, one
        needed = mark(demonstration, rule).permission
        if needed is not None and needed is not permission:
            told = ask(staff, one)
            opened += [] if is_shut(told, signed=True) else [f"{one.method} {one.address} {told}"]
    assert opened == []


def test_no_page_of_the_staff_opens_for_anybody_else(demonstration: Shop) -> None:
    member, guest = signed_in(demonstration, "member@example.com"), demonstration.visitor()
    opened = []
    for one in named(demonstration, Door.STAFF):
        for visitor, signed in ((member, True), (guest, False)):
            told = ask(visitor, one)
            opened += [] if is_shut(told, signed=signed) else [f"{one.method} {one.address} {told}"]
    assert opened == []
