"""Disputes with staff: the list with its deadlines, evidence, giving in, and asking Stripe; over HTTP, by its own library."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core import clock
from core.access import Permission
from core.audit.models import AuditEntry
from core.jobs.service import start
from storefront.disputes import rules
from storefront.licenses.models import License
from storefront.payments.models import DisputeEvidence, PaymentDispute
from tests import stripes
from tests.shop import Shop, Visitor, find_form
from tests.storefront.order_builders import has_form, press
from tests.storefront.test_stripe import paid, set_up, stands
from tests.stripes import Remote

WHY = "The buyer was right."


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with stripes.running() as base:
        yield base


@pytest.fixture
def remote(shop: Shop, server: str, monkeypatch: pytest.MonkeyPatch) -> Remote:
    return set_up(shop, server, monkeypatch)


@pytest.fixture
def sqlite_remote(sqlite_shop: Shop, server: str, monkeypatch: pytest.MonkeyPatch) -> Remote:
    return set_up(sqlite_shop, server, monkeypatch)


def clerk_of(shop: Shop) -> Visitor:
    return shop.member("sam@example.com", "Sam", [Permission.SALES])


def opened(remote: Remote, number: str, *, status: str = "needs_response", amount: int = 11_900) -> dict[str, Any]:
    """A dispute that the buyer's bank opens at Stripe; the shop has not heard of it yet."""
    due = int((clock.now() + timedelta(days=7, hours=1)).timestamp())
    payment = remote.payment(f"{number}/1")["id"]
    given = {"payment_intent": payment, "amount": amount, "reason": "fraudulent", "due_by": due}
    return remote.call("/v1/disputes", **given, status=status)


def tell(remote: Remote, thing: dict[str, Any]) -> None:
    assert remote.tell("charge.dispute.updated", thing, id_=f"evt_{thing['status']}").status_code == 204


def at_stripe(remote: Remote, thing: dict[str, Any]) -> dict[str, Any]:
    return remote.call(f"/v1/disputes/{thing['id']}")


def page_of(shop: Shop) -> str:
    with shop.transaction() as session:
        return f"/staff/disputes/{session.scalars(select(PaymentDispute.id)).one()}"


def state_of(shop: Shop) -> tuple[str, str]:
    """Where the only dispute stands, and the only license."""
    with shop.transaction() as session:
        return session.scalars(select(PaymentDispute.state)).one(), session.scalars(select(License.state)).one()


def test_evidence_is_written_kept_and_sent_once(remote: Remote) -> None:
    shop = remote.shop
    ada, clerk = shop.member(), clerk_of(shop)
    number = paid(remote, ada)
    thing = opened(remote, number)
    tell(remote, thing)
    assert "wait" in clerk.get("/staff").text and "Disputes that wait" in clerk.get("/staff").text
    listed = clerk.get("/staff/disputes").text
    assert number in listed and "7 days left" in listed and ada.get("/staff/disputes").status_code == 403
    page = page_of(shop)
    form = find_form(clerk.get(page).text, "/evidence").values
    assert "1 × Kilnwatch, Solo: a software license" in form["product_description"]
    assert "order paid" in form["access_activity_log"] and "issued into" in form["access_activity_log"]
    assert all(word not in str(form) for word in ("Ada", "ada@example.com", "Mozilla"))
    typed = {"uncategorized_text": "The buyer thanked us on 3 March."}
    assert "seen nothing" in clerk.submit(page, {**typed, "act": "keep"}, action="/evidence").text
    assert at_stripe(remote, thing)["evidence"] == {} and "thanked us" in clerk.get(page).text
    assert "On its way" in clerk.submit(page, {"act": "send"}, action="/evidence").text
    assert "is on its way to the bank" in clerk.get(page).text and not has_form(clerk.get(page).text, "/evidence")
    assert clerk.post(f"{page}/evidence", {"act": "send", **typed}).status_code == 409
    shop.work()
    there = at_stripe(remote, thing)
    assert there["status"] == "under_review" and there["evidence_details"]["submission_count"] == 1
    sent = {
        name: text.replace("\r\n", "\n").strip() for name, text in {**form, **typed}.items() if name in rules.FIELDS
    }
    assert there["evidence"] == sent
    assert state_of(shop) == ("under_review", "suspended")
    assert "With the bank" in clerk.get(page).text and not has_form(clerk.get(page).text, "/accept")
    with shop.transaction() as session:
        verbs = [one.verb for one in session.scalars(select(AuditEntry)) if one.thing == "payment_dispute"]
        assert verbs == ["keep evidence", "keep evidence", "submit dispute"]
        assert "thanked" not in str(session.scalars(select(DisputeEvidence.text)).one())


def test_an_answer_that_is_lost_is_asked_for_again_under_the_same_key(sqlite_remote: Remote) -> None:
    remote, shop = sqlite_remote, sqlite_remote.shop
    clerk = clerk_of(shop)
    thing = opened(remote, paid(remote, shop.member()))
    tell(remote, thing)
    page = page_of(shop)
    clerk.submit(page, {"act": "send"}, action="/evidence")
    remote.call(f"/v1/disputes/{thing['id']}/_silent", lost=True)
    shop.work()
    assert at_stripe(remote, thing)["status"] == "under_review", "it was done there"
    assert state_of(shop)[0] == "open" and "is on its way to the bank" in clerk.get(page).text
    remote.call(f"/v1/disputes/{thing['id']}/_silent", lost=False)
    for _ in range(2):
        with shop.transaction():
            start("disputes.keep_up")
        shop.work()
    assert at_stripe(remote, thing)["evidence_details"]["submission_count"] == 1
    assert state_of(shop)[0] == "under_review" and "did not take" not in clerk.get(page).text


def test_what_stripe_refuses_is_said_and_changes_nothing(sqlite_remote: Remote) -> None:
    remote, shop = sqlite_remote, sqlite_remote.shop
    clerk = clerk_of(shop)
    thing = opened(remote, paid(remote, shop.member()))
    tell(remote, thing)
    remote.call(f"/v1/disputes/{thing['id']}/_bank", status="won")
    page = page_of(shop)
    clerk.submit(page, {"act": "send"}, action="/evidence")
    shop.work()
    text = clerk.get(page).text
    assert "did not take the last answer" in text and state_of(shop) == ("open", "suspended")
    press(clerk, page, "/look")
    shop.work()
    assert state_of(shop) == ("won", "issued") and "The money is back" in clerk.get(page).text


@pytest.mark.parametrize("amount", [11_900, 5_000])
def test_whoever_gives_in_says_why_and_means_it(sqlite_remote: Remote, amount: int) -> None:
    remote, shop = sqlite_remote, sqlite_remote.shop
    clerk = clerk_of(shop)
    number = paid(remote, shop.member())
    tell(remote, opened(remote, number, amount=amount))
    page = page_of(shop)
    for typed in ({"reason": WHY}, {"reason": "so", "sure": "y"}):
        refused = clerk.submit(page, typed, action="/accept")
        assert refused.status_code == 422 and "tick that you mean it" in refused.text
    assert "stays with the buyer" in press(clerk, page, "/accept", reason=WHY, sure="y")
    shop.work()
    is_all = amount == 11_900
    assert state_of(shop) == ("lost", "suspended") and stands(shop, number)[0] == ("refunded" if is_all else "paid")
    text = clerk.get("/staff/disputes").text
    assert ("Decide about licenses" in text) is not is_all
    assert ("which licenses end" in clerk.get("/staff").text) is not is_all
    assert remote.refunds(f"{number}/1") == [], "the bank has paid the buyer already"


def test_a_warning_is_shown_and_lets_nothing_rest_until_it_becomes_a_dispute(sqlite_remote: Remote) -> None:
    remote, shop = sqlite_remote, sqlite_remote.shop
    clerk = clerk_of(shop)
    thing = opened(remote, paid(remote, shop.member()), status="warning_needs_response")
    tell(remote, thing)
    page = page_of(shop)
    assert state_of(shop) == ("warning_needs_response", "issued") and not shop.letters(name="payment_disputed")
    assert "no money was taken" in clerk.get(page).text and not has_form(clerk.get(page).text, "/accept")
    assert clerk.post(f"{page}/accept", {"reason": WHY, "sure": "y"}).status_code == 409
    clerk.submit(page, {"act": "send"}, action="/evidence")
    shop.work()
    assert state_of(shop) == ("warning_under_review", "issued")
    tell(remote, {**at_stripe(remote, thing), "status": "warning_closed"})
    assert state_of(shop) == ("warning_closed", "issued") and "Warning closed" in clerk.get("/staff/disputes").text
    tell(remote, {**at_stripe(remote, thing), "status": "needs_response"})
    assert state_of(shop) == ("open", "suspended") and len(shop.letters(name="payment_disputed")) == 1


def test_what_no_message_told_is_found_by_asking(sqlite_remote: Remote) -> None:
    remote, shop = sqlite_remote, sqlite_remote.shop
    clerk = clerk_of(shop)
    thing = opened(remote, paid(remote, shop.member()))
    assert "Nothing is disputed" in clerk.get("/staff/disputes").text
    for _ in range(2):
        assert "Asked" in press(clerk, "/staff/disputes", "/look")
        shop.work()
    assert state_of(shop) == ("open", "suspended")
    remote.call(f"/v1/disputes/{thing['id']}/_bank", status="won")
    with clock.moved(timedelta(hours=7)):
        with shop.transaction():
            start("disputes.keep_up")
        shop.work()
    assert state_of(shop) == ("won", "issued")
    assert clerk.get("/staff/disputes/999").status_code == 404


def test_after_its_deadline_a_dispute_takes_no_answer(sqlite_remote: Remote) -> None:
    remote, shop = sqlite_remote, sqlite_remote.shop
    clerk = clerk_of(shop)
    tell(remote, opened(remote, paid(remote, shop.member())))
    with clock.moved(timedelta(days=8)):
        clerk.sign_in(clerk.account_id)
        text = clerk.get(page_of(shop)).text
        assert "deadline is over" in text and not has_form(text, "/evidence") and not has_form(text, "/accept")
        assert "Disputes that wait" not in clerk.get("/staff").text


moments = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@given(st.lists(st.builds(rules.Fact, at=moments, words=st.text("abc ", max_size=400)), max_size=80))
def test_a_log_is_in_order_and_never_longer_than_the_bank_takes(facts: list[rules.Fact]) -> None:
    lines = rules.log(facts).splitlines()
    assert len(rules.log(facts)) <= rules.LONGEST and [line[:16] for line in lines] == sorted(
        line[:16] for line in lines
    )
    assert len(lines) == len(facts) or sum(len(one.words) + 24 for one in facts) > rules.LONGEST
