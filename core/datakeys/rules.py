"""Kinds of keeping: which values of a person share a key, and when such a key may be used for the last time. Pure."""

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class Period(StrEnum):
    """How often a fresh key begins: once for all, with each month, or with each year."""

    NONE = ""
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Values that are kept for the same reason and equally long. title and sentence are for people.

    years: full years after the end of the key's period, 0 where something else (an order's end, an erasure) ends it.
    """

    name: str
    title: str
    sentence: str
    period: Period = Period.NONE
    years: int = 0


ACCOUNT = Kept(name="account", title="The account itself", sentence="as long as the account")
COMMUNICATION = Kept(
    name="communication",
    title="Mails and letters",
    sentence="two years from the end of the month",
    period=Period.MONTH,
    years=2,
)

_kinds: dict[str, Kept] = {kind.name: kind for kind in (ACCOUNT, COMMUNICATION)}


def keep(kind: Kept) -> None:
    """Let sealed columns be kept this way."""
    _kinds[kind.name] = kind


def kind_of(name: str) -> Kept:
    """The kind of that name. Raises KeyError."""
    return _kinds[name]


def kinds() -> tuple[Kept, ...]:
    """All of them, in the order in which they were named."""
    return tuple(_kinds.values())


def part_of(kind: Kept, now: datetime) -> str:
    """The period in which a value that is sealed now belongs: "2026-11", "2026", or ""."""
    forms = {Period.MONTH: "%Y-%m", Period.YEAR: "%Y"}
    return now.astimezone(UTC).strftime(forms[kind.period]) if kind.period else ""


def last_use(kind: Kept, part: str) -> datetime | None:
    """The moment from which nothing of that period opens any more; None where only an act ends it."""
    if not kind.period or not kind.years:
        return None
    year, _, month = part.partition("-")
    last = int(month or 12)
    _first, days = calendar.monthrange(int(year), last)
    end = datetime(int(year), last, days, 23, 59, 59, tzinfo=UTC)
    # A leap day has no anniversary in most years: its period ends with the last of February.
    day = min(end.day, calendar.monthrange(end.year + kind.years, end.month)[1])
    return end.replace(year=end.year + kind.years, day=day)
