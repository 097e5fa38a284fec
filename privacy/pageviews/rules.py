"""How sums are shown, and when a visit is discarded. Pure."""

from datetime import datetime, timedelta

FEW = 5
KEPT = timedelta(days=90)


def shown(times: int) -> str:
    """A count as it may be published: a small one says too much about too few people (clause P3a)."""
    return f"fewer than {FEW}" if times < FEW else f"{times:,}"


def discard_at(at: datetime) -> datetime:
    """The moment after which nobody reads this visit (clause P4a)."""
    return at + KEPT


def is_followed(owner: int | None, visitor: int | None) -> bool:
    """True if a page belongs on this list: the list of an account grows only while that account is signed in, and a
    list without an account only while nobody is (a visit is tied to a person by their own act alone)."""
    return owner == visitor
