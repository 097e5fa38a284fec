"""Licenses change hands with both sides' yes, with a key that only the new holder has seen."""

import re
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from core import clock
from core.access import PROGRAM, Permission, actor_of
from storefront.handover import rules
from storefront.handover.models import Handover
from storefront.handover.rules import HandoverRefused, HandoverState, HandoverVerb, OfferRefused
from storefront.leaving import papers
from storefront.licenses import service as licenses
from storefront.licenses.models import License
from storefront.licenses.rules import LicenseConflict
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.papers.models import Invoice
from storefront.payments.models import PaymentIntent
from storefront.renewals.models import Renewal, Subscription
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import buy, has_form, place, press, refund, ware
from tests.storefront.test_renewals import page_of


@pytest.mark.parametrize("state", HandoverState)
@pytest.mark.parametrize("verb", HandoverVerb)
def test_only_an_offer_that_stands_can_end(state: HandoverState, verb: HandoverVerb) -> None:
    if state is HandoverState.OFFERED:
        assert rules.check_verb(state, verb) is not state
    else:
        with pytest.raises(HandoverRefused):
            rules.check_verb(state, verb)


def test_days_and_words_are_read() -> None:
    today = clock.now().date()
    assert rules.read_day("", today) == today and rules.read_words(" Have fun ") == "Have fun"
    for text in ("tomorrow", "2020-01-01", str(today + timedelta(days=400))):
        with pytest.raises(OfferRefused):
            rules.read_day(text, today)
    with pytest.raises(OfferRefused):
        rules.read_words("x" * 501)


def offer(giver: Visitor, page: str, address: str = "bob@example.com", **typed: str) -> Any:
    return giver.submit(f"{page}/pass-on", {"address": address, **typed}, action="/pass-on")


def plain(html: str) -> str:
    """A page without its tags: a key is written in groups."""
    return re.sub(r"<[^>]*>", "", html)


def link(shop: Shop, address: str = "bob@example.com") -> str:
    return shop.letters(address, "handover_offered")[-1].link("/handover/")


def rows(shop: Shop) -> list[tuple[str, bool, bool]]:
    """State of every offer, and whether the address and the words are still there."""
    with shop.transaction() as session:
        found = session.scalars(select(Handover).order_by(Handover.id))
        return [(one.state, one.address is not None, one.words is not None) for one in found]


@pytest.mark.clause("P1")
def test_a_present_is_mailed_accepted_and_has_a_fresh_key(shop: Shop) -> None:
    ada, bob = shop.member(), shop.visitor()
    number = buy(ada, ware(shop))
    page = page_of(shop, ada)
    sent = shop.letters("ada@example.com", "license_keys")[-1].text
    wrong = offer(ada, page, "nobody", words="For you")
    assert wrong.status_code == 422 and "For you" in wrong.text and rows(shop) == []
    assert "Offered. We tell you by mail" in offer(ada, page, words="For your birthday").text
    assert "bob@example.com" in ada.get(page).text and rows(shop) == [("offered", True, True)]
    shown = bob.get(link(shop)).text
    assert (
        "Ada would like you to have it" in shown and "For your birthday" in shown and "sign-in?next=/handover" in shown
    )
    bob = shop.member("bob@example.com", "Bob")
    shown = press(bob, link(shop), "/handover/")
    assert "Nobody has seen its key" in shown and "passed on to you" in shown and number not in shown
    assert rows(shop) == [("accepted", False, False)]
    assert "Passed on" in ada.get(page).text and not has_form(ada.get(page).text, "/reveal")
    assert "passed on" in ada.post(f"{page}/reveal").text
    mine = page_of(shop, bob)
    old = next(word for word in sent.split() if word.startswith("LPAL-"))
    fresh = plain(bob.submit(mine, action="/reveal").text)
    assert "LPAL-" in fresh and old not in fresh and bob.get(page).status_code == 404 == ada.get(mine).status_code
    assert bob.get(f"{mine}/certificate.pdf").data.startswith(b"%PDF")
    assert "was accepted" in shop.letters("ada@example.com", "handover_news")[-1].subject
    assert "accepted already" in bob.get(link(shop)).text
    assert mine not in ada.get(f"/account/orders/{number}").text
    clerk = shop.member("clerk@example.com", "Clerk", [Permission.SALES])
    refund(clerk, number)
    assert "Suspended" in bob.get(mine).text and "Passed on" in ada.get(page).text


def test_an_offer_waits_for_its_day_is_taken_back_declined_or_lapses(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    buy(ada, ware(shop))
    page = page_of(shop, ada)
    later = str((clock.now() + timedelta(days=10)).date())
    offer(ada, page, day=later)
    assert shop.letters(name="handover_offered") == [] and "the mail goes out on" in ada.get(page).text
    assert ada.get(f"{page}/pass-on").status_code == 200
    assert "is offered to somebody already" in offer(ada, page).text
    with clock.moved(timedelta(days=11)):
        run(shop, "handover.deliver")
        assert "Taken back" in (ada.sign_in(ada.account_id) or press(ada, page, "/take-back"))
        bob.sign_in(bob.account_id)
        assert "was taken back" in bob.get(link(shop)).text
        offer(ada, page)
        assert "your own license" in press(ada, link(shop), "/handover/")
        assert "You declined" in press(bob, link(shop), "/decline")
        offer(ada, page)
    with clock.moved(timedelta(days=42)):
        run(shop, "handover.lapse")
    assert [row[0] for row in rows(shop)] == ["taken_back", "declined", "lapsed"]
    assert not any(row[1] for row in rows(shop))
    told = [one.subject for one in shop.letters("ada@example.com", "handover_news")]
    assert len(told) == 2 and "declined" in told[0] and "not accepted" in told[1]
    with shop.transaction() as session:
        assert session.scalars(select(License.account_id)).one() == ada.account_id


def test_a_resold_key_goes_on_only_unseen(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    clay = ware(shop, keys=2)
    buy(ada, clay)
    page = page_of(shop, ada)
    offer(ada, page)
    press(ada, page, "/reveal")
    refused = bob.submit(link(shop), action="/handover/")
    assert refused.status_code == 409 and "looked at this key" in refused.text
    assert not has_form(bob.get("/account/licenses").text, "/pass-on")
    press(ada, page, "/take-back")
    assert "Give it to somebody" not in ada.get(page).text
    cyd = shop.member("cyd@example.com", "Cyd")
    buy(cyd, clay)
    offer(cyd, page_of(shop, cyd))
    press(bob, link(shop), "/handover/")
    assert "KILNWATCH-KEY-0000" in plain(bob.submit(page_of(shop, bob), action="/reveal").text)


@pytest.mark.parametrize("shop", ["postgresql"], indirect=True)
def test_nobody_looks_at_a_key_that_is_passed_on_at_this_moment(shop: Shop) -> None:
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    buy(ada, ware(shop, keys=1))
    page = page_of(shop, ada)
    offer(ada, page)
    with pytest.raises(LicenseConflict), shop.transaction():
        held = licenses.get_for(ada.account_id, page.rpartition("/")[2])
        accepting = Thread(target=lambda: bob.submit(link(shop), action="/handover/"))
        accepting.start()
        accepting.join()
        licenses.reveal(held, actor_of(ada.account_id))
    assert "KILNWATCH-KEY" in plain(bob.submit(page_of(shop, bob), action="/reveal").text)


@pytest.mark.clause("P16")
def test_papers_go_on_their_day_while_the_license_stays_with_whoever_took_it(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    buy(ada, ware(shop, term="month"))
    place(ada, ware(shop, "another"))
    with shop.transaction() as session:
        subscription, renewed = session.scalars(select(Subscription)).one(), session.scalars(select(Order)).all()[1]
        orders.cancel(orders.lock(renewed.id), PROGRAM)
        session.add(Renewal(subscription_id=subscription.id, number=1, order_id=renewed.id))
    offer(ada, page_of(shop, ada))
    assert "renews only if you ask it to" in bob.get(link(shop)).text
    press(bob, link(shop), "/handover/")
    with shop.transaction() as session:
        assert session.scalars(select(Subscription.state)).one() == "cancelling", "the taker pays for nothing unasked"
        papers.forget(list(session.scalars(select(Order.id))))
        left = [session.scalar(select(func.count()).select_from(table)) for table in (Order, Invoice, PaymentIntent)]
    assert left == [2, 0, 0]
    assert "Reveal the key" in bob.get(page_of(shop, bob)).text


def run(shop: Shop, name: str) -> None:
    shop.database.queue.put(name, {})
    shop.work()
