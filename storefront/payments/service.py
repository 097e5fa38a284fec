"""Taking money: the intent is stored, then the gateway is asked outside any transaction, then its message is received.

Whatever happens in between — a crash, a lost answer, a message twice or late — ends in `receiving.receive`.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from core import clock, db, web
from core.access import PROGRAM, Actor
from core.db import session
from core.errors import NotFound
from core.events import on
from core.jobs.service import job, start
from storefront.orders import letters
from storefront.orders import rules as order_rules
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.orders.rules import OrderState, OrderVerb
from storefront.orders.service import OrderClosing, OrderRefunded
from storefront.payments import returning, rules, saved
from storefront.payments.attempts import GATEWAYS, charge_of, gateway, intents_of, latest, offered
from storefront.payments.gateways import SAVED, AnswerLost, Charge, Gateway, Message, NoSuchGateway
from storefront.payments.models import PaymentIntent
from storefront.payments.pretend import Pretend, repeated
from storefront.payments.receiving import locked, receive
from storefront.payments.returning import give_back, return_part, returns_of
from storefront.payments.rules import IN_FLIGHT_STATES, Act, IntentState
from storefront.payments.stripe import Stripe

__all__ = [
    "GATEWAYS",
    "charge_of",
    "gateway",
    "give_back",
    "intents_of",
    "latest",
    "offered",
    "receive",
    "return_part",
    "returns_of",
]

PATIENCE = timedelta(seconds=20)
ELSEWHERE = timedelta(minutes=2)
"""How often a gateway at whose own form the buyer pays is asked, should it not say so by itself."""
KEEPERS = (Stripe.name, Pretend.name)
"""The gateways that can keep a card."""
UNSETTLED = tuple(state.value for state in {*IN_FLIGHT_STATES, IntentState.CREATED})


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a buyer sent from the payment page. `attempt` is the one the page offered: sent twice, it is one attempt."""

    gateway: str
    method: str
    attempt: int
    keeps: bool = False


def pay(account_id: int, number: str, wish: Wish) -> None:
    """Take the order's money. Opens its own transactions. Refuses with OrderClosed or NotFound."""
    with db.transaction():
        key = _begin(account_id, number, wish, Actor(kind="person", account_id=account_id))
    if key:
        ask(key)


def charge_kept(order: Order) -> bool:
    """Begin to take an order's money by the card that its buyer let be kept, in the present transaction; the gateway is
    asked after it. False where no card is kept, or an attempt is under way already.

    What the bank refuses, or wants to ask, waits for the buyer on the payment page.
    """
    kept, before = saved.find(order.account_id), latest(order.id)
    if kept is None or (before is not None and IntentState(before.state) not in rules.FINAL_STATES):
        return False
    wish = Wish(gateway=kept.gateway, method=SAVED, attempt=(before.attempt if before else 0) + 1)
    key = _begin(order.account_id, order.number, wish, PROGRAM)
    if key:
        start("payments.ask", key=key)
    return bool(key)


def confirm(account_id: int, number: str, *, agreed: bool) -> None:
    """The buyer answered the bank's question. Opens its own transactions; a second answer changes nothing."""
    with db.transaction():
        intent = _latest_locked(account_id, number)
        if intent is None or intent.state != IntentState.NEEDS_CONFIRMATION:
            return
        intent.state = rules.check_act(IntentState.NEEDS_CONFIRMATION, Act.CONFIRM).value
        intent.asked, intent.checked_at = ("confirm" if agreed else "cancel"), clock.now()
        key = intent.idempotency_key
    ask(key)


def ask_again(account_id: int, number: str) -> None:
    """Settle an attempt whose answer is missing. Opens its own transactions."""
    with db.transaction(reading=True):
        intent = latest(orders.get_for(account_id, number).id)
        key = intent.idempotency_key if intent and _may_have_news(intent) else ""
    if key:
        ask(key)


def secret(account_id: int, number: str) -> str:
    """What lets the buyer's browser pay the open attempt at Stripe. Opens its own transaction. Raises NotFound."""
    with db.transaction(reading=True):
        intent = latest(orders.get_for(account_id, number).id)
        charge = charge_of(intent) if intent and intent.gateway == Stripe.name and _may_have_news(intent) else None
    found = Stripe().secret(charge) if charge and charge.remote else ""
    if not found:
        raise NotFound("There is nothing to pay by card for this order just now.")
    return found


@job("payments.ask", own_transactions=True)
def ask(key: str) -> None:
    """Say to the gateway once more what we want of this attempt, and receive what it answers.

    It knows the key, so this never takes money twice. Opens its own transactions.
    """
    with db.transaction(reading=True):
        intent = session.scalars(select(PaymentIntent).where(PaymentIntent.idempotency_key == key)).one()
        asked, remote, charge = intent.asked, gateway(intent.gateway), charge_of(intent)
    try:
        message = _call(remote, asked, charge)
    except AnswerLost:
        with db.transaction():
            _lose(key)
        return
    with db.transaction():
        receive(remote.name, message)


@job("payments.reconcile", every=1)
def reconcile() -> None:
    """Ask about every attempt that has been without an answer for a while: after a crash, a lost answer, a lost job."""
    elsewhere = [one.name for one in GATEWAYS.values() if one.waits_elsewhere]
    silent = PaymentIntent.state.in_(UNSETTLED) & (PaymentIntent.checked_at < clock.now() - PATIENCE)
    waiting = PaymentIntent.gateway.in_(elsewhere) & (PaymentIntent.state == IntentState.NEEDS_CONFIRMATION.value)
    due = silent | (waiting & (PaymentIntent.checked_at < clock.now() - ELSEWHERE))
    wanted = select(PaymentIntent.idempotency_key).where(due)
    for key in session.scalars(wanted.order_by(PaymentIntent.checked_at).limit(200)):
        start("payments.ask", key=key)


@job("payments.call_off", own_transactions=True)
def call_off(key: str) -> None:
    """Tell the gateway that nobody will confirm this attempt any more. Opens its own transactions."""
    with db.transaction(reading=True):
        intent = session.scalars(select(PaymentIntent).where(PaymentIntent.idempotency_key == key)).one()
        remote, charge = gateway(intent.gateway), charge_of(intent)
    message = remote.cancel(charge)
    with db.transaction():
        receive(remote.name, message)


@job("payments.pretend_tells", own_transactions=True)
def pretend_tells(key: str) -> None:
    """The gateway `pretend` repeats itself: the last message, the first one late, and the last under a new id."""
    messages = Pretend().messages(key)
    for message in (messages[-1], messages[0], messages[-1], repeated(messages[-1])):
        with db.transaction():
            receive(Pretend.name, message)


def listen() -> None:
    """Hear of orders: about to be closed, taken back."""
    on(OrderClosing, _check_may_close)
    on(OrderRefunded, returning.return_refunded)


def _begin(account_id: int, number: str, wish: Wish, actor: Actor) -> str:
    """The key of the attempt to ask the gateway about; "" where there is nothing to ask."""
    order = orders.lock(orders.get_for(account_id, number).id)
    before = latest(order.id)
    if before is not None and before.attempt >= wish.attempt:
        return before.idempotency_key if before.state in UNSETTLED else ""
    if before is not None:
        rules.check_next_attempt(IntentState(before.state))
    if order.state == OrderState.PAYMENT_FAILED:
        orders.retry(order, actor)
    if order.state != OrderState.AWAITING_PAYMENT:
        order_rules.check_verb(OrderState(order.state), OrderVerb.RETRY)
    intent = _new(order, (before.attempt if before else 0) + 1, wish)
    session.add(intent)
    session.flush()
    if days := gateway(intent.gateway).days(web.settings()):
        orders.wait_until(order, clock.now() + timedelta(days=days))
        letters.ask_for_transfer(order, gateway(intent.gateway).part(charge_of(intent), web.settings()))
    return intent.idempotency_key


def _new(order: Order, attempt: int, wish: Wish) -> PaymentIntent:
    remote = gateway(wish.gateway)
    if not remote.is_offered(web.settings(), order.currency):
        raise NoSuchGateway
    if remote.cards and wish.method not in {SAVED, *(card.token for card in remote.cards)}:
        raise NoSuchGateway("Please choose one of the cards shown. Nothing was charged.")
    now = clock.now()
    return PaymentIntent(
        order_id=order.id,
        attempt=attempt,
        idempotency_key=rules.idempotency_key(order.number, attempt),
        gateway=remote.name,
        method=wish.method if remote.cards or wish.method == SAVED else "",
        keeps=wish.keeps and remote.name in KEEPERS,
        asked="charge",
        amount=order.total,
        currency=order.currency,
        state=rules.check_act(IntentState.CREATED, Act.SUBMIT).value,
        created_at=now,
        checked_at=now,
    )


def _call(remote: Gateway, asked: str, charge: Charge) -> Message:
    if asked == "confirm":
        return remote.confirm(charge)
    return remote.cancel(charge) if asked == "cancel" else remote.charge(charge)


def _may_have_news(intent: PaymentIntent) -> bool:
    is_elsewhere = intent.state == IntentState.NEEDS_CONFIRMATION and gateway(intent.gateway).waits_elsewhere
    return intent.state in UNSETTLED or is_elsewhere


def _lose(key: str) -> None:
    intent = locked(key)
    if intent is not None and intent.state == IntentState.PROCESSING:
        intent.state = rules.check_act(IntentState.PROCESSING, Act.LOSE_ANSWER).value
        intent.checked_at = clock.now()


def _check_may_close(event: OrderClosing) -> None:
    """Refuses with PaymentInFlight; an attempt that only waits for a confirmation is called off."""
    intent = latest(event.order_id)
    if intent is None or IntentState(intent.state) in rules.FINAL_STATES:
        return
    intent.state = rules.check_act(IntentState(intent.state), Act.CANCEL).value
    start("payments.call_off", key=intent.idempotency_key)


def _latest_locked(account_id: int, number: str) -> PaymentIntent | None:
    intent = latest(orders.get_for(account_id, number).id)
    return locked(intent.idempotency_key) if intent else None
