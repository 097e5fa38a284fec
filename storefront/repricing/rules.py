"""From when a new price holds. Pure."""

from datetime import UTC, date, datetime, time, timedelta

from core.errors import Invalid
from storefront.licenses.rules import Term
from storefront.renewals.rules import PRICE_NOTICE, due_at


class TooSoon(Invalid):
    code = "too_soon"
    sentence = (
        f"A new price holds for periods that begin more than {PRICE_NOTICE.days} days from today, so that everybody hears of "
        "it in time. Nothing was announced."
    )


def earliest(now: datetime) -> date:
    """The first day from which a price that is announced now may hold."""
    return (now.astimezone(UTC) + PRICE_NOTICE).date() + timedelta(days=1)


def check_day(day: date, now: datetime) -> datetime:
    """The moment from which it holds. Refuses with TooSoon."""
    if day < earliest(now):
        raise TooSoon
    return datetime.combine(day, time(), UTC)


def first_at(term: Term, anchor: datetime, periods: int, holds: datetime) -> datetime:
    """When the first period begins that costs the new price: the first unpaid one that begins from then on."""
    begins = due_at(term, anchor, periods)
    while begins < holds:
        periods += 1
        begins = due_at(term, anchor, periods)
    return begins
