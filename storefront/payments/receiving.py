"""Taking in a gateway's message: the only place where one changes anything, in one transaction with all it causes."""

from sqlalchemy import func, select

from core import clock, logs
from core.access import PROGRAM
from core.audit import service as audit
from core.db import session
from core.jobs.service import start
from storefront.money import Money
from storefront.orders import rules as order_rules
from storefront.orders import service as orders
from storefront.orders.rules import OrderState, OrderVerb
from storefront.payments import rules, saved
from storefront.payments.gateways import SAVED, Message
from storefront.payments.models import PaymentDispute, PaymentEvent, PaymentIntent, PaymentReturn
from storefront.payments.rules import HOLDING, DisputeState, Effect, Event, EventKind, IntentState, PaymentConflict

WHOLE, SURPLUS = "whole", "surplus"


def receive(provider: str, message: Message) -> Effect:
    """Take in one message of a gateway, in the present transaction: order, licenses, mails and all, or nothing.

    The same message twice, a late one, and one about a charge that is not ours do nothing.
    """
    intent = locked(message.key)
    is_new = not is_known(provider, message.event_id)
    if not is_new and message.sequence:
        return Effect.NONE
    effect = _apply(intent, message) if intent else "unknown_charge"
    if is_new:
        session.add(_event(provider, message, intent, effect))
    session.flush()
    return Effect(effect) if effect in set(Effect) else Effect.NONE


def is_known(provider: str, event_id: str) -> bool:
    """Whether this message was taken in already."""
    wanted = select(PaymentEvent.id).where(PaymentEvent.provider == provider, PaymentEvent.event_id == event_id)
    return session.scalar(wanted) is not None


def locked(key: str) -> PaymentIntent | None:
    """The attempt, with its order locked first: everybody locks in this order, so nobody waits in a circle."""
    wanted = select(PaymentIntent).where(PaymentIntent.idempotency_key == key)
    found = session.scalar(wanted)
    if found is None:
        return None
    orders.lock(found.order_id)
    return session.scalar(wanted.with_for_update().execution_options(populate_existing=True))


def owe(intent: PaymentIntent, reason: str, part: Money | None = None, cause: str = WHOLE) -> None:
    """Note that an attempt's money has to go back: all that has not gone yet, or a part. Once for each cause.

    The attempt is locked by the caller. Refuses with PaymentConflict more than was paid.
    """
    backs = list(session.scalars(select(PaymentReturn).where(PaymentReturn.intent_id == intent.id)))
    sent = sum(back.amount for back in backs if back.reason != SURPLUS)  # what was never asked for is another matter
    left = Money(intent.amount - sent - _taken(intent.id), intent.currency)
    amount = part if part is not None else left
    if any(back.cause == cause for back in backs) or amount.amount <= 0:
        return
    if amount > left:
        raise PaymentConflict(f"Of this payment at most {left} can still go back. Nothing was changed.")
    session.add(
        PaymentReturn(
            intent_id=intent.id,
            amount=amount.amount,
            currency=amount.currency,
            reason=reason,
            cause=cause,
            created_at=clock.now(),
        )
    )
    start("payments.give_back")


def _taken(intent_id: int) -> int:
    """What the buyer's bank holds or has taken: it goes to the buyer from there and not from here as well."""
    gone = [state.value for state in (*HOLDING, DisputeState.LOST)]
    disputed = select(func.sum(PaymentDispute.amount)).where(PaymentDispute.intent_id == intent_id)
    return int(session.scalar(disputed.where(PaymentDispute.state.in_(gone))) or 0)


def _event(provider: str, message: Message, intent: PaymentIntent | None, effect: str) -> PaymentEvent:
    return PaymentEvent(
        provider=provider,
        event_id=message.event_id,
        intent_id=intent.id if intent else None,
        raw=message.raw(),
        effect=effect,
        received_at=clock.now(),
    )


def _apply(intent: PaymentIntent, message: Message) -> str:
    if (message.amount, message.currency) != (intent.amount, intent.currency):
        audit.record(PROGRAM, "refuse amount", "payment_intent", intent.id, event=message.event_id)
        logs.log().error("payment_amount_differs", intent=intent.id)
        return "mismatch"
    event = Event(sequence=message.sequence or intent.watermark + 1, kind=message.kind)
    intent.remote = message.remote or intent.remote
    state, watermark, effect = rules.apply(IntentState(intent.state), intent.watermark, event)
    intent.state, intent.watermark, intent.checked_at = state.value, watermark, clock.now()
    session.flush()
    return _carry_out(intent, message, effect).value


def _carry_out(intent: PaymentIntent, message: Message, effect: Effect) -> Effect:
    order = orders.lock(intent.order_id)
    state = OrderState(order.state)
    if effect is Effect.SETTLE_ORDER and not order_rules.can(state, OrderVerb.SETTLE):
        effect = Effect.RETURN_MONEY
    if effect is Effect.SETTLE_ORDER:
        orders.settle(order)
        if intent.keeps and message.saved is not None:
            saved.keep(order.account_id, intent.gateway, message.saved)
    elif effect is Effect.FAIL_ORDER and order_rules.can(state, OrderVerb.FAIL):
        orders.fail(order, intent.attempt, tell=message.kind is EventKind.DECLINED or intent.method == SAVED)
    elif effect is Effect.RETURN_MONEY:
        owe(intent, "late")
    return effect
