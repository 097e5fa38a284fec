"""Bulk actions: their states, and what staff type for one. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum

from core.errors import Conflict, Invalid

MOST = 2_000
"""So many things at most are frozen for one action."""
SHORTEST_REASON, LONGEST_REASON = 8, 200
MOST_DAYS = 3_650


class BulkRefused(Invalid):
    code = "bulk_refused"


class BulkConflict(Conflict):
    code = "bulk_conflict"


class RunState(StrEnum):
    """Asking: something is still to be typed. Draft: shown, nothing done yet."""

    ASKING = "asking"
    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    DROPPED = "dropped"


class RowState(StrEnum):
    """Chosen: not looked at yet. Ready: will be done. Refused: why stands beside it."""

    CHOSEN = "chosen"
    READY = "ready"
    REFUSED = "refused"
    DONE = "done"


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What was typed for a run, its number, and the moment from which it counts."""

    run: int
    at: datetime
    given: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """One thing as it would be changed: its name, where it is, what holds now and then, and why it will not be done ("")."""

    thing_id: int
    label: str
    address: str = ""
    now: str
    then: str = ""
    refusal: str = ""


def read_reason(typed: str) -> str:
    """Some words for the record. Refuses with BulkRefused."""
    words = " ".join(typed.split())
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        raise BulkRefused(f"Please write why in {SHORTEST_REASON} to {LONGEST_REASON} letters. Nothing was changed.")
    return words


def read_days(typed: str) -> str:
    """A number of days. Refuses with BulkRefused."""
    digits = typed.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 6 and 1 <= int(digits) <= MOST_DAYS):
        raise BulkRefused(f"Please write a number of days from 1 to {MOST_DAYS}. Nothing was changed.")
    return str(int(digits))


def read_percent(typed: str) -> str:
    """A change in percent: `-10`, `+7.5`, `2,25 %`. Refuses with BulkRefused."""
    found = _PERCENT.fullmatch(typed.strip().replace("−", "-").replace(",", "."))
    share = Decimal(found["number"]) if found else Decimal(0)
    if not -90 <= share <= 500 or not share:
        raise BulkRefused("Please write a change from -90 to 500 percent, like -10 or 7.5. Nothing was changed.")
    return f"{share.normalize():f}"


def changed(amount: int, percent: str) -> int:
    """An amount in minor units, changed by so many percent and rounded to a whole one; halves go up."""
    with localcontext(prec=40):
        return int((amount * (100 + Decimal(percent)) / 100).quantize(Decimal(1), ROUND_HALF_UP))


_PERCENT = re.compile(r"(?P<number>[+-]?[0-9]{1,3}(?:\.[0-9]{1,2})?) ?%?", re.ASCII)
