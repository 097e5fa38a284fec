"""Orders as an erasure sees them: paid, given up with an attempt to pay, given up without; and deleting them whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select

from core import clock
from core.db import session
from privacy.requests.models import Correction
from storefront.leaving import rules
from storefront.licenses.models import License
from storefront.orders.models import Order, OrderLine, OrderStep, PostalAddress
from storefront.papers.models import Invoice
from storefront.papers.rules import Kind
from storefront.payments.models import DisputeEvidence, PaymentDispute, PaymentEvent, PaymentIntent, PaymentReturn
from storefront.plans.models import PlanChange
from storefront.refunds.models import Refund, RefundPart
from storefront.renewals.models import Renewal
from storefront.transfers.models import TransferReceipt
from storefront.vouchers.models import VoucherClaim
from storefront.withdrawal.models import Withdrawal, WithdrawalAnswer


@dataclass(frozen=True, kw_only=True)
class Kept:
    """An order, and the last day on which it stays; None if nothing asks for it."""

    order: Order
    is_paid: bool
    until: date | None


def kept_of(account_id: int) -> list[Kept]:
    """All orders of an account in the order of their ids."""
    owned = select(Order.id).where(Order.account_id == account_id)
    written = _latest(Invoice.order_id, Invoice.issued_at, owned, Invoice.kind == Kind.INVOICE)
    tried = _latest(PaymentIntent.order_id, PaymentIntent.created_at, owned)
    orders = session.scalars(select(Order).where(Order.account_id == account_id).order_by(Order.id))
    return [_kept(order, written.get(order.id), order.id in tried) for order in orders]


def rows_of(order_ids: Sequence[int], *, whole: bool) -> dict[str, int]:
    """How many rows of each table stay with these orders: whole ones, or what an attempt to pay needs."""
    if not order_ids:
        return {}
    tables = (
        _ATTEMPT
        if not whole
        else (*_ATTEMPT, OrderLine, OrderStep, VoucherClaim, Invoice, Refund, RefundPart, *_WITHDRAWN)
    )
    counts = {table.__tablename__: _count(table, _about(table, order_ids)) for table in tables}
    return {"order": len(order_ids)} | {name: rows for name, rows in counts.items() if rows}


def forget_details(order_ids: Sequence[int]) -> None:
    """Only the order's own row stays, and the attempts to pay it."""
    for table in (Invoice, PostalAddress, OrderStep, VoucherClaim, OrderLine):
        session.execute(delete(table).where(_about(table, order_ids)))


def corrections_on(order_ids: Sequence[int]) -> int:
    """How many corrections of their invoices stay with these orders."""
    return session.scalar(select(func.count()).select_from(Correction).where(_corrects(order_ids))) or 0


def corrections_elsewhere(account_id: int) -> ColumnElement[bool]:
    """Which corrections of a person are of something else, such as a certificate, and stay for nothing."""
    own = select(Order.id).where(Order.account_id == account_id)
    return (Correction.account_id == account_id) & ~_corrects(own)


def forget(order_ids: Sequence[int]) -> None:
    """Delete orders with everything that hangs on them. Where a license that was passed on still stands on one, the bare
    order and its lines stay with it; papers, payments and addresses go all the same."""
    session.execute(delete(Correction).where(_corrects(order_ids)))
    tables = (
        WithdrawalAnswer,
        Withdrawal,
        RefundPart,
        Refund,
        TransferReceipt,
        PaymentDispute,
        PaymentReturn,
        PaymentEvent,
        PaymentIntent,
        Invoice,
        PostalAddress,
        OrderStep,
        VoucherClaim,
    )
    for table in tables:
        session.execute(delete(table).where(_about(table, order_ids)))
    going = set(order_ids) - _passed_on(order_ids)
    session.execute(delete(OrderLine).where(OrderLine.order_id.in_(going)))
    session.execute(delete(Order).where(Order.id.in_(going)))


def forget_evidence(account_id: int) -> None:
    """What we wrote to a bank about somebody's payments is not part of the books."""
    disputes = select(PaymentDispute.id).join(PaymentIntent, PaymentIntent.id == PaymentDispute.intent_id)
    own = disputes.join(Order, Order.id == PaymentIntent.order_id).where(Order.account_id == account_id)
    session.execute(delete(DisputeEvidence).where(DisputeEvidence.dispute_id.in_(own)))


def _passed_on(order_ids: Sequence[int]) -> set[int]:
    """Those that brought, renewed or changed a license which somebody else holds."""
    brought = select(OrderLine.order_id).join(License, License.order_line_id == OrderLine.id)
    standing = (
        brought.where(OrderLine.order_id.in_(order_ids)),
        select(Renewal.order_id).where(Renewal.order_id.in_(order_ids)),
        select(PlanChange.order_id).where(PlanChange.order_id.in_(order_ids)),
    )
    return {order_id for wanted in standing for order_id in session.scalars(wanted)}


_ATTEMPT: tuple[Any, ...] = (PaymentIntent, PaymentEvent, PaymentReturn, PaymentDispute, TransferReceipt)

_WITHDRAWN: tuple[Any, ...] = (Withdrawal, WithdrawalAnswer)


def _corrects(order_ids: Any) -> ColumnElement[bool]:
    return Correction.thing.in_(select(Invoice.number).where(Invoice.order_id.in_(order_ids)))


def _latest(order_id: Any, moment: Any, owned: Any, *such: Any) -> dict[int, Any]:
    rows = session.execute(select(order_id, func.max(moment)).where(order_id.in_(owned), *such).group_by(order_id))
    return {row[0]: row[1] for row in rows}


def _kept(order: Order, written: Any, tried: bool) -> Kept:
    if written is not None:
        return Kept(order=order, is_paid=True, until=rules.papers_until(written.year))
    closed = (order.closed_at or clock.now()).date()
    return Kept(order=order, is_paid=False, until=rules.attempts_until(closed) if tried else None)


def _about(table: Any, order_ids: Sequence[int]) -> ColumnElement[bool]:
    if table is not PaymentIntent and table in _ATTEMPT:
        attempts = select(PaymentIntent.id).where(PaymentIntent.order_id.in_(order_ids))
        return table.intent_id.in_(attempts)  # type: ignore[no-any-return]
    if table is WithdrawalAnswer:
        withdrawn = select(Withdrawal.id).where(Withdrawal.order_id.in_(order_ids))
        return WithdrawalAnswer.withdrawal_id.in_(withdrawn)
    if table is RefundPart:
        return RefundPart.refund_id.in_(select(Refund.id).where(Refund.order_id.in_(order_ids)))
    return table.order_id.in_(order_ids)  # type: ignore[no-any-return]


def _count(table: Any, about: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(about)) or 0
