"""Refunds above what one of the staff may give alone: one asks, another one agrees. In the transaction of the caller."""

from collections.abc import Mapping

from sqlalchemy import select

from core import clock
from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import NotFound
from storefront.money import Money
from storefront.orders.models import Order
from storefront.refunds import service
from storefront.refunds.models import RefundRequest
from storefront.refunds.rules import Cause, RefundRefused, RequestState, SecondPerson, Wish, takes_two
from storefront.refunds.service import Preview


def needs_second(order: Order, seen: Preview, alone_up_to: int) -> bool:
    """Whether one person cannot do this alone."""
    return takes_two(Money(order.refunded, order.currency), seen.amount, alone_up_to)


def ask(order: Order, seen: Preview, fields: Mapping[str, str], actor: Actor, *, reason: str, asked: str) -> None:
    """Let it wait for somebody else. The caller holds the order; the same `asked` again changes nothing.

    Refuses with ReasonMissing, and with RefundRefused while another one waits.
    """
    if session.scalar(select(RefundRequest.id).where(RefundRequest.asked == asked)) is not None:
        return
    service.check_reason(reason)
    if find_waiting(order.id) is not None:
        raise RefundRefused("A refund of this order waits for a second person already. Nothing was changed.")
    made = RefundRequest(
        order_id=order.id,
        asked=asked,
        fields=dict(fields),
        reason=reason.strip(),
        amount=seen.amount.amount,
        currency=seen.amount.currency,
        state=RequestState.WAITING.value,
        asked_by_id=actor.account_id,
        asked_at=clock.now(),
    )
    session.add(made)
    session.flush()
    audit.record(actor, "ask for refund", "order", order.id, request=str(made.id), amount=str(seen.amount))


def find_waiting(order_id: int) -> RefundRequest | None:
    """The refund of an order that waits, if one does."""
    waiting = (RefundRequest.order_id == order_id, RefundRequest.state == RequestState.WAITING.value)
    return session.scalars(select(RefundRequest).where(*waiting)).first()


def all_waiting() -> list[tuple[RefundRequest, str]]:
    """Everything that waits, the longest first, with the numbers of its orders."""
    wanted = select(RefundRequest, Order.number).join(Order, Order.id == RefundRequest.order_id)
    found = session.execute(wanted.where(RefundRequest.state == RequestState.WAITING.value).order_by(RefundRequest.id))
    return [(one, number) for one, number in found.all()]


def agree(order: Order, request_id: int, wishes: list[Wish] | None, actor: Actor) -> None:
    """Give it back. The caller holds the order.

    Refuses with SecondPerson, with NotFound, and with RefundRefused where it would be another sum by now.
    """
    request = _get(order, request_id)
    if request.asked_by_id == actor.account_id:
        raise SecondPerson
    amount = service.preview(order, wishes).amount
    if amount != Money(request.amount, request.currency):
        raise RefundRefused("By now it would be another sum. Decline it, and have it asked for anew.")
    _decide(request, RequestState.GIVEN, actor)
    service.give_back(order, wishes, actor, cause=Cause.STAFF, reason=request.reason, asked=request.asked)


def decline(order: Order, request_id: int, actor: Actor) -> RequestState:
    """Nothing goes back; whoever asked takes it back by this. Raises NotFound."""
    request = _get(order, request_id)
    own = request.asked_by_id == actor.account_id
    _decide(request, RequestState.TAKEN_BACK if own else RequestState.DECLINED, actor)
    audit.record(actor, "decline refund", "order", order.id, request=str(request.id))
    return RequestState(request.state)


def _get(order: Order, request_id: int) -> RefundRequest:
    found = find_waiting(order.id)
    if found is None or found.id != request_id:
        raise NotFound("No such refund waits. Somebody may have decided it meanwhile.")
    return found


def _decide(request: RefundRequest, state: RequestState, actor: Actor) -> None:
    request.state, request.decided_by_id, request.decided_at = state.value, actor.account_id, clock.now()
    session.flush()
