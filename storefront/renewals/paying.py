"""What a paid period does to a subscription and its license, and what it undoes when its money goes back."""

from datetime import datetime

from core import clock
from core.db import session
from storefront.catalogue.models import Edition
from storefront.licenses import resting
from storefront.licenses.models import License
from storefront.licenses.rules import RestCause, Term
from storefront.renewals import rules, service
from storefront.renewals.models import Renewal, Subscription
from storefront.renewals.rules import SubscriptionState, SubscriptionVerb


def settle(subscription: Subscription, renewal: Renewal, amount: int) -> None:
    """One more period is paid, this much with tax. Who pays while it rests begins a new period on that day."""
    now, license = clock.now(), service.get_license(subscription)
    rested = subscription.state == SubscriptionState.SUSPENDED
    if rested:
        subscription.anchor_at, subscription.periods, subscription.due_at = now, 0, now
    with session.no_autoflush:  # between two terms there is no period for a moment
        _count_anew(subscription)
        service.change(subscription, SubscriptionVerb.PAY)
        renewal.starts_at, subscription.periods = subscription.due_at, subscription.periods + 1
        due = rules.due_at(Term(subscription.term), subscription.anchor_at, subscription.periods)
        renewal.ends_at = due
        _take_announced(subscription, renewal.starts_at)
        _count_paid(subscription, amount, due)
        subscription.due_at, subscription.tried_at, subscription.steps_done = due, None, 0
    _lengthen(license, due, rested=rested)
    session.flush()
    if renewal.starts_at <= now:
        service.take_next(subscription)
    service.schedule(subscription)


def take_back(subscription: Subscription, renewal: Renewal) -> None:
    """The money of a period went back: that period is gone, not those before it, and nothing more is asked for."""
    now = clock.now()
    if renewal.starts_at is None or renewal.ends_at != subscription.due_at or renewal.ends_at <= now:
        return
    service.end(subscription)
    subscription.due_at = max(renewal.starts_at, now)
    subscription.ahead, subscription.paid_until = 0, subscription.due_at
    service.get_license(subscription).expires_at = subscription.due_at


def _take_announced(subscription: Subscription, begins: datetime) -> None:
    """A price that was announced is the agreed one from its first period on, unless another plan comes with that."""
    if (
        subscription.announced_from is None
        or subscription.announced_unit is None
        or begins < subscription.announced_from
    ):
        return
    subscription.unit = subscription.announced_unit
    subscription.announced_unit = subscription.announced_from = None


def _count_anew(subscription: Subscription) -> None:
    """A plan with another term counts its periods from where the old one's end."""
    if subscription.next_edition_id is None:
        return
    term = session.get_one(Edition, subscription.next_edition_id).term
    if term != subscription.term:
        subscription.term, subscription.anchor_at, subscription.periods = term, subscription.due_at, 0


def _count_paid(subscription: Subscription, amount: int, due: datetime) -> None:
    """What was paid for which time: the time that runs, and the period ahead."""
    begins = subscription.due_at
    if begins > clock.now():
        service.roll(subscription)
        subscription.ahead, subscription.paid_until = amount, begins
    else:
        subscription.paid, subscription.paid_from, subscription.paid_until = amount, begins, due
        subscription.ahead = 0


def _lengthen(license: License, due: datetime, *, rested: bool) -> None:
    """The license lasts to the end of what is paid; one that rested for want of it alone works again."""
    if rested:
        resting.wake(license, RestCause.UNPAID)
    resting.lengthen(license, due)
