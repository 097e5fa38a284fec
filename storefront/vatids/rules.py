"""What the service for VAT ids can say, and what follows from it. Pure."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

WAITS = (
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=2),
    timedelta(days=4),
    timedelta(days=7),
)
"""How long to wait after each time that nobody could say; after the last one staff ask in another way."""
_CONSULTATION = re.compile(r"[A-Za-z0-9-]{1,40}")


class Standing(StrEnum):
    """What is known of a buyer's VAT id; `unknown`: its syntax and check digits are right, and nobody said more."""

    NONE = "none"
    UNKNOWN = "unknown"
    VALID = "valid"
    INVALID = "invalid"


class State(StrEnum):
    """How far the question stands that an invoice raised."""

    OPEN = "open"
    VALID = "valid"
    INVALID = "invalid"
    UNANSWERED = "unanswered"


NEEDS_STAFF = (State.INVALID, State.UNANSWERED)


@dataclass(frozen=True, kw_only=True)
class Question:
    """A VAT id, and the shop's own, for which the service gives its answer a number."""

    vat_id: str
    own: str

    @property
    def words(self) -> dict[str, str]:
        """As the service's interface has it."""
        asked = {"countryCode": self.vat_id[:2], "vatNumber": self.vat_id[2:]}
        own = {"requesterMemberStateCode": self.own[:2], "requesterNumber": self.own[2:]}
        return asked | own if self.own else asked


@dataclass(frozen=True, kw_only=True)
class Said:
    """An answer: valid, invalid or unknown. `consultation`: the number by which the service proves that it was asked."""

    standing: Standing
    consultation: str = ""


UNKNOWN = Said(standing=Standing.UNKNOWN)


def read(answer: object, question: Question) -> Said:
    """An answer as it came. Only a plain yes or no about the id that was asked for counts; all else is unknown."""
    if not isinstance(answer, dict):
        return UNKNOWN
    asked = question.words
    is_about_it = all(answer.get(name, asked[name]) == asked[name] for name in ("countryCode", "vatNumber"))
    if not is_about_it or not isinstance(answer.get("valid"), bool):
        return UNKNOWN
    number = answer.get("requestIdentifier")
    proof = number if isinstance(number, str) and _CONSULTATION.fullmatch(number) else ""
    return Said(standing=Standing.VALID if answer["valid"] else Standing.INVALID, consultation=proof)


def after(standing: Standing, asked: int) -> tuple[State, timedelta | None]:
    """How the question stands after its so-manieth answer, and how long to wait before it is asked again."""
    if standing is Standing.UNKNOWN:
        return (State.OPEN, WAITS[asked - 1]) if asked <= len(WAITS) else (State.UNANSWERED, None)
    return State(standing.value), None
