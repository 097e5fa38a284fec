"""How sums are shown, and when visits and sums are discarded. Pure."""

from calendar import monthrange
from datetime import date, datetime, timedelta

FEW = 5
KEPT = timedelta(days=90)
MONTHS_COUNTED = 13
"""So that a month can be compared with the same one of the year before."""


def shown(times: int) -> str:
    """A count as it may be published: a small one says too much about too few people (clause P3a)."""
    return f"fewer than {FEW}" if times < FEW else f"{times:,}"


def discard_at(at: datetime) -> datetime:
    """The moment after which nobody reads this visit (clause P4a)."""
    return at + KEPT


def counted_until(day: date) -> date:
    """The day from which nobody reads what was counted on this one: 13 months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + MONTHS_COUNTED, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_followed(owner: int | None, visitor: int | None) -> bool:
    """True if a page belongs on this list: the list of an account grows only while that account is signed in, and a
    list without an account only while nobody is (a visit is tied to a person by their own act alone)."""
    return owner == visitor
