"""On every page that everybody can open: no cookie, nothing kept of who comes with a signal (clauses P3b and P5).

The pages are those of the map of addresses, so that a new one is opened here without being named.
"""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from core.access import Door, Mark
from privacy import register
from privacy.cookies import fault
from privacy.pageviews.models import Visit
from tests.doors import doors, rules
from tests.forum.builders import make_board, make_reply, make_topic
from tests.house.test_hostile import furnished
from tests.lived import secret_addresses
from tests.shop import Shop, Visitor

CLOSED = {
    "/metrics": "the operator's measuring program alone has its token",
    "/forum/t/<int:topic_id>": "leads to the topic's own address",
    "/forum/t/<int:topic_id>/<slug>/unread": "leads to a page of the topic; only members have read something",
    "/privacy/unsubscribe/<token>/": "the same page as without the slash, for mail programs that add one",
}
"""Public kinds of pages that no link leads strangers to, and why; they are opened all the same, by hand."""


def is_public(mark: Mark) -> bool:
    """True for pages without a door."""
    return mark.door is Door.PUBLIC


@pytest.fixture
def addresses(sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One address of each public page, letters and receipts included, in a shop with something behind each."""
    furnished(sqlite_shop)
    known = secret_addresses(sqlite_shop)
    make_board(sqlite_shop)
    number = make_topic(sqlite_shop, sqlite_shop.make_account("eve@example.com", "Eve"), "lounge", "Cold cones")
    make_reply(sqlite_shop, sqlite_shop.make_account("bob@example.com", "Bob"), number)
    settings = sqlite_shop.app.extensions["settings"]
    monkeypatch.setitem(sqlite_shop.app.extensions, "settings", replace(settings, demo=True))
    found = doors(sqlite_shop, sqlite_shop.visitor(), is_public, known)
    missing = rules(sqlite_shop, is_public) - {door.rule for door in found}
    assert missing <= set(CLOSED), missing
    topic = f"/forum/t/{number}"
    assert len(found) > 55
    letters = [one for one in known if "/unsubscribe/" in one][:1]
    return [
        *(door.address for door in found),
        topic,
        f"{topic}/x/unread",
        f"{letters[0]}/",
        "/metrics",
        "/no/such/page",
    ]


@pytest.mark.clause("P3b", "P5a", "P5b", "P5c", "P5d")
def test_looking_around_sets_no_cookie_and_with_a_signal_no_visit_is_recorded(
    sqlite_shop: Shop, addresses: list[str]
) -> None:
    """A stranger, a browser that keeps a list of its own, a member with a list, and a member with another's cookie."""
    eve, listing, ada = sqlite_shop.visitor(), sqlite_shop.visitor(), sqlite_shop.member("signal@example.com", "Sig")
    for address in addresses:
        _open(eve, address, {})
        assert eve.cookies() == {}, address
    listing.submit("/privacy/preferences", {"on": "1"}, action="/page-history")
    ada.submit("/account/privacy", {"purpose": "page_history", "on": "1"}, action="/switch")
    guest = sqlite_shop.member("guest@example.com", "Guest")
    guest.client.set_cookie("lp_visit", listing.cookies()["lp_visit"])
    for signal in ({"Sec-GPC": "1"}, {"DNT": "1"}):
        for visitor in (eve, listing, ada, guest):
            before = _visits(sqlite_shop)
            for address in addresses:
                _open(visitor, address, signal)
            assert _visits(sqlite_shop) == before
    before = _visits(sqlite_shop)
    ada.get("/privacy/cookies")
    assert _visits(sqlite_shop) == before + 1, "without a signal the switch works"


def _open(visitor: Visitor, address: str, signal: dict[str, str]) -> None:
    """Every cookie that an answer sets is declared, with its path, age and flags."""
    answer = visitor.client.get(address, headers=signal)
    answer.get_data()
    answer.close()
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert not fault(cookie, secure=False) and cookie.partition("=")[0] in register.cookies, address


def _visits(shop: Shop) -> int:
    shop.work()
    with shop.transaction() as session:
        return session.scalar(select(func.count()).select_from(Visit)) or 0
