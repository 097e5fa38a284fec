"""What a review may be, and how it is put on a page. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.errors import Invalid, NotAllowed
from core.text import without_controls

STARS = (1, 2, 3, 4, 5)
SHORTEST, LONGEST, LONGEST_REASON = 10, 4_000, 300
NOBODY = "A former member"
REMOVED_NAME = "former member"


class Order(StrEnum):
    """How a list of reviews stands."""

    NEWEST = "newest"
    HELPFUL = "helpful"


ORDERS = {Order.NEWEST: "Newest", Order.HELPFUL: "Most helpful"}


class NotAHolder(NotAllowed):
    """Only those who hold a product's license write about it."""

    code = "not_a_holder"
    title = "For those who hold a license"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a page of reviews begins: below this one."""

    value: int
    id: int


def check_body(typed: str) -> str:
    """The text as it is kept. Raises Invalid."""
    body = without_controls(typed).replace("\r\n", "\n").strip()
    if not SHORTEST <= len(body) <= LONGEST:
        raise Invalid(f"Please write between {SHORTEST} and {LONGEST:,} characters; these are {len(body):,}.")
    return body


def check_reason(typed: str) -> str:
    """Why a review is hidden. Raises Invalid."""
    reason = " ".join(without_controls(typed).split())
    if not 3 <= len(reason) <= LONGEST_REASON:
        raise Invalid(f"Please say in 3 to {LONGEST_REASON} characters why. Its author reads it.")
    return reason


def average(total: int, count: int) -> str:
    """The mean of some ratings with one decimal; empty for none."""
    return f"{round(total / count, 1):.1f}" if count else ""


def read_order(given: Mapping[str, str]) -> Order:
    """The order that an address asks for."""
    asked = given.get("sort", "")
    return Order(asked) if asked in set(Order) else Order.NEWEST


def read_place(text: str) -> Place | None:
    """Where a page begins; None for anything that is no place."""
    found = re.fullmatch(r"([0-9]{1,9})~([0-9]{1,15})", text, re.ASCII)
    return Place(value=int(found[1]), id=int(found[2])) if found else None


def without_name(text: str, name: str) -> str:
    """The text, in which somebody is not called by name."""
    words = r"\s+".join(re.escape(part) for part in name.split())
    return re.sub(rf"(?<!\w){words}(?!\w)", REMOVED_NAME, text, flags=re.IGNORECASE) if words else text
