"""Which plans a license can have, and what each would cost now."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from core import clock
from core.db import session
from storefront.bundles import service as bundles
from storefront.catalogue.models import Edition
from storefront.licenses import rules as license_rules
from storefront.licenses import seats as taken_seats
from storefront.licenses.models import License
from storefront.licenses.rules import Term
from storefront.money import Money, gross_of_net
from storefront.orders.models import Order, OrderLine
from storefront.plans import rules
from storefront.plans.models import PlanChange
from storefront.plans.rules import Cost, PlanRefused, Standing
from storefront.prices import service as prices
from storefront.renewals import rules as renewal_rules
from storefront.renewals import service as renewals
from storefront.renewals.models import Subscription
from storefront.renewals.rules import SubscriptionState
from storefront.tax import service as tax

MOST_SEATS = 999
LASTING = (Term.PERPETUAL.value,)
GOING_ON = (Term.MONTH.value, Term.YEAR.value)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A plan that the license can have: so many seats of an edition, at `unit` each, and what that costs now."""

    edition: Edition
    seats: int
    unit: Money
    cost: Cost
    is_present: bool

    @property
    def price(self) -> Money:
        """What it costs for a period, or for good."""
        return self.unit * self.seats


def plans_of(license: License) -> list[Plan]:
    """What the license can become with the seats that it has; its own plan among them. Refuses with PlanRefused."""
    return [_plan(license, edition, license.seats) for edition in _editions(license)]


def plan_of(license: License, edition_id: int, seats: int) -> Plan:
    """One of them, with so many seats. Refuses with PlanRefused what cannot be had."""
    edition = next((one for one in _editions(license) if one.id == edition_id), None)
    if edition is None:
        raise PlanRefused("This plan is not on sale for this license. Nothing was changed.")
    if not 1 <= seats <= MOST_SEATS or (seats != license.seats and not edition.per_seat):
        raise PlanRefused(f"A license has from 1 to {MOST_SEATS} seats. Nothing was changed.")
    if seats < (given := taken_seats.count(license.id)):
        raise PlanRefused(f"{given} of its seats are given to people. Take some back first. Nothing was changed.")
    plan = _plan(license, edition, seats)
    if plan.is_present:
        raise PlanRefused("That is the plan that the license has. Nothing was changed.")
    if plan.cost.when is not rules.When.PAID and edition.term in LASTING:
        raise PlanRefused("A license without an end keeps what was paid for: it can become more, not less.")
    return plan


def check_changeable(license: License, subscription: Subscription | None) -> None:
    """Refuses with PlanRefused or LicenseConflict what does not work now, or is not of our own making."""
    license_rules.check_usable(license_rules.LicenseState(license.state), license.expires_at, clock.now())
    if license.seat_of is not None:
        raise PlanRefused("This is a seat of an organization's license. Whoever manages that can change its plan.")
    if session.get_one(OrderLine, license.order_line_id).source != "own":
        raise PlanRefused("The key is another maker's: its plan can be changed there, not here.")
    if subscription and renewals.is_next_paid(subscription):
        raise PlanRefused(
            "The plan of its next period is paid already and comes with it. After that it can change again."
        )
    if subscription and subscription.state != SubscriptionState.ACTIVE:
        raise PlanRefused("Its next period is cancelled or not paid. Have it go on or pay first, then change the plan.")


def currency_of(license: License) -> str:
    """The currency in which the license was bought."""
    wanted = select(Order.currency).join(OrderLine, OrderLine.order_id == Order.id)
    return session.scalars(wanted.where(OrderLine.id == license.order_line_id)).one()


def standing_of(subscription: Subscription) -> Standing:
    """What is paid for, as the rules know it."""
    code, periods = (
        subscription.currency,
        subscription.periods - (1 if subscription.paid_until < subscription.due_at else 0),
    )
    began = subscription.anchor_at
    if periods > 1:
        began = renewal_rules.due_at(Term(subscription.term), subscription.anchor_at, periods - 1)
    return rules.rolled(
        Standing(
            paid=Money(subscription.paid, code),
            began=began,
            since=subscription.paid_from,
            until=subscription.paid_until,
            due=subscription.due_at,
            ahead=Money(subscription.ahead, code),
        ),
        clock.now(),
    )


def paid_for(license: License, currency: str) -> Money:
    """All that was paid for a license without an end and did not go back, tax included."""
    line = session.get_one(OrderLine, license.order_line_id)
    order = session.get_one(Order, line.order_id)
    whole = Money(line.amount, currency)
    if order.net_prices:
        whole = gross_of_net(whole, tax.treatment(order.country, "-").taken_out).gross
    share = (whole - Money(line.returned, currency)).allocate([1] * max(line.quantity // license.seats, 1))[0]
    changed = select(func.coalesce(func.sum(PlanChange.charge), 0)).where(
        PlanChange.license_id == license.id, PlanChange.applied_at.is_not(None), PlanChange.undone_at.is_(None)
    )
    return share + Money(int(session.scalar(changed) or 0), currency)


def _editions(license: License) -> Iterable[Edition]:
    """The editions of its product that are on sale and of its kind, and the one that it has."""
    mine = session.get_one(Edition, license.edition_id)
    subscription = renewals.find_for(license.id)
    check_changeable(license, subscription)
    terms = GOING_ON if subscription else LASTING if mine.term in LASTING else (*LASTING, *GOING_ON)
    single = ~bundles.is_bundle(Edition.id)  # a bundle is several licenses, which one cannot become
    wanted = select(Edition).where(Edition.product_id == license.product_id, single).order_by(Edition.rank, Edition.id)
    return [
        one
        for one in session.scalars(wanted)
        if one.id == mine.id
        or (
            one.withdrawn_at is None
            and one.term in terms
            and one.per_seat == mine.per_seat
            and _has_price(one, license)
        )
    ]


def _has_price(edition: Edition, license: License) -> bool:
    code = currency_of(license)
    return edition.id in prices.lists_of([edition.id], code)


def _plan(license: License, edition: Edition, seats: int) -> Plan:
    now = clock.now().replace(minute=0, second=0, microsecond=0)  # so that a price stands while somebody reads it
    subscription, code = renewals.find_for(license.id), currency_of(license)
    unit = _unit(license, subscription, edition, seats, code)
    is_present = edition.id == license.edition_id and seats == license.seats
    if subscription is not None:
        taken = rules.same_term if edition.term == subscription.term else rules.other_term
        cost = taken(standing_of(subscription), unit * seats, now)
    elif edition.id == license.edition_id:  # more seats at today's price, those that it has as they were paid
        paid = paid_for(license, code)
        cost = rules.paid_once(paid + unit * (seats - license.seats), paid)
    else:
        cost = rules.paid_once(unit * seats, paid_for(license, code))
    return Plan(edition=edition, seats=seats, unit=unit, cost=cost, is_present=is_present)


def _unit(license: License, subscription: Subscription | None, edition: Edition, seats: int, code: str) -> Money:
    """What a seat costs: as agreed in the edition that it has, at today's usual price in another."""
    if subscription is not None and edition.id == license.edition_id:
        return Money(subscription.unit, code)
    known = prices.lists_of([edition.id], code).get(edition.id)
    if known is None:
        return Money(session.get_one(OrderLine, license.order_line_id).usual, code)
    return known.asked(seats, clock.now()).usual
