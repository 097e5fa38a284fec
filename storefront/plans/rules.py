"""What a change of plan costs, so that no cent is made or lost however often a plan changes. Pure; all prices with tax.

What was paid is either used up by time or still worth something: the two add up to it at every moment. A change pays the
difference between what the new plan costs for the time that is left and what is still worth something of the old one.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.errors import Conflict
from storefront.money import Money, zero


class PlanRefused(Conflict):
    """This license cannot have that plan; the sentence says why."""

    code = "plan_refused"
    title = "That plan cannot be had"


class When(StrEnum):
    """When a change takes effect: once it is paid, at once for nothing, or with the next period."""

    PAID = "paid"
    NOW = "now"
    NEXT = "next"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What is paid for: `paid` from `since` to `until`, `ahead` from there to `due` (the same moment where nothing is).

    `began` is when the period that runs began: a price is for the time from there to `until`.
    """

    paid: Money
    began: datetime
    since: datetime
    until: datetime
    due: datetime
    ahead: Money

    @property
    def has_ahead(self) -> bool:
        """Whether the next period is paid, too."""
        return self.until < self.due


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What a change costs: `plan` for the time that is left, less `worth`. `ahead` of the difference is for the next period."""

    plan: Money
    worth: Money
    ahead: Money

    @property
    def charge(self) -> Money:
        """What is to be paid now; below nothing where the old plan is worth more."""
        return self.plan - self.worth

    @property
    def when(self) -> When:
        """A cheaper plan comes with the next period: what is paid is used, not paid out."""
        if self.charge.amount > 0:
            return When.PAID
        return When.NEXT if self.charge.amount < 0 else When.NOW


def used_and_left(paid: Money, since: datetime, until: datetime, now: datetime) -> tuple[Money, Money]:
    """What is used up of this money, and what is left, by the second; the two add up to it."""
    whole = _seconds(since, until)
    if whole <= 0:
        return paid, zero(paid.currency)
    past = min(max(_seconds(since, now), 0), whole)
    used, left = paid.allocate([past, whole - past])
    return used, left


def worth(standing: Standing, now: datetime) -> Money:
    """What is still worth something."""
    return used_and_left(standing.paid, standing.since, standing.until, now)[1] + standing.ahead


def same_term(standing: Standing, price: Money, now: datetime) -> Cost:
    """A plan with the same term: its price for what is left of this period, and for the next one where that is paid."""
    current = used_and_left(price, standing.began, standing.until, now)[1]
    ahead = price if standing.has_ahead else zero(price.currency)
    return Cost(plan=current + ahead, worth=worth(standing, now), ahead=ahead - standing.ahead)


def other_term(standing: Standing, price: Money, now: datetime) -> Cost:
    """A plan with another term begins a whole period of its own on the day on which it is paid."""
    return Cost(plan=price, worth=worth(standing, now), ahead=zero(price.currency))


def paid_once(price: Money, paid: Money) -> Cost:
    """A plan without an end: its price, less all that was paid for the license."""
    return Cost(plan=price, worth=paid, ahead=zero(price.currency))


def after(standing: Standing, charge: Money, ahead: Money, now: datetime) -> Standing:
    """What is paid for once this charge has been; `ahead` of it is for the next period."""
    if standing.until <= now:
        standing = rolled(standing, now)
    left = used_and_left(standing.paid, standing.since, standing.until, now)[1]
    later = ahead if standing.has_ahead else zero(ahead.currency)
    return replace(standing, paid=left + charge - later, since=now, ahead=standing.ahead + later)


def rolled(standing: Standing, now: datetime) -> Standing:
    """What was ahead runs now, once its time has come."""
    if not standing.has_ahead or standing.until > now:
        return standing
    return replace(
        standing,
        paid=standing.ahead,
        began=standing.until,
        since=standing.until,
        until=standing.due,
        ahead=zero(standing.ahead.currency),
    )


def _seconds(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds())
