"""Withdrawing from an order: asked for by a mailed link or when signed in, decided by evidence, done at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from core import clock, tokens, web
from core.access import Actor
from core.accounts import service as accounts
from core.db import session
from core.errors import Conflict, NotFound, Refusal
from privacy.contact.service import Letter
from storefront.licenses import taking_back
from storefront.money import Money
from storefront.orders import letters
from storefront.orders import rules as order_rules
from storefront.orders import service as orders
from storefront.orders.models import Order, OrderLine
from storefront.orders.rules import OrderKind, OrderState, OrderVerb
from storefront.refunds import service as refunds
from storefront.refunds.rules import Bought, Cause, Wish
from storefront.withdrawal import rules
from storefront.withdrawal.models import Withdrawal, WithdrawalAnswer
from storefront.withdrawal.rules import Answer, Facts

PURPOSE = "withdraw"
LIFETIME = timedelta(days=7)
GOES_ON = (
    "This order goes on with a license that you had already: its contract was concluded with the first order. You can "
    "cancel the subscription on the license's page at any time, and write to us if something is wrong with this order."
)
WHY = "You withdrew from the contract."


class NothingToWithdraw(Conflict):
    code = "nothing_to_withdraw"
    title = "There is nothing to withdraw from"
    sentence = (
        "This order is not paid, or its money went back already. An order that waits for its payment can be cancelled."
    )


@dataclass(frozen=True, kw_only=True)
class Statement:
    """An order, since when its buyer says that they withdraw, and what that means for each line."""

    order: Order
    stated_at: datetime
    answers: list[tuple[OrderLine, Answer]]
    done: Withdrawal | None

    @property
    def is_any(self) -> bool:
        """Whether something would go back."""
        return any(answer.pieces for _line, answer in self.answers)


def ask(email: str, number: str) -> None:
    """Mail a link to whoever ordered that; nothing where the two do not belong together, and nobody is told which."""
    found = accounts.find_by_email(email)
    try:
        order = orders.get_for(found.id if found else 0, order_rules.read_order_number(number))
    except Refusal:
        return
    now = clock.now()
    token = tokens.sign(PURPOSE, [order.number, now.isoformat()])
    address = f"{web.settings().base_url.rstrip('/')}/withdraw/{token}"
    context = {"number": order.number, "stated_at": now, "address": address, "days": LIFETIME.days}
    letters.write(
        order, "orders", Letter(name="withdrawal_link", context=context, once=f"order:{order.id}:{now:%Y%m%d%H}")
    )


def read_link(token: str) -> tuple[Order, datetime]:
    """The order of a mailed link, and when its buyer asked for it. Raises LinkExpired or NotFound."""
    said = tokens.read(PURPOSE, token, within=LIFETIME)
    if not isinstance(said, list):
        raise NotFound
    return orders.get_by_number(str(said[0])), datetime.fromisoformat(str(said[1]))


def statement(order: Order, stated_at: datetime) -> Statement:
    """What a withdrawal would mean, or did. Refuses with NothingToWithdraw."""
    done = session.scalar(select(Withdrawal).where(Withdrawal.order_id == order.id))
    lines = orders.lines_of(order.id)
    if done is not None:
        return Statement(order=order, stated_at=done.stated_at, answers=_given(done, lines), done=done)
    if not order_rules.can(OrderState(order.state), OrderVerb.REFUND):
        raise NothingToWithdraw
    if order.kind != OrderKind.PURCHASE:
        raise NothingToWithdraw(GOES_ON)
    facts = Facts(
        concluded_at=order.created_at,
        stated_at=stated_at,
        is_business=order.vat_id is not None,
        waived=order.waiver_version is not None and order.paid_at is not None,
    )
    known = zip(lines, refunds.bought(order), strict=True)
    return Statement(order=order, stated_at=stated_at, answers=[_answer(facts, *one) for one in known], done=None)


def withdraw(order: Order, stated_at: datetime, actor: Actor) -> Statement:
    """Carry it out, with the acknowledgement by mail; the second time it finds what was done. The order is locked."""
    seen = statement(order, stated_at)
    if seen.done is not None:
        return seen
    made = Withdrawal(order_id=order.id, stated_at=stated_at, confirmed_at=clock.now())
    session.add(made)
    session.flush()
    session.add_all(
        WithdrawalAnswer(
            withdrawal_id=made.id,
            order_line_id=line.id,
            verdict=answer.verdict.value,
            pieces=answer.pieces,
            reason=answer.reason,
        )
        for line, answer in seen.answers
    )
    before = order.refunded
    wishes = [Wish(position=line.position, pieces=answer.pieces) for line, answer in seen.answers if answer.pieces]
    if wishes:
        refunds.give_back(order, wishes, actor, cause=Cause.WITHDRAWAL, reason=WHY, asked=f"withdrawal:{made.id}")
    session.flush()
    _acknowledge(made, seen, Money(order.refunded - before, order.currency))
    return statement(order, stated_at)


def _acknowledge(made: Withdrawal, seen: Statement, back: Money) -> None:
    context = {
        "number": seen.order.number,
        "stated_at": made.stated_at,
        "confirmed_at": made.confirmed_at,
        "lines": [
            (f"{line.title}, {line.edition_title}", answer.pieces, answer.reason) for line, answer in seen.answers
        ],
        "back": back,
        "address": f"{web.settings().base_url.rstrip('/')}/account/orders/{seen.order.number}",
    }
    letters.write(
        seen.order, "orders", Letter(name="withdrawal_received", context=context, once=f"withdrawal:{made.id}")
    )


def _answer(facts: Facts, line: OrderLine, known: Bought) -> tuple[OrderLine, Answer]:
    begun = sum(one.license.seats for one in taking_back.standing(line.id) if one.is_begun)
    return line, rules.decide(facts, pieces_left=known.pieces_left, begun=begun)


def _given(done: Withdrawal, lines: list[OrderLine]) -> list[tuple[OrderLine, Answer]]:
    rows = session.scalars(select(WithdrawalAnswer).where(WithdrawalAnswer.withdrawal_id == done.id))
    by_line = {row.order_line_id: row for row in rows}
    return [
        (
            line,
            Answer(
                verdict=rules.Verdict(by_line[line.id].verdict),
                pieces=by_line[line.id].pieces,
                reason=by_line[line.id].reason,
            ),
        )
        for line in lines
        if line.id in by_line
    ]
