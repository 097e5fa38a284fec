"""Payment intents and the events that move them: late and repeated events change nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from core.errors import Conflict


class PaymentConflict(Conflict):
    """The payment is in a state in which this cannot be done."""

    code = "payment_conflict"


class PaymentInFlight(PaymentConflict):
    """The gateway may be taking the money at this moment: neither a second attempt nor a cancellation is safe."""

    code = "payment_in_flight"
    sentence = "The payment is on its way. Please wait for its answer; you will not be charged twice."


class PaymentUnconfirmed(PaymentConflict):
    code = "payment_unconfirmed"
    sentence = "A payment is waiting for your confirmation. Please confirm or cancel it first."


class PaymentFinished(PaymentConflict):
    code = "payment_finished"
    sentence = "This payment has come to its end. Please look at the order for its result."


class IntentState(StrEnum):
    CREATED = "created"
    PROCESSING = "processing"
    NEEDS_CONFIRMATION = "needs_confirmation"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What the shop itself does with an intent; acts have no sequence, because they happen here."""

    SUBMIT = "submit"
    CONFIRM = "confirm"
    LOSE_ANSWER = "lose_answer"
    CANCEL = "cancel"


class EventKind(StrEnum):
    """What a gateway says about an intent, in its answer or later in a message of its own.

    REFUSED is one card that was not taken while the attempt stays open for another, DECLINED the end of the attempt.
    """

    PROCESSING = "processing"
    CONFIRMATION_ASKED = "confirmation_asked"
    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class Effect(StrEnum):
    """What has to be done in the transaction that stores the new state."""

    NONE = "none"
    ASK_CONFIRMATION = "ask_confirmation"
    SETTLE_ORDER = "settle_order"
    FAIL_ORDER = "fail_order"
    RETURN_MONEY = "return_money"


class DisputeState(StrEnum):
    """Where a dispute with the buyer's bank stands, in the order of their rank.

    A warning (Stripe: an inquiry) has moved no money, and may become a dispute. Open waits for our answer, under review
    for the bank's. A closed warning, won and lost are ends.
    """

    WARNING = "warning_needs_response"
    WARNING_REVIEW = "warning_under_review"
    WARNING_CLOSED = "warning_closed"
    OPEN = "open"
    REVIEW = "under_review"
    WON = "won"
    LOST = "lost"


class Wish(StrEnum):
    """What staff want said to a gateway about a dispute."""

    SUBMIT = "submit"
    ACCEPT = "accept"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One message of a gateway. `sequence` counts from 1 within its intent, in the order in which things happened."""

    sequence: int
    kind: EventKind


class Step(NamedTuple):
    """A tuple, so that a caller may unpack it."""

    state: IntentState
    watermark: int
    effect: Effect


HOLDING = frozenset({DisputeState.OPEN, DisputeState.REVIEW})
"""A bank holds the money."""
ENDED = frozenset({DisputeState.WARNING_CLOSED, DisputeState.WON, DisputeState.LOST})
ANSWERABLE = frozenset({DisputeState.WARNING, DisputeState.OPEN})
FINAL_STATES = frozenset({IntentState.SUCCEEDED, IntentState.DECLINED, IntentState.CANCELLED})
IN_FLIGHT_STATES = frozenset({IntentState.PROCESSING, IntentState.UNKNOWN})

ACTS: Mapping[tuple[IntentState, Act], IntentState] = MappingProxyType(
    {
        (IntentState.CREATED, Act.SUBMIT): IntentState.PROCESSING,
        (IntentState.CREATED, Act.CANCEL): IntentState.CANCELLED,
        (IntentState.PROCESSING, Act.LOSE_ANSWER): IntentState.UNKNOWN,
        (IntentState.NEEDS_CONFIRMATION, Act.CONFIRM): IntentState.PROCESSING,
        (IntentState.NEEDS_CONFIRMATION, Act.CANCEL): IntentState.CANCELLED,
        (IntentState.UNKNOWN, Act.SUBMIT): IntentState.PROCESSING,
    }
)
"""Every change the shop makes by itself. An intent whose answer was lost is submitted again under the same
idempotency key, which asks for the answer and cannot charge twice."""

EVENTS: Mapping[EventKind, tuple[IntentState, Effect]] = MappingProxyType(
    {
        EventKind.PROCESSING: (IntentState.PROCESSING, Effect.NONE),
        EventKind.CONFIRMATION_ASKED: (IntentState.NEEDS_CONFIRMATION, Effect.ASK_CONFIRMATION),
        EventKind.REFUSED: (IntentState.NEEDS_CONFIRMATION, Effect.FAIL_ORDER),
        EventKind.SUCCEEDED: (IntentState.SUCCEEDED, Effect.SETTLE_ORDER),
        EventKind.DECLINED: (IntentState.DECLINED, Effect.FAIL_ORDER),
        EventKind.CANCELLED: (IntentState.CANCELLED, Effect.FAIL_ORDER),
    }
)


def apply(state: IntentState, watermark: int, event: Event) -> Step:
    """Move an intent by a gateway's event; never raises, since a gateway repeats what is refused.

    An event at or below the watermark (the highest sequence seen, 0 at first) is a repetition or came late: nothing
    happens. A final state stays; money that arrives for a declined or cancelled attempt has to be returned.
    """
    if event.sequence <= watermark:
        return Step(state, watermark, Effect.NONE)
    if state in FINAL_STATES:
        arrived = event.kind is EventKind.SUCCEEDED and state is not IntentState.SUCCEEDED
        return Step(state, event.sequence, Effect.RETURN_MONEY if arrived else Effect.NONE)
    reached, effect = EVENTS[event.kind]
    return Step(reached, event.sequence, effect)


def check_act(state: IntentState, act: Act) -> IntentState:
    """The state after the shop's own act. Refuses with PaymentInFlight, PaymentFinished or PaymentConflict."""
    try:
        return ACTS[state, act]
    except KeyError:
        raise _refusal(state, act) from None


def check_next_attempt(state: IntentState) -> None:
    """A new attempt begins only after the last one was declined or cancelled, so two never take money side by side.

    Refuses with PaymentFinished, PaymentInFlight or PaymentUnconfirmed.
    """
    if state is IntentState.SUCCEEDED:
        raise PaymentFinished("This order is paid already. You were not charged a second time.")
    if state is IntentState.NEEDS_CONFIRMATION:
        raise PaymentUnconfirmed
    if state not in FINAL_STATES:
        raise PaymentInFlight


def moved(known: DisputeState | None, said: DisputeState) -> DisputeState:
    """Where a dispute stands after something was said about it, in whatever order: the highest rank, and lost is that.

    Who is told of both ends cannot know which came last, and what is lost is nobody's to use.
    """
    ranks = list(DisputeState)
    return said if known is None else max(known, said, key=ranks.index)


def idempotency_key(order_number: str, attempt: int) -> str:
    """`LP-2026-000123/1`: one per order and attempt; a double click, a reload and a webhook mean the same payment."""
    if attempt < 1 or not order_number:
        raise ValueError("attempts are counted from one")
    return f"{order_number}/{attempt}"


def _refusal(state: IntentState, act: Act) -> PaymentConflict:
    if state in FINAL_STATES:
        return PaymentFinished()
    if state in IN_FLIGHT_STATES:
        return PaymentInFlight()
    words = state.value.replace("_", " ")
    return PaymentConflict(f"A payment in the state “{words}” cannot {act.value.replace('_', ' ')}.")
