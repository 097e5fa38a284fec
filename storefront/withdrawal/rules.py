"""Who may withdraw from what, decided by evidence. Pure.

Directive 2011/83/EU: Art. 9 (fourteen days), 11a (the function, in force since June 2026), 14(4) and 16(m) (digital content
that was begun with the buyer's express consent, confirmed on a durable medium). In doubt the buyer may.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

DAYS = 14
LATEST_ZONE = timedelta(hours=12)
"""The last day ends when it has ended everywhere."""


class Verdict(StrEnum):
    """What becomes of a line."""

    MAY = "may"
    LATE = "late"
    BUSINESS = "business"
    BEGUN = "begun"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of an order when its buyer says that they withdraw."""

    concluded_at: datetime
    stated_at: datetime
    is_business: bool
    waived: bool


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What becomes of one line: so many pieces go back, and why."""

    verdict: Verdict
    pieces: int
    reason: str


def last_day(concluded_at: datetime) -> date:
    """The fourteenth day after the contract, or the Monday after it where that is on a weekend (Regulation 1182/71, Art. 3)."""
    last = concluded_at.astimezone(UTC).date() + timedelta(days=DAYS)
    return last + timedelta(days=7 - last.weekday() if last.weekday() >= 5 else 0)


def ends_at(concluded_at: datetime) -> datetime:
    """When the right ends: when its last day is over everywhere."""
    last = last_day(concluded_at)
    return datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1) + LATEST_ZONE


def decide(facts: Facts, *, pieces_left: int, begun: int) -> Answer:
    """What becomes of a line of which the buyer has so many pieces left, so many of them in use."""
    free = pieces_left - min(begun, pieces_left) if facts.waived else pieces_left
    verdict = _verdict(facts, pieces_left, free)
    pieces = free if verdict is Verdict.MAY else 0
    return Answer(verdict=verdict, pieces=pieces, reason=_reason(verdict, facts, pieces_left, free))


def _verdict(facts: Facts, pieces_left: int, free: int) -> Verdict:
    if not pieces_left:
        return Verdict.GONE
    if facts.is_business:
        return Verdict.BUSINESS
    if facts.stated_at >= ends_at(facts.concluded_at):
        return Verdict.LATE
    return Verdict.MAY if free else Verdict.BEGUN


def _reason(verdict: Verdict, facts: Facts, pieces_left: int, free: int) -> str:
    if verdict is not Verdict.MAY:
        return REASONS[verdict]
    if not facts.waived:
        return "You withdrew within fourteen days and had kept your right when you ordered."
    if free < pieces_left:
        return f"You withdrew within fourteen days, and {free} of {pieces_left} were not begun. The others were."
    return "You withdrew within fourteen days, and nothing of it was looked at, downloaded or used."


REASONS = {
    Verdict.GONE: "Its money has gone back already.",
    Verdict.BUSINESS: "You bought it for a business, with a VAT id. The right of withdrawal is for consumers.",
    Verdict.LATE: "The fourteen days after the order are over.",
    Verdict.BEGUN: (
        "You agreed to begin at once and that this ends the right, we confirmed it by mail, and the key was looked at, "
        "downloaded for, or used."
    ),
}
