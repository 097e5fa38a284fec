"""Order states, order numbers and what an order comes to."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from core.errors import Conflict, Invalid
from storefront.money import Money, TaxGroup, tax_groups, total


class OrderConflict(Conflict):
    """The order is in a state in which this cannot be done."""

    code = "order_conflict"


class OrderPaid(OrderConflict):
    code = "order_paid"
    sentence = "This order is paid already. You were not charged a second time."


class OrderClosed(OrderConflict):
    """Cancelled, expired or refunded: nothing leads out of these, so money that still arrives has to be returned."""

    code = "order_closed"
    sentence = "This order is closed. Nothing was charged; the cart can be ordered again."


class NotAnOrderNumber(Invalid):
    code = "not_an_order_number"
    sentence = "An order number looks like LP-2026-000123."


class DiscountRefused(Invalid):
    code = "discount_refused"
    sentence = "A discount is at most what the order comes to."


class OrderState(StrEnum):
    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    PAYMENT_FAILED = "payment_failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUNDED = "refunded"


class OrderVerb(StrEnum):
    SETTLE = "settle"
    FAIL = "fail"
    RETRY = "retry"
    CANCEL = "cancel"
    EXPIRE = "expire"
    REFUND = "refund"


TRANSITIONS: Mapping[tuple[OrderState, OrderVerb], OrderState] = MappingProxyType(
    {
        (OrderState.AWAITING_PAYMENT, OrderVerb.SETTLE): OrderState.PAID,
        (OrderState.AWAITING_PAYMENT, OrderVerb.FAIL): OrderState.PAYMENT_FAILED,
        (OrderState.AWAITING_PAYMENT, OrderVerb.CANCEL): OrderState.CANCELLED,
        (OrderState.AWAITING_PAYMENT, OrderVerb.EXPIRE): OrderState.EXPIRED,
        (OrderState.PAYMENT_FAILED, OrderVerb.RETRY): OrderState.AWAITING_PAYMENT,
        (OrderState.PAYMENT_FAILED, OrderVerb.SETTLE): OrderState.PAID,
        (OrderState.PAYMENT_FAILED, OrderVerb.CANCEL): OrderState.CANCELLED,
        (OrderState.PAYMENT_FAILED, OrderVerb.EXPIRE): OrderState.EXPIRED,
        (OrderState.PAID, OrderVerb.REFUND): OrderState.REFUNDED,
    }
)
"""Every change an order can make. A failed order still settles: an earlier attempt whose answer was lost may turn out
to be paid after a later one was declined."""

OPEN_STATES = frozenset({OrderState.AWAITING_PAYMENT, OrderState.PAYMENT_FAILED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line as it is priced; the unit price includes its tax."""

    unit_price: Money
    quantity: int
    tax_rate_permille: int

    @property
    def gross(self) -> Money:
        return self.unit_price * self.quantity


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """What an order comes to: `gross == net + tax == sum(line_gross)`, `discount` already taken off."""

    line_gross: tuple[Money, ...]
    discount: Money
    gross: Money
    net: Money
    tax: Money
    groups: tuple[TaxGroup, ...]


def check_verb(state: OrderState, verb: OrderVerb) -> OrderState:
    """The state after the verb. Refuses with OrderPaid, OrderClosed or OrderConflict."""
    try:
        return TRANSITIONS[state, verb]
    except KeyError:
        raise _refusal(state, verb) from None


def can(state: OrderState, verb: OrderVerb) -> bool:
    """The same table as a yes or no, for pages that show a button."""
    return (state, verb) in TRANSITIONS


def order_number(year: int, sequence: int) -> str:
    """`LP-2026-000123`: the sequence counts within a year and may outgrow its six digits."""
    if not 2000 <= year <= 9999 or sequence < 1:
        raise ValueError("an order number has a year of four digits and counts from one")
    return f"LP-{year}-{sequence:06d}"


def read_order_number(text: str) -> str:
    """The written form of a typed number: any case, spaces or no hyphens. Refuses with NotAnOrderNumber."""
    found = _NUMBER.fullmatch(text[:40].strip().upper())
    if not found or int(found["sequence"]) < 1:
        raise NotAnOrderNumber
    return order_number(int(found["year"]), int(found["sequence"]))


def totals(lines: Sequence[Line], currency: str, discount: Money | None = None) -> Totals:
    """Add up an order; the tax is rounded once per rate, a discount spread over the lines by largest remainder.

    Raises MixedCurrencies, and refuses with DiscountRefused a discount below nothing or above the whole.
    """
    before = [line.gross for line in lines]
    off = discount or Money(0, currency)
    after = _discounted(before, total(before, currency), off)
    groups = tax_groups(zip(after, (line.tax_rate_permille for line in lines), strict=True))
    return Totals(
        line_gross=after,
        discount=off,
        gross=total(after, currency),
        net=total((group.net for group in groups), currency),
        tax=total((group.tax for group in groups), currency),
        groups=groups,
    )


_NUMBER = re.compile(r"LP[\s-]*(?P<year>2[0-9]{3})[\s-]+(?P<sequence>[0-9]{6,12})", re.ASCII)


def _refusal(state: OrderState, verb: OrderVerb) -> OrderConflict:
    if state is OrderState.PAID:
        return OrderPaid() if verb in {OrderVerb.SETTLE, OrderVerb.RETRY} else OrderPaid("This order is paid already.")
    if state not in OPEN_STATES:
        return OrderClosed() if verb is not OrderVerb.REFUND else OrderClosed("This order is closed.")
    words = state.value.replace("_", " ")
    return OrderConflict(f"An order in the state “{words}” cannot {verb}. Nothing was changed.")


def _discounted(before: Sequence[Money], whole: Money, off: Money) -> tuple[Money, ...]:
    if off.amount < 0 or off > whole:
        raise DiscountRefused
    if not off:
        return tuple(before)
    return tuple(
        gross - part for gross, part in zip(before, off.allocate([gross.amount for gross in before]), strict=True)
    )
