"""Changing a plan: asked for, paid, applied, and taken back with its money."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core import clock
from core.access import PROGRAM
from core.db import session
from core.events import on
from core.jobs.service import start
from storefront.catalogue.models import Edition, Product
from storefront.licenses import certificates, resting
from storefront.licenses import rules as license_rules
from storefront.licenses.models import License
from storefront.licenses.rules import LicenseState, RestCause, Term
from storefront.money import Money
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.orders.placing import Piece
from storefront.orders.rules import OPEN_STATES, OrderKind
from storefront.orders.service import OrderRefunded, OrderSettled
from storefront.payments.disputes import DisputeWon, OrderDisputed
from storefront.plans import offering, rules
from storefront.plans.models import PlanChange
from storefront.plans.offering import Plan
from storefront.plans.rules import PlanRefused, When
from storefront.renewals import ordering, work
from storefront.renewals import service as renewals
from storefront.renewals.models import Subscription
from storefront.renewals.rules import SubscriptionState

ENDED = (LicenseState.REVOKED.value, LicenseState.TRANSFERRED.value)


@dataclass(frozen=True, kw_only=True)
class Coming:
    """What a license becomes with its next period, and what a period costs then."""

    edition: Edition
    seats: int
    price: Money
    at: datetime


def choose(license: License, plan: Plan, seen: int) -> Order | None:
    """Take a plan that costs what was seen: the order to pay, or None where nothing is to be paid now.

    Refuses with PlanRefused where the price is another by now, or an earlier change is being paid.
    """
    if plan.cost.charge.amount > seen:
        raise PlanRefused("It costs a little more than you were shown, since time went on. Please look again.")
    _give_up_open(license)
    if plan.cost.when is When.PAID:
        return _order(license, plan)
    subscription = renewals.find_for(license.id)
    if subscription is None:
        raise PlanRefused("This plan cannot be had for nothing. Nothing was changed.")
    subscription = renewals.lock(subscription.id)
    if plan.cost.when is When.NOW:
        _switch(license, subscription, plan.edition, plan.seats, plan.unit.amount)
    else:
        subscription.next_edition_id, subscription.next_unit = plan.edition.id, plan.unit.amount
        subscription.next_seats = plan.seats
        _drop_order_of_old_plan(subscription)
    return None


def keep_present(license: License) -> None:
    """Take back a change that was to come with the next period."""
    subscription = renewals.find_for(license.id)
    if subscription is not None:
        subscription = renewals.lock(subscription.id)
        offering.check_changeable(license, subscription)
        subscription.next_edition_id = subscription.next_unit = subscription.next_seats = None
        _drop_order_of_old_plan(subscription)


def find_coming(license: License) -> Coming | None:
    """The plan that comes with the next period."""
    subscription = renewals.find_for(license.id)
    if subscription is None or subscription.next_edition_id is None or subscription.next_unit is None:
        return None
    seats = subscription.next_seats or license.seats
    return Coming(
        edition=session.get_one(Edition, subscription.next_edition_id),
        seats=seats,
        price=Money(subscription.next_unit, subscription.currency) * seats,
        at=subscription.due_at,
    )


def changes_of(license_id: int) -> list[PlanChange]:
    """What became of it, the latest first."""
    wanted = select(PlanChange).where(PlanChange.license_id == license_id, PlanChange.applied_at.is_not(None))
    return list(session.scalars(wanted.order_by(PlanChange.id.desc())))


def listen() -> None:
    """Hear of orders that change plans."""
    on(OrderSettled, _paid)
    on(OrderRefunded, _back)
    on(OrderDisputed, _disputed)
    on(DisputeWon, _won)


def _order(license: License, plan: Plan) -> Order:
    subscription, product = renewals.find_for(license.id), session.get_one(Product, license.product_id)
    seats = f", {plan.seats} seats" if plan.edition.per_seat else ""
    piece = Piece(
        product_id=product.id,
        edition_id=plan.edition.id,
        title=product.name,
        edition_title=f"Change to {plan.edition.name[:50]}{seats}",
        source=product.source,
        term=plan.edition.term,
        unit=plan.cost.charge,
        quantity=1,
        tax_permille=0,
    )
    order = ordering.place(license, piece, f"change:{license.id}:{secrets.token_hex(8)}", OrderKind.CHANGE)
    was = subscription.unit if subscription else plan.unit.amount
    change = PlanChange(
        license_id=license.id,
        order_id=order.id,
        from_edition_id=license.edition_id,
        to_edition_id=plan.edition.id,
        from_seats=license.seats,
        to_seats=plan.seats,
        was_unit=was,
        unit=plan.unit.amount,
        charge=plan.cost.charge.amount,
        ahead=plan.cost.ahead.amount,
    )
    session.add(change)
    session.flush()
    return order


def _give_up_open(license: License) -> None:
    """One change at a time: one that nobody paid gives way. Refuses with PaymentInFlight while its money is on its way."""
    wanted = select(PlanChange.order_id).join(Order, Order.id == PlanChange.order_id)
    opened = wanted.where(PlanChange.license_id == license.id, Order.state.in_([one.value for one in OPEN_STATES]))
    for order_id in session.scalars(opened):
        orders.cancel(orders.lock(order_id), PROGRAM)


def _drop_order_of_old_plan(subscription: Subscription) -> None:
    """The order of the next period says the plan that was to come: the worker makes another."""
    if renewals.find_open(subscription.id) is not None:
        raise PlanRefused("The next period is being paid just now. Pay it or give its order up, then change the plan.")


def _paid(event: OrderSettled) -> None:
    change = session.scalar(select(PlanChange).where(PlanChange.order_id == event.order_id))
    if change is None or change.applied_at is not None:
        return
    license, subscription = _locked(change)
    if not _can_take(license, subscription):
        start(work.GIVE_BACK, order_id=event.order_id)
        return
    change.applied_at = clock.now()
    edition = session.get_one(Edition, change.to_edition_id)
    if subscription is not None:
        _count_paid(subscription, edition, change)
        _switch(license, subscription, edition, change.to_seats, change.unit)
        return
    was = session.get_one(Edition, license.edition_id)
    license.edition_id, license.seats = edition.id, change.to_seats
    if was.term == Term.TRIAL:
        _begin(license, edition, change)
    certificates.write_plan(license)


def _begin(license: License, edition: Edition, change: PlanChange) -> None:
    """A trial that became something lasting: its time begins on the day on which it is paid."""
    now = clock.now()
    license.expires_at = license_rules.ends_at(Term(edition.term), now)
    license.updates_until = license_rules.after_months(now, edition.update_months) if edition.update_months else None
    if edition.term in offering.GOING_ON:
        renewals.begin(license, change.unit, offering.currency_of(license), change.charge, now)


def _can_take(license: License, subscription: Subscription | None) -> bool:
    is_over = subscription is not None and subscription.state == SubscriptionState.ENDED
    return license.returned_at is None and license.state not in ENDED and not is_over


def _count_paid(subscription: Subscription, edition: Edition, change: PlanChange) -> None:
    """What is paid for from now on; a plan with another term begins a period today."""
    now, code = clock.now(), subscription.currency
    standing = offering.standing_of(subscription)
    if edition.term == subscription.term:
        then = rules.after(standing, Money(change.charge, code), Money(change.ahead, code), now)
        subscription.paid, subscription.ahead = then.paid.amount, then.ahead.amount
        subscription.paid_from, subscription.paid_until = then.since, then.until
        return
    subscription.paid = rules.worth(standing, now).amount + change.charge
    renewals.begin_anew(subscription, Term(edition.term), now)


def _switch(license: License, subscription: Subscription, edition: Edition, seats: int, unit: int) -> None:
    license.edition_id, license.seats = edition.id, seats
    license.expires_at, subscription.unit = subscription.due_at, unit
    subscription.next_edition_id = subscription.next_unit = subscription.next_seats = None
    subscription.announced_unit = subscription.announced_from = None
    certificates.write_plan(license)


def _back(event: OrderRefunded) -> None:
    """The money of a change went back: the license is what it was, unless it became something else since."""
    change = session.scalar(select(PlanChange).where(PlanChange.order_id == event.order_id))
    if change is None or change.applied_at is None or change.undone_at is not None:
        return
    license, subscription = _locked(change)
    resting.wake(license, RestCause.DISPUTE, event.order_id)
    change.undone_at = clock.now()
    if (license.edition_id, license.seats) != (change.to_edition_id, change.to_seats):
        return
    was = session.get_one(Edition, change.from_edition_id)
    license.edition_id, license.seats = was.id, change.from_seats
    if was.term == Term.TRIAL:
        _end(license, subscription)
    elif subscription is not None and was.term == subscription.term:
        subscription.unit = change.was_unit
        subscription.paid = max(0, subscription.paid - change.charge)
    certificates.write_plan(license)


def _disputed(event: OrderDisputed) -> None:
    """A license rests while a bank holds the money of what it was changed to."""
    change = _standing(event.order_id)
    if change is not None:
        resting.rest(_locked(change)[0], RestCause.DISPUTE, event.order_id)


def _won(event: DisputeWon) -> None:
    change = _standing(event.order_id)
    if change is not None:
        license, subscription = _locked(change)
        resting.wake(license, RestCause.DISPUTE, event.order_id)
        if subscription is not None:
            renewals.go_on(subscription)


def _standing(order_id: int) -> PlanChange | None:
    """The change that this order paid, where it holds."""
    mine = (PlanChange.order_id == order_id, PlanChange.applied_at.is_not(None), PlanChange.undone_at.is_(None))
    return session.scalar(select(PlanChange).where(*mine))


def _end(license: License, subscription: Subscription | None) -> None:
    """A trial that was bought and given back: its days are over."""
    license.expires_at = clock.now()
    if subscription is not None:
        renewals.end(subscription)


def _locked(change: PlanChange) -> tuple[License, Subscription | None]:
    found = renewals.find_for(change.license_id)
    subscription = renewals.lock(found.id) if found else None
    wanted = select(License).where(License.id == change.license_id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one(), subscription
