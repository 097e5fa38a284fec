"""Days until a bank's deadline, and what evidence is made of. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from storefront.orders.rules import OrderState
from storefront.payments.rules import DisputeState

FIELDS = ("product_description", "service_date", "access_activity_log", "uncategorized_text")
"""The fields of Stripe's evidence that are text (docs.stripe.com/api/disputes/update): letters to the customer themselves
are a file there, so what is told about them stands in the last one."""
LONGEST = 20_000
"""Characters in each, as Stripe says."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something the shop knows happened, without a word about who."""

    at: datetime
    words: str


def days_left(due_by: datetime | None, now: datetime) -> int | None:
    """Whole days until then; below nothing once it is over, None for no deadline."""
    return None if due_by is None else (due_by - now).days


def is_undecided(state: DisputeState, order: OrderState, *, decided: bool) -> bool:
    """Whether somebody has to say which licenses end with what was lost."""
    return state is DisputeState.LOST and order is OrderState.PAID and not decided


def log(facts: Sequence[Fact]) -> str:
    """What happened, one line each, oldest first, as much as a field takes."""
    lines = [
        f"{one.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC: {one.words}" for one in sorted(facts, key=lambda one: one.at)
    ]
    while sum(len(line) + 1 for line in lines) > LONGEST:
        lines.pop()
    return "\n".join(lines)
