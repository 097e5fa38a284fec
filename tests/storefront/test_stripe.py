"""Against a Stripe server of somebody else's making: whatever Stripe tells, how often and in whatever order, each order
ends in the state that its payments say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.access import Permission
from core.jobs.service import start
from core.settings import MissingSetting, Settings, read
from storefront.licenses.models import License
from storefront.money import Money
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.payments import service as payments
from storefront.payments.models import PaymentEvent, SavedMethod
from tests import stripes
from tests.shop import PageForm, Shop, Visitor, find_form
from tests.storefront.order_builders import place, press, refund, ware
from tests.stripes import Remote


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """localstripe, in a process of its own."""
    with stripes.running() as base:
        yield base


def set_up(shop: Shop, server: str, monkeypatch: pytest.MonkeyPatch) -> Remote:
    known: Settings = shop.app.extensions["settings"]
    given = replace(
        known,
        stripe_secret_key=stripes.SECRET,
        stripe_publishable_key=stripes.PUBLIC,
        stripe_webhook_secret=stripes.SIGNING,
        stripe_api_base=server,
    )
    monkeypatch.setitem(shop.app.extensions, "settings", given)
    return Remote(shop, server).emptied()


@pytest.fixture
def remote(shop: Shop, server: str, monkeypatch: pytest.MonkeyPatch) -> Remote:
    return set_up(shop, server, monkeypatch)


@pytest.fixture
def sqlite_remote(sqlite_shop: Shop, server: str, monkeypatch: pytest.MonkeyPatch) -> Remote:
    return set_up(sqlite_shop, server, monkeypatch)


def choose_card(visitor: Visitor, number: str, **more: str) -> str:
    """Choose “by card” on the payment page; the page with Stripe's form."""
    form = next(one for one in forms(visitor.get(f"/checkout/pay/{number}").text) if one.get("gateway") == "stripe")
    return visitor.client.post(f"/checkout/pay/{number}", data={**form, **more}, follow_redirects=True).text


def forms(html: str) -> list[dict[str, str]]:
    page = PageForm()
    page.feed(html)
    return [one.values for one in page.forms]


def secret_of(visitor: Visitor, number: str) -> str:
    """What the page's own script asks for before it hands the card to Stripe."""
    form = find_form(visitor.get(f"/checkout/pay/{number}").text, "/secret")
    return str(visitor.client.post(form.action, data=form.values).get_json()["secret"])


def stands(shop: Shop, number: str) -> tuple[str, list[str]]:
    """State of the order, and of its attempts."""
    with shop.transaction() as session:
        order = session.scalars(select(Order).where(Order.number == number)).one()
        return order.state, [one.state for one in payments.intents_of(order.id)]


def test_a_card_is_paid_at_stripe_and_told_again_and_again(remote: Remote) -> None:
    ada = remote.shop.member()
    number = place(ada, ware(remote.shop, keys=1))
    assert "js.stripe.com" not in ada.get(f"/checkout/pay/{number}").headers["Content-Security-Policy"]
    page = choose_card(ada, number)
    assert 'src="https://js.stripe.com/v3/"' in page and "needs JavaScript" in page
    policy = ada.get(f"/checkout/pay/{number}").headers["Content-Security-Policy"]
    assert (
        "script-src 'self' https://js.stripe.com;" in policy and "connect-src 'self' https://api.stripe.com" in policy
    )
    before = remote.payment(f"{number}/1")
    assert (before["amount"], before["currency"], before["metadata"]) == (11_900, "eur", {"order": f"{number}/1"})
    assert secret_of(ada, number) == before["client_secret"]
    after = remote.type_card(f"{number}/1", stripes.GOOD)
    told = [("payment_intent.succeeded", after, "evt_3"), ("payment_intent.created", before, "evt_1")] * 2
    told += [("payment_intent.payment_failed", before, "evt_2"), ("customer.created", {"id": "cus_1"}, "evt_4")]
    assert {remote.tell(kind, thing, id_=id_).status_code for kind, thing, id_ in told} == {204}
    assert stands(remote.shop, number) == ("paid", ["succeeded"])
    assert "It is yours" in ada.get(f"/checkout/pay/{number}").text
    assert len(remote.shop.letters(name="order_paid")) == len(remote.shop.letters(name="license_keys")) == 1
    with remote.shop.transaction() as session:
        kept = [(event.event_id, event.effect) for event in session.scalars(select(PaymentEvent))]
    assert [id_ for id_, effect in kept if effect == "settle_order"] == ["evt_3"]
    assert len(kept) == len({id_ for id_, _effect in kept})


def test_a_declined_card_and_a_bank_that_asks(sqlite_remote: Remote) -> None:
    remote, ada = sqlite_remote, sqlite_remote.shop.member()
    number = place(ada, ware(remote.shop))
    choose_card(ada, number)
    remote.type_card(f"{number}/1", stripes.DECLINED)
    assert "did not take this card" in press(ada, f"/checkout/pay/{number}", "/ask")
    assert stands(remote.shop, number) == ("payment_failed", ["needs_confirmation"])
    assert "Payment" in press(ada, f"/checkout/pay/{number}", "/confirm", answer="no")
    assert stands(remote.shop, number) == ("payment_failed", ["cancelled"])
    assert remote.payment(f"{number}/1")["status"] == "canceled"
    choose_card(ada, number)
    assert remote.type_card(f"{number}/2", stripes.ASKS)["status"] == "requires_action"
    secret = secret_of(ada, number)
    assert "look again" in press(ada, f"/checkout/pay/{number}", "/ask")
    remote.answer_bank(f"{number}/2", secret, yes=True)
    assert "It is yours" in press(ada, f"/checkout/pay/{number}", "/ask")
    assert stands(remote.shop, number) == ("paid", ["cancelled", "succeeded"])


@pytest.mark.parametrize("yes", [True, False])
def test_a_bank_that_asks_and_then_says_no(sqlite_remote: Remote, yes: bool) -> None:
    remote, ada = sqlite_remote, sqlite_remote.shop.member()
    number = place(ada, ware(remote.shop))
    choose_card(ada, number)
    remote.type_card(f"{number}/1", stripes.ASKS_THEN_DECLINED)
    thing = remote.answer_bank(f"{number}/1", secret_of(ada, number), yes=yes)
    assert remote.tell("payment_intent.payment_failed", thing).status_code == 204
    assert stands(remote.shop, number) == ("payment_failed", ["needs_confirmation"])
    assert "did not take this card" in ada.get(f"/checkout/pay/{number}").text


def test_money_goes_back_whole_or_in_parts_and_each_part_once(remote: Remote) -> None:
    shop = remote.shop
    ada = shop.member()
    number = paid(remote, ada)
    with shop.transaction() as session:
        order_id = session.scalars(select(Order.id).where(Order.number == number)).one()
    for cause, amount in [("refund:1", 1_900), ("refund:1", 1_900), ("refund:2", 100)]:
        with shop.transaction():
            payments.return_part(order_id, Money(amount, "EUR"), cause)
    with pytest.raises(payments.rules.PaymentConflict, match="at most"), shop.transaction():
        payments.return_part(order_id, Money(10_000, "EUR"), "refund:3")
    shop.work()
    sam = shop.member("sam@example.com", "Sam", [Permission.SALES])
    refund(sam, number)
    shop.work()
    with shop.transaction():
        start("payments.give_back")
    shop.work()
    assert sorted(remote.refunds(f"{number}/1")) == [100, 1_900, 9_900]
    failed = next(one for one in remote.call("/v1/refunds")["data"] if one["amount"] == 9_900)
    for id_ in ("LP-2026-000009/1/return/1", failed["metadata"]["return"]):
        assert (
            remote.tell("refund.failed", {**failed, "status": "failed", "metadata": {"return": id_}}).status_code == 204
        )
    assert "9,900" in sam.get("/staff/payments").text.replace("99.00", "9,900")
    assert "Noted" in press(sam, "/staff/payments", "/sent", reason="by online banking")


def test_money_that_arrives_for_a_cancelled_order_goes_back(sqlite_remote: Remote) -> None:
    remote, shop = sqlite_remote, sqlite_remote.shop
    ada = shop.member()
    number = place(ada, ware(shop, keys=1))
    choose_card(ada, number)
    thing = remote.type_card(f"{number}/1", stripes.GOOD)
    press(ada, f"/account/orders/{number}", "/cancel")
    shop.work()
    assert remote.tell("payment_intent.succeeded", thing).status_code == 204
    shop.work()
    assert stands(shop, number) == ("cancelled", ["cancelled"])
    assert remote.refunds(f"{number}/1") == [11_900]


def test_a_payment_of_which_stripe_says_nothing_is_found_by_the_worker(sqlite_remote: Remote) -> None:
    remote, shop = sqlite_remote, sqlite_remote.shop
    ada = shop.member()
    number = place(ada, ware(shop))
    choose_card(ada, number)
    remote.type_card(f"{number}/1", stripes.GOOD)
    with clock.moved(timedelta(minutes=3)):
        with shop.transaction():
            payments.reconcile()
        shop.work()
    assert stands(shop, number) == ("paid", ["succeeded"])


def test_only_what_stripe_signed_in_the_last_five_minutes_is_heard(sqlite_remote: Remote) -> None:
    remote, shop = sqlite_remote, sqlite_remote.shop
    ada = shop.member()
    number = place(ada, ware(shop))
    choose_card(ada, number)
    thing = remote.type_card(f"{number}/1", stripes.GOOD)
    kind = "payment_intent.succeeded"
    answers = [
        remote.tell(kind, thing, signing="whsec_other"),
        remote.tell(kind, thing, age=301),
        remote.post('{"id": "evt_1"}', ""),
        remote.post("\udcff".encode("utf-8", "surrogateescape").decode("latin-1"), "t=x,v1=y"),
        remote.post(*signed("[]")),
        remote.post(*signed('{"id": "evt_1", "type": 5, "data": 7}')),
    ]
    assert [answer.status_code for answer in answers] == [400] * 6
    assert stands(shop, number) == ("awaiting_payment", ["needs_confirmation"])
    assert remote.tell(kind, {"id": "pi_unknown"}, id_="evt_2").status_code == 204
    assert remote.tell(kind, thing, age=290).status_code == 204
    assert stands(shop, number) == ("paid", ["succeeded"])


def test_a_silent_stripe_is_asked_again(sqlite_remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    remote, shop = sqlite_remote, sqlite_remote.shop
    ada = shop.member()
    number = place(ada, ware(shop))
    there = shop.app.extensions["settings"]
    with monkeypatch.context() as away:
        away.setitem(shop.app.extensions, "settings", replace(there, stripe_api_base="http://127.0.0.1:9"))
        assert "have not heard" in choose_card(ada, number)
        assert remote.tell("payment_intent.succeeded", {"id": "pi_1"}).status_code == 503
    assert "look again" in press(ada, f"/checkout/pay/{number}", "/ask")
    remote.type_card(f"{number}/1", stripes.GOOD)
    assert "It is yours" in press(ada, f"/checkout/pay/{number}", "/ask")


def test_without_stripe_there_is_no_door_and_half_of_it_does_not_start(
    sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Remote(sqlite_shop, "").tell("payment_intent.succeeded", {"id": "pi_1"}).status_code == 404
    monkeypatch.setenv("LICENSEPAL_INSTANCE", str(sqlite_shop.app.extensions["settings"].instance))
    monkeypatch.setenv("LICENSEPAL_STRIPE_SECRET_KEY", stripes.SECRET)
    with pytest.raises(MissingSetting, match="LICENSEPAL_STRIPE_PUBLISHABLE_KEY and LICENSEPAL_STRIPE_WEBHOOK_SECRET"):
        read()


def signed(raw: str) -> tuple[str, str]:
    return raw, stripes.stripe.WebhookSignature.generate_signature_header(raw, stripes.SIGNING)


def paid(remote: Remote, visitor: Visitor) -> str:
    """An order that was paid by card; its number."""
    number = place(visitor, ware(remote.shop))
    choose_card(visitor, number)
    remote.type_card(f"{number}/1", stripes.GOOD)
    press(visitor, f"/checkout/pay/{number}", "/ask")
    return number


STORIES = {
    "won, told backwards": (["won", "needs_response"], ("paid", "issued", [])),
    "won": (["needs_response", "under_review", "won", "needs_response"], ("paid", "issued", [])),
    "open": (["warning_needs_response", "under_review", "under_review"], ("paid", "suspended", [])),
    "lost": (["needs_response", "lost", "needs_response", "won"], ("refunded", "suspended", [])),
    "refunded while open, then won": (["needs_response", "REFUND", "won"], ("refunded", "suspended", [11_900])),
    "refunded while open, then lost": (["needs_response", "REFUND", "lost"], ("refunded", "suspended", [])),
}


@pytest.mark.parametrize("story", STORIES)
def test_a_dispute_lets_licenses_rest_and_no_money_goes_twice(sqlite_remote: Remote, story: str) -> None:
    remote, shop = sqlite_remote, sqlite_remote.shop
    told, end = STORIES[story]
    number = paid(remote, shop.member())
    thing = {"id": "dp_1", "payment_intent": remote.payment(f"{number}/1")["id"], "amount": 11_900, "currency": "eur"}
    for place_, status in enumerate(told):
        if status == "REFUND":
            refund(shop.member("sam@example.com", "Sam", [Permission.SALES]), number)
            continue
        dispute = {**thing, "status": status, "reason": "fraudulent"}
        for _ in range(2):
            assert remote.tell("charge.dispute.updated", dispute, id_=f"evt_{place_}").status_code == 204
    shop.work()
    with shop.transaction() as session:
        license_state = session.scalars(select(License.state)).one()
    assert (stands(shop, number)[0], license_state, remote.refunds(f"{number}/1")) == end
    assert len(shop.letters(name="payment_disputed")) == (0 if told[0] == "won" else 1)


def test_a_card_is_kept_by_choice_pays_a_renewal_and_is_forgotten(sqlite_remote: Remote) -> None:
    remote, shop = sqlite_remote, sqlite_remote.shop
    ada, yearly = shop.member(), ware(shop, term="year")
    number = place(ada, yearly)
    assert "Let Stripe keep this card" in ada.get(f"/checkout/pay/{number}").text
    assert "data-keep" in choose_card(ada, number, keep="y")
    thing = remote.type_card(f"{number}/1", stripes.GOOD)
    remote.call(f"/v1/payment_methods/{thing['payment_method']}/attach", customer=thing["customer"])
    press(ada, f"/checkout/pay/{number}", "/ask")
    assert "Visa ending in 4242" in ada.get("/account/card").text
    with shop.transaction() as session:
        kept = session.scalars(select(SavedMethod)).one()
        assert (kept.customer, kept.method) == (thing["customer"], thing["payment_method"])
    sent = remote.call(f"/v1/customers/{thing['customer']}")
    assert (sent["email"], sent["name"], sent["description"], sent["metadata"]) == (None, None, None, {})
    renewal = place(ada, yearly)
    with shop.transaction():
        assert payments.charge_kept(orders.get_for(ada.account_id, renewal))
    shop.work()
    assert stands(shop, renewal) == ("paid", ["succeeded"])
    assert "Forgotten" in press(ada, "/account/card", "/account/card")
    shop.work()
    assert not remote.call("/v1/customers")["data"] and "No card is kept" in ada.get("/account/card").text
    another = place(ada, yearly)
    with shop.transaction():
        assert not payments.charge_kept(orders.get_for(ada.account_id, another))
    assert stands(shop, another) == ("awaiting_payment", [])
