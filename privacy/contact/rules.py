"""By which way a person may be reached for what: one rule for mail, telephone, text messages and post. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from privacy.terms import Purpose

CALLS_ABOUT_ORDERS = "telephone_order"


class Way(StrEnum):
    """How somebody is reached. A text message is a call in every respect (clause P8)."""

    EMAIL = "email"
    TELEPHONE = "telephone"
    TEXT = "text"
    POST = "post"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known when somebody wants to reach a person.

    is_on: they said yes to the purpose, where it needs one. is_suppressed: they want no such mail. is_open: the order
    that the number came with is open. is_removed: the number was removed from all calls. given_for: the purpose that a
    postal address was given for.
    """

    way: Way
    purpose: Purpose | None
    is_on: bool = False
    is_suppressed: bool = False
    is_open: bool = False
    is_removed: bool = False
    given_for: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Whether they may be reached, the reason as one word for the record, and as a sentence for people."""

    allowed: bool
    reason: str = "purpose"
    sentence: str = ""


YES = Answer(allowed=True)


def may_contact(facts: Facts) -> Answer:
    """The first promise that stands against it decides."""
    if facts.purpose is None:
        return _no("undeclared", "This use is not in the register, so nobody is contacted.")
    if facts.purpose.commercial:
        return _no("commercial", "Nobody is contacted for the gain of somebody else (clause P4d).")
    if facts.way is Way.EMAIL:
        return _mail(facts, facts.purpose)
    return _post(facts, facts.purpose) if facts.way is Way.POST else _call(facts, facts.purpose)


def _mail(facts: Facts, purpose: Purpose) -> Answer:
    if purpose.optional and not facts.is_on:
        return _no("switched_off", "The person has this mail switched off.")
    if purpose.by_mail and facts.is_suppressed:
        return _no("stopped", "The person asked for no more mail of this kind (clause P6).")
    return YES


def _call(facts: Facts, purpose: Purpose) -> Answer:
    if purpose.id != CALLS_ABOUT_ORDERS:
        return _no("other_purpose", "A telephone number serves calls about its own order and nothing else (clause P8).")
    if not facts.is_open:
        return _no("order_closed", "There is no call to make: the order is not open (clause P8). Nothing was opened.")
    if facts.is_removed:
        return _no("calls_stopped", "This number was removed from all calls (clauses P9 and P10). Do not call it.")
    return YES


def _post(facts: Facts, purpose: Purpose) -> Answer:
    if facts.given_for != purpose.id:
        return _no(
            "other_purpose",
            "This address was given for something else (clause P7). Ask its owner first; nothing was opened.",
        )
    return YES


def _no(reason: str, sentence: str) -> Answer:
    return Answer(allowed=False, reason=reason, sentence=sentence)
