"""Who may pass a license on, how long an offer stands, and how it ends. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from core.errors import Conflict, Invalid

STANDS = timedelta(days=30)
LONGEST_WAIT = timedelta(days=366)
LONGEST_WORDS = 500
MOST_A_DAY = 20


class HandoverRefused(Conflict):
    """This license cannot change hands now; the sentence says why."""

    code = "handover_refused"
    title = "This license cannot be passed on now"


class OfferRefused(Invalid):
    """What was typed makes no offer; `field` names where."""

    code = "offer_refused"

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class HandoverState(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"
    LAPSED = "lapsed"


class HandoverVerb(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    TAKE_BACK = "take_back"
    LAPSE = "lapse"


_S, _V = HandoverState, HandoverVerb
TRANSITIONS: Mapping[tuple[HandoverState, HandoverVerb], HandoverState] = MappingProxyType(
    {
        (_S.OFFERED, _V.ACCEPT): _S.ACCEPTED,
        (_S.OFFERED, _V.DECLINE): _S.DECLINED,
        (_S.OFFERED, _V.TAKE_BACK): _S.TAKEN_BACK,
        (_S.OFFERED, _V.LAPSE): _S.LAPSED,
    }
)
OVER = {
    _S.ACCEPTED: "This license was accepted already.",
    _S.DECLINED: "This offer was declined. Nothing changed hands.",
    _S.TAKEN_BACK: "This offer was taken back. Nothing changed hands.",
    _S.LAPSED: "This offer is over: nobody accepted it within thirty days. Nothing changed hands.",
}


def check_verb(state: HandoverState, verb: HandoverVerb) -> HandoverState:
    """The state after the verb. Refuses with HandoverRefused."""
    try:
        return TRANSITIONS[state, verb]
    except KeyError:
        raise HandoverRefused(OVER[state]) from None


def read_day(text: str, today: date) -> date:
    """The day on which the offer is to be mailed, today for none. Refuses with OfferRefused."""
    if not text.strip():
        return today
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise OfferRefused("day", "Please write the day like 2026-12-24.") from None
    if not today <= day <= today + LONGEST_WAIT:
        raise OfferRefused("day", "Please choose a day from today on, within a year.")
    return day


def read_words(text: str) -> str:
    """What is written with it. Refuses with OfferRefused."""
    kept = text.strip()
    if len(kept) > LONGEST_WORDS:
        raise OfferRefused("words", f"Please write at most {LONGEST_WORDS} letters; these are {len(kept)}.")
    return kept
