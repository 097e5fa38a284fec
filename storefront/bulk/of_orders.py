"""What can be done with many orders: a transfer arrived, the confirmation again, given up unpaid."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Select, func, select

from core.access import Actor, Permission
from core.accounts.models import Account
from core.audit import service as audit
from core.db import session
from core.errors import Refusal
from storefront.bulk import acts
from storefront.bulk.acts import Act, Field, Listing
from storefront.bulk.rules import Looked, Task, read_reason
from storefront.money import Money
from storefront.orders import finding, letters
from storefront.orders import service as orders
from storefront.orders.finding import Asked
from storefront.orders.models import Order
from storefront.orders.rules import OPEN_STATES, OrderState, OrderVerb, check_verb
from storefront.orders.views import word
from storefront.payments.models import PaymentIntent
from storefront.payments.receiving import locked
from storefront.payments.rules import FINAL_STATES, IntentState, check_act
from storefront.payments.rules import Act as PaymentAct
from storefront.transfers import service as transfers

AT = "/staff/orders"
SEEN = Field(
    name="reason",
    label="Where you saw it",
    hint="For the record, such as “statement 48 of our account”.",
    reads=read_reason,
)


def install() -> None:
    """The list of orders, and what can be done there."""
    acts.add_listing(
        Listing(
            name="orders",
            title="Orders",
            address=AT,
            one="order",
            many="orders",
            permission=Permission.SALES,
            matching=_matching,
        )
    )
    acts.add(
        _arrived_act(), _simple("confirm", "Send their confirmations again", "confirmed again", _look_confirm, _confirm)
    )
    acts.add(_simple("cancel", "Cancel those that are not paid", "cancelled", _look_cancel, _cancel))


Look = Callable[[Sequence[int], Task], list[Looked]]


def _arrived_act() -> Act:
    return Act(
        name="orders.arrived",
        label="Mark their bank transfers as arrived",
        done="marked as paid",
        listing="orders",
        look=_look_arrived,
        lock=_lock_payment,
        does=_book,
        fields=(SEEN,),
        also_from={},
    )


def _simple(name: str, label: str, done: str, look: Look, does: Callable[[int, Task, Actor], None]) -> Act:
    return Act(
        name=f"orders.{name}",
        label=label,
        done=done,
        listing="orders",
        look=look,
        lock=_lock,
        does=does,
        also_from={},
    )


def _matching(query: Mapping[str, str]) -> Select[int]:
    way = next((way for way in finding.ways() if query.get(way)), "")
    return finding.all_of(Asked(way=way, word=query.get(way, "")[:40], state=query.get("state", "")))


def _lock(order_id: int) -> None:
    orders.lock(order_id)


def _lock_payment(order_id: int) -> None:
    """Whoever books money locks its attempt before the order."""
    found = transfers.find_transfer(order_id)
    if found is not None:
        locked(found.idempotency_key)


def _look_arrived(ids: Sequence[int], _task: Task) -> list[Looked]:
    found = _orders(ids)
    waiting = transfers.open_orders(order.number for order in found)
    return [_arrived(order, waiting[order.number][1] if order.number in waiting else None) for order in found]


def _arrived(order: Order, intent: PaymentIntent | None) -> Looked:
    refusal, missing = "", None
    if OrderState(order.state) not in OPEN_STATES:
        refusal = "It does not wait for money."
    elif intent is None or intent.state != IntentState.NEEDS_CONFIRMATION:
        refusal = "Its buyer did not choose to pay by transfer."
    else:
        missing = Money(transfers.account_of(intent).missing, order.currency)
    then = f"Paid: {missing} arrived" if missing else ""
    return _looked(order, then, refusal)


def _look_confirm(ids: Sequence[int], _task: Task) -> list[Looked]:
    found = _orders(ids)
    wanted = select(Account.id).where(Account.id.in_({order.account_id for order in found}))
    gone = set(session.scalars(wanted.where(Account.closed_at.is_not(None))))
    return [
        _looked(order, "The confirmation goes out again", _unconfirmed(order, is_gone=order.account_id in gone))
        for order in found
    ]


def _unconfirmed(order: Order, *, is_gone: bool) -> str:
    if order.state != OrderState.PAID:
        return "It is not paid, so there is nothing to confirm."
    return "Its buyer closed the account; nobody is there to read it." if is_gone else ""


def _look_cancel(ids: Sequence[int], _task: Task) -> list[Looked]:
    latest = _latest_attempts(ids)
    return [_looked(order, "Cancelled", _open_for(order, latest.get(order.id))) for order in _orders(ids)]


def _open_for(order: Order, state: str | None) -> str:
    try:
        check_verb(OrderState(order.state), OrderVerb.CANCEL)
        if state is not None and IntentState(state) not in FINAL_STATES:
            check_act(IntentState(state), PaymentAct.CANCEL)
    except Refusal as refused:
        return refused.sentence
    return ""


def _latest_attempts(ids: Sequence[int]) -> dict[int, str]:
    """How the last attempt to pay each of them stands."""
    last = select(PaymentIntent.order_id, func.max(PaymentIntent.attempt).label("attempt"))
    newest = last.where(PaymentIntent.order_id.in_(ids)).group_by(PaymentIntent.order_id).subquery()
    same = (newest.c.order_id == PaymentIntent.order_id) & (newest.c.attempt == PaymentIntent.attempt)
    rows = session.execute(select(PaymentIntent.order_id, PaymentIntent.state).join(newest, same))
    return {order_id: state for order_id, state in rows}


def _book(order_id: int, task: Task, actor: Actor) -> None:
    order, found = session.get_one(Order, order_id), transfers.find_transfer(order_id)
    assert found is not None
    missing = Money(transfers.account_of(found).missing, order.currency)
    transfers.mark_paid(order.number, missing.decimal(), task.given["reason"], actor)


def _confirm(order_id: int, task: Task, actor: Actor) -> None:
    order = session.get_one(Order, order_id)
    letters.tell_paid(order, orders.lines_of(order_id), again=str(task.run))
    audit.record(actor, "confirm again", "order", order_id, bulk=str(task.run))


def _cancel(order_id: int, task: Task, actor: Actor) -> None:
    orders.cancel(session.get_one(Order, order_id), actor)
    audit.record(actor, "cancel", "order", order_id, bulk=str(task.run))


def _orders(ids: Sequence[int]) -> list[Order]:
    wanted = select(Order).where(Order.id.in_(ids)).order_by(Order.id.desc())
    return list(session.scalars(wanted.execution_options(populate_existing=True)))


def _looked(order: Order, then: str, refusal: str) -> Looked:
    total = Money(order.total, order.currency)
    return Looked(
        thing_id=order.id,
        label=order.number,
        address=f"{AT}/{order.number}",
        now=f"{word(order)[0]}, {total}",
        then=then,
        refusal=refusal,
    )
