"""What can be done with subscriptions: begin, order the next period, pay, cancel, resume, end.

Whoever changes one locks its open order first, then the subscription, then the license, so that nobody waits in a circle.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, SQLColumnExpression, delete, exists, func, select

from core import clock
from core.db import session
from core.errors import NotFound
from core.jobs.service import start
from storefront.catalogue.models import Edition
from storefront.licenses import certificates, resting
from storefront.licenses import rules as license_rules
from storefront.licenses import service as licenses
from storefront.licenses.models import License
from storefront.licenses.rules import LicenseState, LicenseVerb, RestCause, Term
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.orders.rules import OPEN_STATES, OrderState
from storefront.renewals import letters, rules
from storefront.renewals.models import Renewal, Subscription
from storefront.renewals.rules import RenewalConflict, Step, SubscriptionState, SubscriptionVerb


def find_for(license_id: int) -> Subscription | None:
    """The subscription of a license."""
    return session.scalar(select(Subscription).where(Subscription.license_id == license_id))


def goes_on(license_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether a license renews, as a part of the select that names it."""
    mine = (Subscription.license_id == license_id, Subscription.state == SubscriptionState.ACTIVE.value)
    return exists().where(*mine).correlate(License)


def lock_for(account_id: int, public_id: str) -> Subscription:
    """One's own, so that nobody else changes it until this transaction ends. Raises NotFound."""
    found = find_for(licenses.get_for(account_id, public_id).license.id)
    if found is None:
        raise NotFound("This license does not renew.")
    return lock(found.id)


def lock(subscription_id: int) -> Subscription:
    """The same by its number; its open order is locked before it."""
    opened = find_open(subscription_id)
    if opened is not None:
        orders.lock(opened.id)
    wanted = select(Subscription).where(Subscription.id == subscription_id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def find_open(subscription_id: int) -> Order | None:
    """The order of its next period, if one waits for money."""
    wanted = select(Order).join(Renewal, Renewal.order_id == Order.id)
    mine = (Renewal.subscription_id == subscription_id, Order.state.in_([state.value for state in OPEN_STATES]))
    return session.scalar(wanted.where(*mine).order_by(Renewal.number.desc()).limit(1))


def begin(license: License, unit: int, currency: str, paid: int, since: datetime) -> Subscription:
    """A license is paid for a month or a year from this moment: it can go on. Minor units, tax included."""
    edition = session.get_one(Edition, license.edition_id)
    due = rules.due_at(Term(edition.term), since, 1)
    made = Subscription(
        license_id=license.id,
        term=edition.term,
        anchor_at=since,
        periods=1,
        due_at=due,
        state=SubscriptionState.ACTIVE.value,
        currency=currency,
        unit=unit,
        paid=paid,
        paid_from=since,
        paid_until=due,
        ahead=0,
        steps_done=0,
        next_at=None,
        changed_at=clock.now(),
    )
    schedule(made)
    session.add(made)
    session.flush()
    return made


def begin_anew(subscription: Subscription, term: Term, now: datetime) -> None:
    """A first period of another term begins today."""
    subscription.term, subscription.anchor_at, subscription.periods = term.value, now, 1
    subscription.due_at = subscription.paid_until = rules.due_at(term, now, 1)
    subscription.paid_from, subscription.ahead = now, 0
    subscription.tried_at, subscription.steps_done = None, 0
    schedule(subscription)


def take_next(subscription: Subscription) -> None:
    """What was chosen for the next period holds from now on: edition, price and seats."""
    license = get_license(subscription)
    if subscription.next_edition_id is not None and subscription.next_unit is not None:
        license.edition_id, subscription.unit = subscription.next_edition_id, subscription.next_unit
        license.seats = subscription.next_seats or license.seats
        subscription.next_edition_id = subscription.next_unit = subscription.next_seats = None
        subscription.announced_unit = subscription.announced_from = None
        certificates.write_plan(license)
    schedule(subscription)


def is_next_paid(subscription: Subscription) -> bool:
    """Whether what was chosen for the next period is paid for already, and waits for that to begin."""
    return subscription.next_edition_id is not None and subscription.paid_until < subscription.due_at


def cancel(subscription: Subscription) -> None:
    """Ask for nothing more. Refuses with RenewalConflict. It works to the end of what is paid."""
    change(subscription, SubscriptionVerb.CANCEL)
    if subscription.state == SubscriptionState.ENDED:
        _rest(subscription)
    start("renewals.close", subscription_id=subscription.id)
    letters.tell_cancelled(subscription)


def resume(subscription: Subscription) -> None:
    """Go on after all. Refuses with RenewalConflict."""
    change(subscription, SubscriptionVerb.RESUME)
    letters.tell_resumed(subscription)


def check_payable(subscription: Subscription) -> None:
    """Refuses with RenewalConflict what is not to be paid now: ended, or paid for long enough."""
    if subscription.state == SubscriptionState.ENDED:
        raise RenewalConflict("This subscription has ended. The license can be bought anew.")
    if subscription.due_at - clock.now() > rules.PAYS_EARLY:
        raise RenewalConflict("The next period can be paid from thirty days before it begins. Nothing was changed.")


def end(subscription: Subscription) -> None:
    """It is over: nothing more is asked for, and the license ends where its paid time does."""
    if rules.can(SubscriptionState(subscription.state), SubscriptionVerb.END):
        change(subscription, SubscriptionVerb.END)
        _rest(subscription)
        start("renewals.close", subscription_id=subscription.id)


def follow(license: License, taken: License) -> None:
    """The license was passed on: its subscription goes along, and renews only if whoever has it now asks it to."""
    subscription = find_for(license.id)
    if subscription is not None:
        subscription.license_id = taken.id
        if subscription.state == SubscriptionState.ACTIVE:
            change(subscription, SubscriptionVerb.CANCEL)
        session.flush()


def end_past() -> None:
    """End what ran out before anybody looked: in the demonstration, whose past nobody was asked to pay for."""
    for subscription in session.scalars(select(Subscription).where(Subscription.due_at <= clock.now())):
        end(subscription)


def roll(subscription: Subscription) -> None:
    """What was paid ahead is for the time that runs, once that has come."""
    if subscription.ahead and subscription.paid_until <= clock.now():
        subscription.paid, subscription.ahead = subscription.ahead, 0
        subscription.paid_from, subscription.paid_until = subscription.paid_until, subscription.due_at


def forget(account_id: int) -> None:
    """Nothing goes on for somebody who is erased."""
    own = select(Subscription.id).join(License, License.id == Subscription.license_id)
    mine = own.where(License.account_id == account_id)
    session.execute(delete(Renewal).where(Renewal.subscription_id.in_(mine)))
    session.execute(delete(Subscription).where(Subscription.id.in_(mine)))


def change(subscription: Subscription, verb: SubscriptionVerb) -> None:
    """The one way in which its state changes. Refuses with RenewalConflict."""
    state = rules.check_verb(SubscriptionState(subscription.state), verb)
    subscription.state, subscription.changed_at = state.value, clock.now()
    schedule(subscription)


def schedule(subscription: Subscription) -> None:
    """When the worker looks at it next."""
    if subscription.state == SubscriptionState.ENDED:
        subscription.next_at = None
    elif subscription.state == SubscriptionState.CANCELLING:
        subscription.next_at = subscription.due_at
    else:
        steps = rules.planned(Term(subscription.term), subscription.due_at, subscription.tried_at)
        subscription.next_at = steps[min(subscription.steps_done, len(steps) - 1)].at
        if is_next_paid(subscription):
            subscription.next_at = min(subscription.next_at, subscription.paid_until)


def grant_grace(subscription: Subscription) -> None:
    """The period ends unpaid: let the license work for some days."""
    change(subscription, SubscriptionVerb.OVERDUE)
    get_license(subscription).expires_at = moment(subscription, Step.SUSPEND)


def suspend(subscription: Subscription) -> None:
    """The grace is over: the license rests until somebody pays."""
    change(subscription, SubscriptionVerb.SUSPEND)
    resting.rest(get_license(subscription), RestCause.UNPAID)


def is_held(subscription: Subscription) -> bool:
    """Whether it rests, because a bank holds money of its license, or took it: nothing is asked for meanwhile."""
    return RestCause.DISPUTE in resting.causes_of([subscription.license_id]).get(subscription.license_id, ())


def go_on(subscription: Subscription) -> None:
    """No dispute holds it any more: what was under way goes on from today, so that nobody loses grace by the rest."""
    if subscription.tried_at is not None:
        subscription.tried_at = clock.now()
    if subscription.state == SubscriptionState.GRACE:
        get_license(subscription).expires_at = moment(subscription, Step.SUSPEND)
    schedule(subscription)
    session.flush()


def moment(subscription: Subscription, step: Step) -> datetime:
    """When this step is taken, if nobody pays before."""
    return rules.moment_of(step, Term(subscription.term), subscription.due_at, subscription.tried_at)


def next_number(subscription_id: int) -> int:
    """The number of its next renewal."""
    wanted = select(func.coalesce(func.max(Renewal.number), 0)).where(Renewal.subscription_id == subscription_id)
    return int(session.scalar(wanted) or 0) + 1


def paid_renewals(subscription_id: int) -> list[tuple[Renewal, Order]]:
    """The periods that were renewed, the latest first, a dozen at most."""
    wanted = select(Renewal, Order).join(Order, Order.id == Renewal.order_id)
    paid = wanted.where(Renewal.subscription_id == subscription_id, Renewal.starts_at.is_not(None))
    rows = session.execute(paid.order_by(Renewal.number.desc()).limit(12))
    return [(renewal, order) for renewal, order in rows]


def has_gone_back(order: Order) -> bool:
    """Whether a renewal's money went back as a whole."""
    return order.state == OrderState.REFUNDED


def get_license(subscription: Subscription) -> License:
    """Its license, so that nobody else changes it until this transaction ends."""
    wanted = select(License).where(License.id == subscription.license_id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def _rest(subscription: Subscription) -> None:
    """What works on grace, or rests unpaid, ends where its paid time did."""
    license = get_license(subscription)
    if license.expires_at is None or license.expires_at <= subscription.due_at:
        return
    license.expires_at = subscription.due_at
    resting.wake(license, RestCause.UNPAID)
    if (
        subscription.due_at <= clock.now()
        and (LicenseState(license.state), LicenseVerb.EXPIRE) in license_rules.TRANSITIONS
    ):
        licenses.change(license, LicenseVerb.EXPIRE)
