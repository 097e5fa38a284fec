"""What the worker does about subscriptions, each in a transaction of its own: the steps whose moment has come."""

from sqlalchemy import or_, select

from core import clock
from core.access import PROGRAM
from core.db import session
from core.errors import Conflict
from core.jobs.service import job, start
from storefront.licenses import resting
from storefront.licenses.models import License
from storefront.licenses.rules import RestCause, Term
from storefront.orders import service as orders
from storefront.orders.rules import OrderState
from storefront.renewals import letters, ordering, rules, service
from storefront.renewals.models import Subscription
from storefront.renewals.rules import Planned, Step, SubscriptionState

AT_ONCE = 500
GIVE_BACK = "renewals.give_back"


@job("renewals.look", every=5)
def look() -> None:
    """Start a job for every subscription about which something is to be done; those that a dispute holds wait for its end."""
    held = resting.rests_for(Subscription.license_id, RestCause.DISPUTE)
    goes_on = or_(~held, Subscription.state == SubscriptionState.CANCELLING.value)
    due = select(Subscription.id).where(Subscription.next_at <= clock.now(), goes_on).order_by(Subscription.next_at)
    for subscription_id in session.scalars(due.limit(AT_ONCE)):
        start("renewals.advance", subscription_id=subscription_id)


@job("renewals.advance")
def advance(subscription_id: int) -> None:
    """Take the steps that are due. A second job at the same time finds nothing to do."""
    subscription = service.lock(subscription_id)
    if subscription.state != SubscriptionState.CANCELLING and service.is_held(subscription):
        return
    while subscription.next_at is not None and subscription.next_at <= clock.now():
        if service.is_next_paid(subscription) and subscription.paid_until <= clock.now():
            service.roll(subscription)
            service.take_next(subscription)
            continue
        if subscription.state == SubscriptionState.CANCELLING:
            _end(subscription)
            return
        steps = rules.planned(Term(subscription.term), subscription.due_at, subscription.tried_at)
        _take(subscription, steps[subscription.steps_done])


@job("renewals.close")
def close(subscription_id: int) -> None:
    """Give up the order of a period that nobody wants any more; one whose money is on its way is answered first."""
    opened = service.find_open(subscription_id)
    if opened is None:
        return
    order = orders.lock(opened.id)
    try:
        orders.cancel(order, PROGRAM)
    except Conflict:
        return


@job(GIVE_BACK)
def give_back(order_id: int) -> None:
    """Money came for a subscription that had ended meanwhile: it goes back."""
    order = orders.lock(order_id)
    if order.state == OrderState.PAID:
        orders.refund(order, PROGRAM)


def _take(subscription: Subscription, planned: Planned) -> None:
    """One step; counted before it is taken, since being paid begins the count again."""
    subscription.steps_done += 1
    STEPS[planned.step](subscription, planned)
    service.schedule(subscription)


def _remind(subscription: Subscription, planned: Planned) -> None:
    """Late reminders say nothing new: the next step says more."""
    following = rules.planned(Term(subscription.term), subscription.due_at, None)[subscription.steps_done]
    if following.at > clock.now():
        price = ordering.price_of(subscription, session.get_one(License, subscription.license_id))
        letters.remind(subscription, price)


def _charge(subscription: Subscription, planned: Planned) -> None:
    is_first = subscription.tried_at is None
    subscription.tried_at = subscription.tried_at or clock.now()
    ordering.charge(subscription, is_asked=is_first or planned.is_last)


def _overdue(subscription: Subscription, planned: Planned) -> None:
    service.grant_grace(subscription)
    letters.tell_overdue(subscription, service.find_open(subscription.id))


def _suspend(subscription: Subscription, planned: Planned) -> None:
    service.suspend(subscription)
    letters.tell_suspended(subscription, service.find_open(subscription.id))


def _end(subscription: Subscription, planned: Planned | None = None) -> None:
    service.end(subscription)
    letters.tell_ended(subscription)


STEPS = {Step.REMIND: _remind, Step.CHARGE: _charge, Step.OVERDUE: _overdue, Step.SUSPEND: _suspend, Step.END: _end}
