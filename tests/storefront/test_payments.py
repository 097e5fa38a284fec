"""Whatever befalls a payment, it ends in one order, one charge, one set of keys, or in nothing at all."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from core import clock, events
from core.access import PROGRAM
from core.audit.models import AuditEntry
from storefront.licenses.models import License, PoolKey
from storefront.money import Money
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.orders.placing import Piece, Placing, create
from storefront.orders.service import OrderSettled
from storefront.payments import service as payments
from storefront.payments.gateways import Charge, Message
from storefront.payments.models import PaymentEvent, PaymentIntent, PaymentReturn, PretendCharge
from storefront.payments.pretend import Pretend
from storefront.payments.rules import EventKind, IntentState
from tests.shop import Shop, Visitor, find_form
from tests.storefront.order_builders import Ware, buy, pay, place, press, ware


def stands(shop: Shop, number: str) -> tuple[str, int, int]:
    """State of the order, how many licenses it brought, how many times its money was taken."""
    with shop.transaction() as session:
        order = session.scalars(select(Order).where(Order.number == number)).one()
        held = session.scalar(select(func.count()).select_from(License)) or 0
        taken = [
            charge
            for charge in session.scalars(select(PretendCharge))
            if charge.happened[-1] == "succeeded" and not charge.returned
        ]
        return order.state, held, len(taken)


def reconcile(shop: Shop) -> None:
    """What the worker does every minute, half a minute later."""
    with clock.moved(timedelta(seconds=40)):
        with shop.transaction():
            payments.reconcile()
        shop.work()


def test_a_declined_card_leaves_the_order_open_for_another(shop: Shop) -> None:
    ada = shop.member()
    number = place(ada, ware(shop, keys=1))
    assert "The bank declined this card" in pay(ada, number, "declined")
    assert stands(shop, number) == ("payment_failed", 0, 0)
    assert "try again" in shop.letters(name="payment_failed")[0].text.lower()
    assert "Pay again" in ada.get(f"/account/orders/{number}").text
    assert "It is yours" in pay(ada, number, "paid")
    assert stands(shop, number) == ("paid", 1, 1)


@pytest.mark.parametrize(("answer", "end"), [("yes", ("paid", 1, 1)), ("no", ("payment_failed", 0, 0))])
def test_a_card_may_ask_for_a_confirmation(shop: Shop, answer: str, end: tuple[str, int, int]) -> None:
    ada = shop.member()
    number = place(ada, ware(shop))
    assert "is it you?" in pay(ada, number, "confirm")
    assert stands(shop, number) == ("awaiting_payment", 0, 0)
    press(ada, f"/checkout/pay/{number}", "/confirm", answer=answer)
    assert stands(shop, number) == end
    assert not shop.letters(name="payment_failed")


def test_a_confirmation_sent_twice_counts_once(shop: Shop) -> None:
    ada = shop.member()
    number = buy(ada, ware(shop), card="confirm")
    form = find_form(ada.get(f"/checkout/pay/{number}").text, "/confirm")
    for _ in range(3):
        ada.client.post(form.action, data={**form.values, "answer": "yes"})
    assert stands(shop, number) == ("paid", 1, 1)


def test_a_lost_answer_is_found_by_asking(shop: Shop) -> None:
    ada = shop.member()
    number = place(ada, ware(shop))
    assert "We have not heard from the bank" in pay(ada, number, "lost")
    assert stands(shop, number) == ("awaiting_payment", 0, 1)
    assert "It is yours" in press(ada, f"/checkout/pay/{number}", "/ask")
    assert stands(shop, number) == ("paid", 1, 1)


def test_a_lost_answer_is_found_by_the_worker(shop: Shop) -> None:
    number = buy(shop.member(), ware(shop), card="lost")
    reconcile(shop)
    assert stands(shop, number) == ("paid", 1, 1)
    reconcile(shop)
    assert stands(shop, number) == ("paid", 1, 1)


def test_an_order_whose_answer_is_missing_cannot_be_cancelled(shop: Shop) -> None:
    ada = shop.member()
    number = buy(ada, ware(shop), card="lost")
    answer = ada.submit(f"/account/orders/{number}", {}, action="/cancel")
    assert answer.status_code == 409
    assert "you will not be charged twice" in answer.text
    with clock.moved(timedelta(hours=2)), shop.transaction():
        orders.expire_due()
    assert stands(shop, number)[0] == "awaiting_payment"


def test_a_gateway_that_repeats_itself_changes_nothing(shop: Shop) -> None:
    number = buy(shop.member(), ware(shop), card="repeated")
    shop.work()
    assert stands(shop, number) == ("paid", 1, 1)
    assert len(shop.letters(name="order_paid")) == 1
    with shop.transaction() as session:
        effects = list(session.scalars(select(PaymentEvent.effect).order_by(PaymentEvent.id)))
    assert effects.count("settle_order") == 1
    assert len(effects) == 3


def test_a_message_with_another_amount_is_recorded_and_settles_nothing(shop: Shop) -> None:
    number = buy(shop.member(), ware(shop), card="confirm")
    good = message(number, 2, EventKind.SUCCEEDED)
    for wrong in (replace(good, amount=1), replace(good, currency="USD", event_id="other")):
        with shop.transaction():
            payments.receive("pretend", wrong)
    assert stands(shop, number)[:2] == ("awaiting_payment", 0)
    with shop.transaction() as session:
        assert set(session.scalars(select(PaymentEvent.effect)).all()) == {"ask_confirmation", "mismatch"}
        assert "refuse amount" in session.scalars(select(AuditEntry.verb)).all()


def test_a_message_about_an_unknown_charge_is_only_recorded(shop: Shop) -> None:
    with shop.transaction():
        payments.receive("pretend", message("LP-2026-999999", 1, EventKind.SUCCEEDED))
    with shop.transaction() as session:
        assert session.scalars(select(PaymentEvent.effect)).all() == ["unknown_charge"]


def test_money_for_a_closed_order_goes_back(shop: Shop) -> None:
    ada = shop.member()
    number = buy(ada, ware(shop, keys=1), card="confirm")
    press(ada, f"/account/orders/{number}", "/cancel")
    with shop.transaction():
        payments.receive("pretend", message(number, 2, EventKind.SUCCEEDED))
    shop.work()
    assert stands(shop, number)[:2] == ("cancelled", 0)
    with shop.transaction() as session:
        back = session.scalars(select(PaymentReturn)).one()
        assert (back.reason, back.amount, back.done_at is not None) == ("late", 11_900, True)
        assert session.scalars(select(PoolKey.state)).one() == "imported"


@pytest.mark.parametrize("card", ["", "gold", "paid'--", "x" * 5000])
def test_a_card_that_is_not_offered_is_refused(sqlite_shop: Shop, card: str) -> None:
    ada = sqlite_shop.member()
    number = place(ada, ware(sqlite_shop))
    answer = ada.submit(f"/checkout/pay/{number}", {"card": card, "attempt": "1"}, action="/checkout/pay")
    assert answer.status_code == 400
    assert stands(sqlite_shop, number) == ("awaiting_payment", 0, 0)


@pytest.mark.parametrize("attempt", ["", "0", "-1", "x", "9" * 400, "²"])
def test_an_attempt_that_was_not_offered_breaks_nothing(sqlite_shop: Shop, attempt: str) -> None:
    ada = sqlite_shop.member()
    number = place(ada, ware(sqlite_shop))
    ada.submit(f"/checkout/pay/{number}", {"card": "paid", "attempt": attempt}, action="/checkout/pay")
    assert stands(sqlite_shop, number)[2] <= 1


class Crash(Exception):
    """The process ends here."""


class Fragile(Pretend):
    """The gateway, in a process that ends at the named moment, once."""

    def __init__(self, moment: str) -> None:
        self.moment = moment

    def charge(self, charge: Charge) -> Message:
        self._end("before the gateway")
        answer = super().charge(charge)
        self._end("after the gateway")
        return answer

    def confirm(self, charge: Charge) -> Message:
        self._end("before the confirmation")
        answer = super().confirm(charge)
        self._end("after the confirmation")
        return answer

    def _end(self, here: str) -> None:
        if self.moment == here:
            self.moment = ""
            raise Crash


_armed: list[str] = []


def _end_while_settling(_event: OrderSettled) -> None:
    if _armed:
        raise Crash(_armed.pop())


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    """No crash is left over for the next test."""
    events.on(OrderSettled, _end_while_settling)
    yield
    _armed.clear()


MOMENTS = [
    ("before the gateway", "paid"),
    ("after the gateway", "paid"),
    ("while settling", "paid"),
    ("before the confirmation", "confirm"),
    ("after the confirmation", "confirm"),
    ("while settling", "confirm"),
]


@pytest.mark.parametrize(("moment", "card"), MOMENTS)
def test_a_crash_at_any_step_ends_as_if_nothing_had_happened(
    shop: Shop, moment: str, card: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(payments.GATEWAYS, "pretend", Fragile(moment))
    ada = shop.member()
    number = place(ada, ware(shop, keys=2))
    if moment == "while settling":
        _armed.append(moment)
    pay(ada, number, card)
    if card == "confirm":
        press(ada, f"/checkout/pay/{number}", "/confirm", answer="yes")
    assert stands(shop, number)[:2] == ("awaiting_payment", 0)
    reconcile(shop)
    assert stands(shop, number) == ("paid", 1, 1)
    assert len(shop.letters(name="order_paid")) == len(shop.letters(name="license_keys")) == 1
    with shop.transaction() as session:
        assert sorted(session.scalars(select(PoolKey.state))) == ["delivered", "imported"]


def test_a_reload_after_a_crash_settles_the_payment_too(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(payments.GATEWAYS, "pretend", Fragile("after the gateway"))
    ada = shop.member()
    number = place(ada, ware(shop))
    form = find_form(ada.get(f"/checkout/pay/{number}").text, "/checkout/pay")
    for _ in range(2):
        ada.client.post(f"/checkout/pay/{number}", data={**form.values, "card": "paid"})
    assert stands(shop, number) == ("paid", 1, 1)


def message(number: str, sequence: int, kind: EventKind, amount: int = 11_900) -> Message:
    """What the gateway would say about the first attempt of an order."""
    key = f"{number}/1"
    return Message(event_id=f"{key}#{sequence}", key=key, sequence=sequence, kind=kind, amount=amount, currency="EUR")


STORIES = [
    [EventKind.SUCCEEDED],
    [EventKind.DECLINED],
    [EventKind.PROCESSING, EventKind.SUCCEEDED],
    [EventKind.CONFIRMATION_ASKED, EventKind.PROCESSING, EventKind.SUCCEEDED],
    [EventKind.CONFIRMATION_ASKED, EventKind.CANCELLED],
    [EventKind.PROCESSING, EventKind.CONFIRMATION_ASKED, EventKind.DECLINED],
]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_of_messages_ends_where_the_payment_ended(sqlite_shop: Shop, data: st.DataObject) -> None:
    shop = sqlite_shop
    story = data.draw(st.sampled_from(STORIES))
    whole = list(range(len(story)))
    told = data.draw(st.permutations(whole + data.draw(st.lists(st.sampled_from(whole), max_size=6))))
    number = waiting_order(shop)
    for place_ in told:
        with shop.transaction():
            payments.receive("pretend", message(number, place_ + 1, story[place_]))
    with shop.transaction() as session:
        order = session.scalars(select(Order).where(Order.number == number)).one()
        intent = session.scalars(select(PaymentIntent).where(PaymentIntent.order_id == order.id)).one()
        lines = [line.id for line in orders.lines_of(order.id)]
        held = session.scalar(select(func.count()).where(License.order_line_id.in_(lines)))
    paid = story[-1] is EventKind.SUCCEEDED
    assert order.state == ("paid" if paid else "payment_failed")
    assert held == (1 if paid else 0)
    assert intent.state == story[-1].value


_kept: dict[int, tuple[int, Ware]] = {}


def waiting_order(shop: Shop) -> str:
    """An order whose first attempt was just sent to the gateway."""
    if id(shop) not in _kept:
        _kept.clear()
        _kept[id(shop)] = (shop.make_account(), ware(shop))
    account_id, kiln = _kept[id(shop)]
    with shop.transaction() as session:
        piece = Piece(
            product_id=kiln.product_id,
            edition_id=kiln.edition_id,
            title="Kilnwatch",
            edition_title="Solo",
            source="own",
            term="perpetual",
            unit=Money(11_900, "EUR"),
            quantity=1,
            tax_permille=190,
        )
        count = session.scalar(select(func.count()).select_from(Order))
        placing = Placing(
            terms_version=1, account_id=account_id, token=f"t{count}", pieces=(piece,), currency="EUR", country="DE"
        )
        order = create(placing)
        wish = payments.Wish(gateway="pretend", method="paid", attempt=1)
        payments._begin(account_id, order.number, wish, PROGRAM)
        return order.number


def test_an_attempt_waits_for_its_answer_before_another_begins(shop: Shop) -> None:
    ada = shop.member()
    number = buy(ada, ware(shop), card="lost")
    with pytest.raises(payments.rules.PaymentInFlight):
        payments.pay(ada.account_id, number, payments.Wish(gateway="pretend", method="paid", attempt=2))
    assert stands(shop, number)[2] == 1


def test_nobody_pays_or_confirms_for_somebody_else(shop: Shop) -> None:
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    kiln = ware(shop)
    number, own = place(ada, kiln), place(bob, kiln)
    form = find_form(bob.get(f"/checkout/pay/{own}").text, "/checkout/pay")
    doors: list[Callable[[], int]] = [
        lambda: bob.get(f"/checkout/pay/{number}").status_code,
        lambda: bob.get(f"/checkout/done/{number}").status_code,
        lambda: _post(bob, f"/checkout/pay/{number}", form.values),
        lambda: _post(bob, f"/checkout/pay/{number}/confirm", form.values),
        lambda: _post(bob, f"/checkout/pay/{number}/ask", form.values),
    ]
    assert [door() for door in doors] == [404] * 5
    assert stands(shop, number) == ("awaiting_payment", 0, 0)


def _post(visitor: Visitor, address: str, values: dict[str, str]) -> int:
    return visitor.client.post(address, data={**values, "card": "paid", "answer": "yes"}).status_code


def test_intents_are_in_the_state_that_their_messages_say(shop: Shop) -> None:
    ada = shop.member()
    number = buy(ada, ware(shop), card="confirm")
    with shop.transaction() as session:
        assert session.scalars(select(PaymentIntent.state)).one() == IntentState.NEEDS_CONFIRMATION
    press(ada, f"/checkout/pay/{number}", "/confirm", answer="no")
    with shop.transaction() as session:
        assert session.scalars(select(PaymentIntent.state)).one() == IntentState.CANCELLED
