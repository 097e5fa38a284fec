"""When a subscription is reminded, charged, left some grace, suspended and ended. Pure; the page that publishes it reads the same days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from core.errors import Conflict
from storefront.licenses.rules import Term, ends_at

REMIND_DAYS: Mapping[Term, tuple[int, ...]] = MappingProxyType({Term.YEAR: (30, 7), Term.MONTH: (4,)})
"""How many days before a period ends its holder hears of the next one."""
CHARGE_BEFORE = timedelta(days=1)
OVERDUE_BEFORE = timedelta(hours=1)
RETRY_DAYS = (1, 3, 6)
GRACE = timedelta(days=7)
ENDS_AFTER = timedelta(days=30)
PRICE_NOTICE = timedelta(days=30)
"""So long before the first period that costs another price its holder hears of it, at least."""
PAYS_EARLY = timedelta(days=30)
"""So long before a period ends may the next one be paid by hand."""


class RenewalConflict(Conflict):
    code = "renewal_conflict"
    title = "That cannot be done with this subscription"


class SubscriptionState(StrEnum):
    """Grace: the next period is not paid, the license works. Suspended: it rests until somebody pays."""

    ACTIVE = "active"
    CANCELLING = "cancelling"
    GRACE = "grace"
    SUSPENDED = "suspended"
    ENDED = "ended"


class SubscriptionVerb(StrEnum):
    PAY = "pay"
    OVERDUE = "overdue"
    SUSPEND = "suspend"
    CANCEL = "cancel"
    RESUME = "resume"
    END = "end"


_S, _V = SubscriptionState, SubscriptionVerb
TRANSITIONS: Mapping[tuple[SubscriptionState, SubscriptionVerb], SubscriptionState] = MappingProxyType(
    {
        (_S.ACTIVE, _V.PAY): _S.ACTIVE,
        (_S.ACTIVE, _V.OVERDUE): _S.GRACE,
        (_S.ACTIVE, _V.CANCEL): _S.CANCELLING,
        (_S.ACTIVE, _V.END): _S.ENDED,
        (_S.CANCELLING, _V.PAY): _S.CANCELLING,
        (_S.CANCELLING, _V.RESUME): _S.ACTIVE,
        (_S.CANCELLING, _V.END): _S.ENDED,
        (_S.GRACE, _V.PAY): _S.ACTIVE,
        (_S.GRACE, _V.SUSPEND): _S.SUSPENDED,
        (_S.GRACE, _V.CANCEL): _S.ENDED,
        (_S.GRACE, _V.END): _S.ENDED,
        (_S.SUSPENDED, _V.PAY): _S.ACTIVE,
        (_S.SUSPENDED, _V.CANCEL): _S.ENDED,
        (_S.SUSPENDED, _V.END): _S.ENDED,
    }
)
"""Money that was on its way when its holder cancelled buys its period, and the subscription ends after that one."""

UNPAID = frozenset({_S.GRACE, _S.SUSPENDED})
REFUSALS = {
    (_S.CANCELLING, _V.CANCEL): "It is cancelled already. Nothing more is charged.",
    (_S.ENDED, _V.CANCEL): "This subscription has ended already. Nothing more is charged.",
    (_S.ENDED, _V.RESUME): "This subscription has ended. The license can be bought anew.",
    (_S.ACTIVE, _V.RESUME): "It renews already. Nothing was changed.",
}


class Step(StrEnum):
    """What the worker does about one period."""

    REMIND = "remind"
    CHARGE = "charge"
    OVERDUE = "overdue"
    SUSPEND = "suspend"
    END = "end"


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """A step and its moment. is_last: of its kind."""

    step: Step
    at: datetime
    is_last: bool = True


def check_verb(state: SubscriptionState, verb: SubscriptionVerb) -> SubscriptionState:
    """The state after the verb. Refuses with RenewalConflict."""
    try:
        return TRANSITIONS[state, verb]
    except KeyError:
        sentence = REFUSALS.get((state, verb), f"A subscription that is {state} cannot {verb}. Nothing was changed.")
        raise RenewalConflict(sentence) from None


def can(state: SubscriptionState, verb: SubscriptionVerb) -> bool:
    """The same table as a yes or no."""
    return (state, verb) in TRANSITIONS


def due_at(term: Term, anchor: datetime, periods: int) -> datetime:
    """When so many paid periods end, counted from the anchor's own day."""
    end = ends_at(term, anchor, periods)
    if end is None:
        raise ValueError("only a month or a year is renewed")
    return end


def planned(term: Term, due: datetime, tried_at: datetime | None) -> tuple[Planned, ...]:
    """All that happens about the period that follows `due`, in order.

    What comes after the first try counts from the end of the period, or from a day after that try where it came later:
    nobody loses grace because our worker slept.
    """
    base = tried_at + CHARGE_BEFORE if tried_at and tried_at > due else due
    reminders = [Planned(step=Step.REMIND, at=due - timedelta(days=days)) for days in REMIND_DAYS[term]]
    retries = [
        Planned(step=Step.CHARGE, at=base + timedelta(days=days), is_last=days == RETRY_DAYS[-1]) for days in RETRY_DAYS
    ]
    return (
        *reminders,
        Planned(step=Step.CHARGE, at=due - CHARGE_BEFORE, is_last=False),
        Planned(step=Step.OVERDUE, at=base - OVERDUE_BEFORE),
        *retries,
        Planned(step=Step.SUSPEND, at=base + GRACE),
        Planned(step=Step.END, at=base + ENDS_AFTER),
    )


def moment_of(step: Step, term: Term, due: datetime, tried_at: datetime | None) -> datetime:
    """When the last step of this kind is taken."""
    return next(one.at for one in reversed(planned(term, due, tried_at)) if one.step is step)


def next_try(term: Term, due: datetime, tried_at: datetime | None, now: datetime) -> datetime | None:
    """When the card is asked again, None for never."""
    tries = (one.at for one in planned(term, due, tried_at) if one.step is Step.CHARGE)
    return next((at for at in tries if at > now), None)
