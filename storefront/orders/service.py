"""What can be done with orders. Every change of state goes through `change`, which leaves a step behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from core import clock, web
from core.access import PROGRAM, Actor
from core.db import session
from core.errors import Conflict, NotFound
from core.events import emit
from core.jobs.service import job
from storefront.orders import letters, rules
from storefront.orders.models import Order, OrderLine, OrderStep
from storefront.orders.rules import OPEN_STATES, OrderKind, OrderState, OrderVerb

PAGE = 20


@dataclass(frozen=True, kw_only=True)
class OrderSettled:
    """An order was paid; told in the transaction that settles it, so what listeners do is stored with it or not at all.

    `kind`: whether it is for new licenses, or for one that is there already.
    """

    order_id: int
    account_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class OrderFailed:
    """An attempt to pay came to nothing. `tell`: its buyer is not there to see it."""

    order_id: int
    attempt: int
    tell: bool


@dataclass(frozen=True, kw_only=True)
class OrderClosing:
    """An open order is about to be cancelled or to expire. Whoever knows a reason against it raises a Conflict."""

    order_id: int


@dataclass(frozen=True, kw_only=True)
class OrderClosed:
    """An open order was cancelled or expired: what was kept for it is free again."""

    order_id: int


@dataclass(frozen=True, kw_only=True)
class OrderRefunded:
    """A paid order is taken back."""

    order_id: int
    account_id: int


def get_for(account_id: int, number: str) -> Order:
    """One's own order by its number. Raises NotFound, also for other people's."""
    found = session.scalar(select(Order).where(Order.number == number, Order.account_id == account_id))
    if found is None:
        raise NotFound("There is no order with this number in your account.")
    return found


def get_by_number(number: str) -> Order:
    """Any order, for staff. Raises NotFound."""
    found = session.scalar(select(Order).where(Order.number == number))
    if found is None:
        raise NotFound("There is no order with this number.")
    return found


def orders_of(account_id: int, before: int = 0) -> list[Order]:
    """One's own orders, the latest first, a page of PAGE and one more; `before` is the last id already shown."""
    wanted = select(Order).where(Order.account_id == account_id).order_by(Order.id.desc()).limit(PAGE + 1)
    return list(session.scalars(wanted.where(Order.id < before) if before else wanted))


def lines_of(order_id: int) -> list[OrderLine]:
    """An order's lines as they were bought."""
    return list(session.scalars(select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.position)))


def steps_of(order_id: int) -> list[OrderStep]:
    """What happened to an order, oldest first."""
    return list(session.scalars(select(OrderStep).where(OrderStep.order_id == order_id).order_by(OrderStep.id)))


def totals_of(order: Order, lines: Sequence[OrderLine]) -> rules.Totals:
    """Sums and tax groups of an order, always by the same rule."""
    return rules.totals([line.priced(order.currency) for line in lines], order.currency, net_prices=order.net_prices)


def lock(order_id: int) -> Order:
    """The order, so that nobody else changes it until this transaction ends. Raises NotFound."""
    wanted = select(Order).where(Order.id == order_id).with_for_update()
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def change(order: Order, verb: OrderVerb, actor: Actor) -> None:
    """The one way in which an order's state changes. Refuses with OrderPaid, OrderClosed or OrderConflict."""
    state = rules.check_verb(OrderState(order.state), verb)
    order.state = state.value
    session.add(_step(order, verb.value, actor))
    session.flush()


def settle(order: Order) -> None:
    """The money is here: let everybody do their part in this same transaction."""
    change(order, OrderVerb.SETTLE, PROGRAM)
    order.paid_at = order.closed_at = clock.now()
    emit(OrderSettled(order_id=order.id, account_id=order.account_id, kind=order.kind))
    if order.kind != OrderKind.GIVEN:
        letters.tell_paid(order, lines_of(order.id))


def fail(order: Order, attempt: int, *, tell: bool) -> None:
    """An attempt to pay came to nothing; the order stays open for another one. `tell`: by mail, too."""
    change(order, OrderVerb.FAIL, PROGRAM)
    emit(OrderFailed(order_id=order.id, attempt=attempt, tell=tell))
    if tell and order.kind != OrderKind.RENEWAL:
        letters.tell_failed(order, attempt)


def retry(order: Order, actor: Actor) -> None:
    """Pay again after a failure: the time in which it may be paid starts again."""
    change(order, OrderVerb.RETRY, actor)
    wait_until(order, clock.now() + timedelta(minutes=web.settings().reservation_minutes))


def wait_until(order: Order, moment: datetime) -> None:
    """Let an unpaid order, and what is kept for it, wait longer."""
    order.expires_at = max(order.expires_at, moment)


def cancel(order: Order, actor: Actor) -> None:
    """Give an unpaid order up. Raises a Conflict while a payment is on its way."""
    _close(order, OrderVerb.CANCEL, actor)


def expire(order: Order) -> None:
    """Nobody paid in time. Raises a Conflict while a payment is on its way."""
    _close(order, OrderVerb.EXPIRE, PROGRAM)


def refund(order: Order, actor: Actor) -> None:
    """Take a paid order back as a whole; whoever hears of it writes the credit note, sends the money and suspends the licenses."""
    change(order, OrderVerb.REFUND, actor)
    order.closed_at, order.refunded = clock.now(), order.total
    emit(OrderRefunded(order_id=order.id, account_id=order.account_id))


@job("orders.expire", every=1)
def expire_due() -> None:
    """Close the orders whose time to pay is over; one whose payment is on its way gets its answer first."""
    states = [state.value for state in OPEN_STATES]
    due = select(Order.id).where(Order.state.in_(states), Order.expires_at < clock.now()).limit(200)
    for order_id in list(session.scalars(due)):
        order = lock(order_id)
        try:
            if OrderState(order.state) in OPEN_STATES:
                expire(order)
        except Conflict:
            continue  # a payment is on its way: its answer decides, and the next run looks again


def _close(order: Order, verb: OrderVerb, actor: Actor) -> None:
    rules.check_verb(OrderState(order.state), verb)
    emit(OrderClosing(order_id=order.id))
    change(order, verb, actor)
    order.closed_at = clock.now()
    emit(OrderClosed(order_id=order.id))


def _step(order: Order, verb: str, actor: Actor) -> OrderStep:
    return OrderStep(order_id=order.id, verb=verb, state=order.state, actor_kind=actor.kind, at=clock.now())
