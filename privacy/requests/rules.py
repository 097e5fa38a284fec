"""The way of a request from its coming in to its end, and by when. Pure.

The time to answer is one month from the day it came (GDPR Art. 12(3)); it may be made two months longer, once, if the
person is told why within the first. Months end as Regulation 1182/71 has it: on the same day, or the month's last.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from core.errors import Conflict, Invalid


class Kind(StrEnum):
    """What is asked for."""

    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"
    OBJECTION = "objection"
    ORIGINAL_PURPOSES = "original_purposes"


class Door(StrEnum):
    """How it came in. Letters and calls are entered by staff."""

    PANEL = "panel"
    MAIL = "mail"
    LETTER = "letter"
    TELEPHONE = "telephone"


class State(StrEnum):
    RECEIVED = "received"
    VERIFYING = "verifying"
    IN_WORK = "in_work"
    DECIDED = "decided"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    VERIFY = "verify"
    IDENTIFY = "identify"
    TAKE = "take"
    GRANT = "grant"
    DECLINE = "decline"
    FINISH = "finish"
    WITHDRAW = "withdraw"


class NotNow(Conflict):
    """The request is in a state in which this cannot be done."""

    code = "request_conflict"


class NotYetReceived(Invalid):
    code = "not_yet_received"
    sentence = "A request cannot have come in later than today."


STOPS = frozenset({Kind.OBJECTION, Kind.ORIGINAL_PURPOSES})
"""Whoever wants something stopped need not say who they are, and need not wait for anybody's decision."""

OPEN = frozenset({State.RECEIVED, State.VERIFYING, State.IN_WORK})

TRANSITIONS: Mapping[tuple[State, Verb], State] = MappingProxyType(
    {
        (State.RECEIVED, Verb.VERIFY): State.VERIFYING,
        (State.RECEIVED, Verb.TAKE): State.IN_WORK,
        (State.VERIFYING, Verb.IDENTIFY): State.IN_WORK,
        (State.VERIFYING, Verb.DECLINE): State.DECIDED,
        (State.IN_WORK, Verb.GRANT): State.DECIDED,
        (State.IN_WORK, Verb.DECLINE): State.DECIDED,
        (State.DECIDED, Verb.FINISH): State.DONE,
        (State.RECEIVED, Verb.WITHDRAW): State.WITHDRAWN,
        (State.VERIFYING, Verb.WITHDRAW): State.WITHDRAWN,
        (State.IN_WORK, Verb.WITHDRAW): State.WITHDRAWN,
    }
)


def check_verb(state: State, verb: Verb) -> State:
    """The state after the verb. Refuses with NotNow."""
    try:
        return TRANSITIONS[state, verb]
    except KeyError:
        raise NotNow(_refusal(state)) from None


def can(state: State, verb: Verb) -> bool:
    """The same table as a yes or no, for pages that show a button."""
    return (state, verb) in TRANSITIONS


def needs_identity(kind: Kind, door: Door) -> bool:
    """True if we must first know that it is really them: to see, change or delete, unless they are signed in."""
    return door is not Door.PANEL and kind not in STOPS


def first_due(received_at: datetime) -> datetime:
    """By when the answer is due."""
    return months_later(received_at, 1)


def last_due(received_at: datetime) -> datetime:
    """By when it is due after the one extension."""
    return months_later(received_at, 3)


def check_extension(state: State, received_at: datetime, due_at: datetime, now: datetime) -> datetime:
    """The later deadline. Refuses with NotNow after the first month, a second time, or when nothing is open."""
    if state not in OPEN:
        raise NotNow(_refusal(state))
    if due_at != first_due(received_at):
        raise NotNow("The time to answer can be made longer once only. Nothing was changed.")
    if now > due_at:
        raise NotNow("The first month is over; the time can be made longer only within it. Please answer now.")
    return last_due(received_at)


def check_received(received_at: datetime, now: datetime) -> None:
    """Nothing comes in from the future. Refuses with NotYetReceived."""
    if received_at > now:
        raise NotYetReceived


def is_overdue(state: State, due_at: datetime, now: datetime) -> bool:
    """True if somebody waits for an answer longer than the law allows."""
    return state in OPEN and now > due_at


def request_number(year: int, sequence: int) -> str:
    """`R-2026-000123`."""
    return f"R-{year}-{sequence:06d}"


def months_later(moment: datetime, months: int) -> datetime:
    """The same day some months later, or that month's last day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def _refusal(state: State) -> str:
    if state in {State.DECIDED, State.DONE}:
        return "This request was answered already. Nothing was changed."
    if state is State.WITHDRAWN:
        return "This request was withdrawn. Nothing was changed."
    if state is State.VERIFYING:
        return "First it must be known that the request really comes from this person. Nothing was changed."
    return "Somebody has to take this request up first. Nothing was changed."
