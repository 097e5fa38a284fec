"""What can be done with orders. Every change of state goes through `change`, which leaves a step behind."""

import secrets
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
from core.sealed import Sealed, seal
from storefront.money import Money
from storefront.orders import invoices, letters, rules
from storefront.orders.models import Order, OrderLine, OrderStep, PostalAddress
from storefront.orders.rules import OPEN_STATES, OrderState, OrderVerb

PAGE = 20


@dataclass(frozen=True, kw_only=True)
class OrderSettled:
    """An order was paid; told in the transaction that settles it, so what listeners do is stored with it or not at all."""

    order_id: int
    account_id: int


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


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A line to be ordered: names, price and tax as the buyer accepted them."""

    product_id: int
    edition_id: int
    title: str
    edition_title: str
    source: str
    term: str
    unit: Money
    quantity: int
    tax_permille: int


@dataclass(frozen=True, kw_only=True)
class Placing:
    """Everything an order is made of. `token` is the checkout's; company, VAT id, telephone and address may be ""."""

    account_id: int
    token: str
    pieces: tuple[Piece, ...]
    currency: str
    terms_version: int
    country: str
    company: str = ""
    vat_id: str = ""
    phone: str = ""
    address: str = ""


def create(placing: Placing) -> Order:
    """Write a new order with its lines; nothing is reserved and nothing paid by this."""
    sums = rules.totals([_priced(piece) for piece in placing.pieces], placing.currency)
    now = clock.now()
    order = Order(
        number=secrets.token_hex(12),
        account_id=placing.account_id,
        placed_with=placing.token,
        state=OrderState.AWAITING_PAYMENT.value,
        currency=placing.currency,
        total=sums.gross.amount,
        tax=sums.tax.amount,
        country=placing.country,
        company=_sealed(placing.company, "order.company", placing.account_id),
        vat_id=_sealed(placing.vat_id, "order.vat_id", placing.account_id),
        terms_version=placing.terms_version,
        created_at=now,
        expires_at=now + timedelta(minutes=web.settings().reservation_minutes),
    )
    session.add(order)
    session.flush()
    order.number = rules.order_number(now.year, order.id)
    if placing.phone:  # its key is the order's own, so that it can be destroyed with this order
        order.phone = seal(placing.phone, "order.phone", subject=order.account_id, part=order.number)
    _add_lines(order, placing)
    session.add(_step(order, "place", Actor(kind="person", account_id=placing.account_id)))
    session.flush()
    return order


def find_placed(account_id: int, token: str) -> Order | None:
    """The order that this checkout token became, if it did."""
    return session.scalar(select(Order).where(Order.placed_with == token, Order.account_id == account_id))


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


def latest_orders(most: int = 50) -> list[Order]:
    """The latest orders of everybody, for staff."""
    return list(session.scalars(select(Order).order_by(Order.id.desc()).limit(most)))


def lines_of(order_id: int) -> list[OrderLine]:
    """An order's lines as they were bought."""
    return list(session.scalars(select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.position)))


def steps_of(order_id: int) -> list[OrderStep]:
    """What happened to an order, oldest first."""
    return list(session.scalars(select(OrderStep).where(OrderStep.order_id == order_id).order_by(OrderStep.id)))


def totals_of(order: Order, lines: Sequence[OrderLine]) -> rules.Totals:
    """Sums and tax groups of an order, always by the same rule."""
    priced = [
        rules.Line(
            unit_price=Money(line.unit, order.currency), quantity=line.quantity, tax_rate_permille=line.tax_permille
        )
        for line in lines
    ]
    return rules.totals(priced, order.currency)


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
    """The money is here: write the invoice, and let everybody do their part in this same transaction."""
    change(order, OrderVerb.SETTLE, PROGRAM)
    order.paid_at = order.closed_at = clock.now()
    invoices.issue(order, lines_of(order.id))
    emit(OrderSettled(order_id=order.id, account_id=order.account_id))
    letters.tell_paid(order, lines_of(order.id))


def fail(order: Order, attempt: int, *, tell: bool) -> None:
    """An attempt to pay came to nothing; the order stays open for another one. `tell`: by mail, too."""
    change(order, OrderVerb.FAIL, PROGRAM)
    if tell:
        letters.tell_failed(order, attempt)


def retry(order: Order, actor: Actor) -> None:
    """Pay again after a failure: the time in which it may be paid starts again."""
    change(order, OrderVerb.RETRY, actor)
    order.expires_at = clock.now() + timedelta(minutes=web.settings().reservation_minutes)


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
    """Take a paid order back as a whole: credit note, money on its way, licenses suspended."""
    change(order, OrderVerb.REFUND, actor)
    order.closed_at = clock.now()
    invoices.credit(order)
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


def _add_lines(order: Order, placing: Placing) -> None:
    for position, piece in enumerate(placing.pieces, start=1):
        session.add(
            OrderLine(
                order_id=order.id,
                position=position,
                product_id=piece.product_id,
                edition_id=piece.edition_id,
                title=piece.title,
                edition_title=piece.edition_title,
                source=piece.source,
                term=piece.term,
                unit=piece.unit.amount,
                quantity=piece.quantity,
                amount=(piece.unit * piece.quantity).amount,
                tax_permille=piece.tax_permille,
            )
        )
    if placing.address:
        address = seal(placing.address, "postal_address.text", subject=order.account_id)
        session.add(
            PostalAddress(
                account_id=order.account_id,
                order_id=order.id,
                given_for="invoice",
                text=address,
                created_at=order.created_at,
            )
        )


def _priced(piece: Piece) -> rules.Line:
    return rules.Line(unit_price=piece.unit, quantity=piece.quantity, tax_rate_permille=piece.tax_permille)


def _sealed(text: str, label: str, account_id: int) -> Sealed | None:
    return seal(text, label, subject=account_id) if text else None


def _step(order: Order, verb: str, actor: Actor) -> OrderStep:
    return OrderStep(order_id=order.id, verb=verb, state=order.state, actor_kind=actor.kind, at=clock.now())
