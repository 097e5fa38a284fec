"""What subscriptions hear of: licenses issued, orders paid, declined, closed, taken back and disputed."""

from sqlalchemy import select

from core import clock
from core.db import session
from core.events import on
from core.jobs.service import start
from storefront.licenses import resting
from storefront.licenses import service as licenses
from storefront.licenses.models import License
from storefront.licenses.rules import RestCause
from storefront.licenses.service import LicensesIssued
from storefront.money import Money, gross_of_net
from storefront.orders.models import Order, OrderLine
from storefront.orders.rules import OrderKind, OrderState
from storefront.orders.service import OrderClosed, OrderFailed, OrderRefunded, OrderSettled
from storefront.payments.disputes import DisputeWon, OrderDisputed
from storefront.prices import service as prices
from storefront.refunds.service import PartRefunded
from storefront.renewals import letters, ordering, paying, service, work
from storefront.renewals.models import Renewal, Subscription
from storefront.renewals.rules import UNPAID, SubscriptionState
from storefront.tax import service as tax

RENEWING = ("month", "year")


def listen() -> None:
    """Take part in what becomes of orders."""
    licenses.know_what_goes_on_by(service.goes_on)
    on(LicensesIssued, _begin)
    on(OrderSettled, _paid)
    on(OrderFailed, _failed)
    on(OrderClosed, _closed)
    on(PartRefunded, _part_back)
    on(OrderRefunded, _back)
    on(OrderDisputed, _disputed)
    on(DisputeWon, _won)


def _begin(event: LicensesIssued) -> None:
    """Of our own making only: the maker of a resold key renews it, not we. What was given lasts its one period."""
    order = session.get_one(Order, event.order_id)
    if order.kind == OrderKind.GIVEN:
        return
    mine = (License.id.in_(event.license_ids), OrderLine.term.in_(RENEWING), OrderLine.source == "own")
    rows = session.execute(
        select(License, OrderLine).join(OrderLine, OrderLine.id == License.order_line_id).where(*mine)
    )
    for license, line in rows.all():
        service.begin(license, *_agreed(order, line, license), license.issued_at)


def _agreed(order: Order, line: OrderLine, license: License) -> tuple[int, str, int]:
    """What a seat costs for each further period, the currency, and what was paid for this one, tax included.

    A voucher or a sale is for the first period; the price that it was taken off is the one that was agreed.
    """
    whole, unit = Money(line.amount, order.currency), line.usual
    if order.net_prices:
        taxed = tax.treatment(order.country, "-")
        whole = gross_of_net(whole, taxed.taken_out).gross
        known = prices.lists_of([line.edition_id], order.currency).get(line.edition_id)
        usual = gross_of_net(Money(line.usual, order.currency), taxed.taken_out).gross
        unit = (known.asked(line.quantity, order.created_at).usual if known else usual).amount
    pieces = line.quantity // license.seats
    return unit, order.currency, whole.allocate([1] * pieces)[license.unit - 1].amount


def _paid(event: OrderSettled) -> None:
    found = _of_order(event.order_id)
    if found is None:
        return
    renewal, subscription = found
    if subscription.state == SubscriptionState.ENDED:
        start(work.GIVE_BACK, order_id=event.order_id)
        return
    order, license = session.get_one(Order, event.order_id), session.get_one(License, subscription.license_id)
    amount = ordering.price_of(subscription, license).amount if order.net_prices else order.total
    paying.settle(subscription, renewal, amount)


def _failed(event: OrderFailed) -> None:
    found = _of_order(event.order_id)
    if found is not None and event.tell:
        letters.tell_failed(found[1], session.get_one(Order, event.order_id), event.attempt, clock.now())


def _closed(event: OrderClosed) -> None:
    """Whoever gives up the order of a period gives up the period. While a dispute holds it, time alone gives up nothing."""
    found = _of_order(event.order_id)
    if found is None:
        return
    state = SubscriptionState(found[1].state)
    if session.get_one(Order, event.order_id).state == OrderState.EXPIRED and service.is_held(found[1]):
        return
    if state in UNPAID:
        service.end(found[1])
        letters.tell_ended(found[1])
    elif state is SubscriptionState.ACTIVE:
        service.cancel(found[1])


def _back(event: OrderRefunded) -> None:
    """A renewal's money went back: its period. A purchase's: the subscription."""
    found = _of_order(event.order_id)
    if found is not None:
        paying.take_back(found[1], found[0])
        resting.wake(service.get_license(found[1]), RestCause.DISPUTE, event.order_id)
        return
    for subscription in _of_purchase(event.order_id):
        service.end(subscription)


def _part_back(event: PartRefunded) -> None:
    for subscription in _of_purchase(event.order_id):
        if session.get_one(License, subscription.license_id).returned_at is not None:
            service.end(subscription)


def _disputed(event: OrderDisputed) -> None:
    """A license rests while a bank holds the money of one of its periods."""
    found = _of_order(event.order_id)
    if found is not None:
        resting.rest(service.get_license(found[1]), RestCause.DISPUTE, event.order_id)


def _won(event: DisputeWon) -> None:
    found = _of_order(event.order_id)
    if found is not None:
        resting.wake(service.get_license(found[1]), RestCause.DISPUTE, event.order_id)
    for subscription in [found[1]] if found else _of_purchase(event.order_id):
        service.go_on(subscription)


def _of_order(order_id: int) -> tuple[Renewal, Subscription] | None:
    """The period that this order is for, its subscription locked."""
    renewal = session.scalar(select(Renewal).where(Renewal.order_id == order_id))
    if renewal is None:
        return None
    wanted = select(Subscription).where(Subscription.id == renewal.subscription_id).with_for_update()
    return renewal, session.scalars(wanted.execution_options(populate_existing=True)).one()


def _of_purchase(order_id: int) -> list[Subscription]:
    wanted = (
        select(Subscription)
        .join(License, License.id == Subscription.license_id)
        .join(OrderLine, OrderLine.id == License.order_line_id)
        .where(OrderLine.order_id == order_id)
        .order_by(Subscription.id)
        .with_for_update(of=Subscription)
    )
    return list(session.scalars(wanted.execution_options(populate_existing=True)))
