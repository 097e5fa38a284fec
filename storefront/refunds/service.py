"""What can be done about refunds: see what one would do, and do it. All in the transaction of the caller."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from core import clock
from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import Invalid
from core.events import emit
from storefront.licenses import taking_back
from storefront.money import Money
from storefront.orders import rules as order_rules
from storefront.orders import service as orders
from storefront.orders.models import Order, OrderLine
from storefront.orders.rules import OrderState, OrderVerb
from storefront.payments import service as payments
from storefront.refunds import rules
from storefront.refunds.models import Refund, RefundPart
from storefront.refunds.rules import Bought, Cause, Part, Wish

REASON = (8, 200)


class ReasonMissing(Invalid):
    code = "reason_missing"
    sentence = "Please write why in a few words, at least eight letters. The buyer can read it."


@dataclass(frozen=True, kw_only=True)
class PartRefunded:
    """Money went back for some lines: `parts` tax included and `pieces` given up, both by the position of the line.

    Told before OrderRefunded where nothing is left of the order afterwards.
    """

    order_id: int
    parts: Mapping[int, Money]
    pieces: Mapping[int, int]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a refund would do: the parts with their lines, the licenses that end, and the keys that are sold again."""

    parts: Sequence[tuple[OrderLine, Part]]
    amount: Money
    is_all: bool
    ending: int
    resold: int


def bought(order: Order) -> list[Bought]:
    """The order's lines with what was paid for each, and what has gone back."""
    lines = orders.lines_of(order.id)
    priced = {line.position: line.priced(order.currency) for line in lines}
    shared = rules.shares(priced, order.currency, net_prices=order.net_prices)
    return [
        Bought(
            position=line.position,
            gross=shared[line.position],
            pieces=line.quantity,
            returned=Money(line.returned, order.currency),
            pieces_returned=line.pieces_returned,
        )
        for line in lines
    ]


def preview(order: Order, wishes: Sequence[Wish] | None) -> Preview:
    """What would happen; None wishes for all that is left. Refuses with RefundRefused or OrderClosed."""
    order_rules.check_verb(OrderState(order.state), OrderVerb.REFUND)
    lines = {line.position: line for line in orders.lines_of(order.id)}
    known = bought(order)
    parts = rules.whole(known) if wishes is None else rules.plan(known, wishes)
    ending = [taking_back.chosen(lines[part.position].id, part.pieces) for part in parts]
    return Preview(
        parts=[(lines[part.position], part) for part in parts],
        amount=rules.sum_of(parts, order.currency),
        is_all=rules.is_all(known, parts),
        ending=sum(len(those) for those in ending),
        resold=sum(one.is_unseen_key for those in ending for one in those),
    )


def give_back(
    order: Order, wishes: Sequence[Wish] | None, actor: Actor, *, cause: Cause, reason: str, asked: str
) -> None:
    """Refund lines of an order that the caller has locked; the same `asked` again changes nothing.

    Refuses with ReasonMissing, RefundRefused, OrderClosed, or PaymentConflict while a bank holds the money.
    """
    if session.scalar(select(Refund.id).where(Refund.asked == asked)) is not None:
        return
    check_reason(reason)
    seen = preview(order, wishes)
    made = _write(order, seen, cause, reason.strip(), asked)
    audit.record(actor, "refund", "order", order.id, refund=str(made.id), amount=str(seen.amount))
    emit(_told(order, seen))
    if seen.is_all:
        orders.refund(order, actor)
        return
    orders.change(order, OrderVerb.REFUND_PART, actor)
    if seen.amount:
        payments.return_part(order.id, seen.amount, f"refund:{made.id}")


def check_reason(reason: str) -> None:
    """Refuses with ReasonMissing what says nothing."""
    if not REASON[0] <= len(reason.strip()) <= REASON[1]:
        raise ReasonMissing


def refunds_of(order_id: int) -> list[Refund]:
    """The refunds of an order, oldest first."""
    return list(session.scalars(select(Refund).where(Refund.order_id == order_id).order_by(Refund.id)))


def _write(order: Order, seen: Preview, cause: Cause, reason: str, asked: str) -> Refund:
    made = Refund(
        order_id=order.id,
        asked=asked,
        cause=cause.value,
        reason=reason,
        amount=seen.amount.amount,
        currency=seen.amount.currency,
        at=clock.now(),
    )
    session.add(made)
    session.flush()
    for line, part in seen.parts:
        row = RefundPart(refund_id=made.id, order_line_id=line.id, pieces=part.pieces, amount=part.amount.amount)
        session.add(row)
        line.returned += part.amount.amount
        line.pieces_returned += part.pieces
        taking_back.take_back(line.id, part.pieces)
    order.refunded += made.amount
    session.flush()
    return made


def _told(order: Order, seen: Preview) -> PartRefunded:
    return PartRefunded(
        order_id=order.id,
        parts={line.position: part.amount for line, part in seen.parts},
        pieces={line.position: part.pieces for line, part in seen.parts},
    )
