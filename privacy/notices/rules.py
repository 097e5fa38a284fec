"""What a new version brings, when it may start, and whether a page has to say so. Pure."""

from datetime import datetime, timedelta

from privacy import register
from privacy.policies.comparing import Kind, compare

SHOWN_AFTER = timedelta(days=30)
"""For how long after its start a version is still announced to readers who said nothing."""

LEAST_DAYS = 1


def time_of_notice(days: int) -> timedelta:
    """How long a version is posted before it starts: never not at all."""
    return timedelta(days=max(days, LEAST_DAYS))


def new_uses(number: int) -> list[register.Purpose]:
    """The purposes that came with that version and may be switched."""
    return [one for one in register.purposes.values() if one.since == number and one.optional]


def new_sentences(before: str, after: str) -> list[str]:
    """What the promises say that they did not say before, without the lists that follow them."""
    parts = [part for part in compare(before, after) if part.id]
    return [line.after for part in parts for line in part.lines if line.kind in {Kind.ADDED, Kind.CHANGED}]


def is_news(effective_at: datetime, now: datetime) -> bool:
    """True while strangers are told: until it starts and for some days after."""
    return now < effective_at + SHOWN_AFTER


def cause(number: int, account_id: int) -> str:
    """The cause that mails once: this version, this person."""
    return f"policy:{number}:{account_id}"


def version_of(once: str) -> int:
    """The version that a cause names, 0 for another cause."""
    kind, _, rest = once.partition(":")
    number = rest.partition(":")[0]
    return int(number) if kind == "policy" and number.isascii() and number.isdigit() else 0
