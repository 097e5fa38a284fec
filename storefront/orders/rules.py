"""Order states, order numbers and what an order comes to."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from core.errors import Conflict, Invalid
from storefront.money import Money, TaxGroup, net_of_gross, tax_groups, total, zero


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
    REFUND_PART = "refund_part"


class OrderKind(StrEnum):
    """What an order is for: new licenses, or one more period or another plan of a license that is there already, or
    licenses that staff gave for no money."""

    PURCHASE = "purchase"
    RENEWAL = "renewal"
    CHANGE = "change"
    GIVEN = "given"


class TaxKind(StrEnum):
    """Why an order carries the tax it does: the rate of the buyer's country; the buyer reckons it (reverse charge); it is
    outside the Union; or it is exempt."""

    STANDARD = "standard"
    REVERSE_CHARGE = "reverse_charge"
    OUTSIDE = "outside"
    EXEMPT = "exempt"


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
        (OrderState.PAID, OrderVerb.REFUND_PART): OrderState.PAID,
    }
)
"""Every change an order can make. A failed order still settles: an earlier attempt whose answer was lost may turn out
to be paid after a later one was declined. One that is refunded in part stays paid; what went back is counted."""

OPEN_STATES = frozenset({OrderState.AWAITING_PAYMENT, OrderState.PAYMENT_FAILED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line as it is priced. The unit price includes its tax unless the order's prices are net; so does `discount`,
    which is taken off the whole line (None for none)."""

    unit_price: Money
    quantity: int
    tax_rate_permille: int
    discount: Money | None = None

    @property
    def before(self) -> Money:
        """What it would cost without a discount."""
        return self.unit_price * self.quantity

    @property
    def amount(self) -> Money:
        """What it costs."""
        return self.before - self.discount if self.discount else self.before


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """What an order comes to: `gross == net + tax`, all discounts taken off.

    `amounts` are the lines': they add up to the gross, or to the net where the prices are net.
    """

    amounts: tuple[Money, ...]
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


def without(line: Line, taken_out: int) -> Line:
    """A line whose prices included tax at this rate, without it: what one costs, and what all cost after a discount,
    are rounded each for itself. Nothing is ever taken off beyond the line's whole."""
    unit = net_of_gross(line.unit_price, taken_out).net
    discount = None
    if line.discount is not None:
        left = net_of_gross(line.amount, taken_out).net
        before = unit * line.quantity
        discount = Money(max(0, before.amount - left.amount), before.currency)
    return Line(unit_price=unit, quantity=line.quantity, tax_rate_permille=0, discount=discount)


def totals(lines: Sequence[Line], currency: str, *, net_prices: bool = False) -> Totals:
    """Add up an order; the tax is rounded once per rate (EN 16931, BR-CO-17), on the sum of the lines of that rate.

    Raises MixedCurrencies, and refuses with DiscountRefused a discount below nothing or above its line.
    """
    for line in lines:
        _check_discount(line)
    groups = tax_groups(((line.amount, line.tax_rate_permille) for line in lines), net_prices=net_prices)
    return Totals(
        amounts=tuple(line.amount for line in lines),
        discount=total((line.discount for line in lines if line.discount), currency),
        gross=total((group.gross for group in groups), currency),
        net=total((group.net for group in groups), currency),
        tax=total((group.tax for group in groups), currency),
        groups=groups,
    )


def spread(off: Money, amounts: Sequence[Money]) -> tuple[Money, ...]:
    """Spread a discount over the lines it is for, by largest remainder; no line gets more than it costs.

    Refuses with DiscountRefused a discount below nothing or above the whole.
    """
    if off.amount < 0 or off > total(amounts, off.currency):
        raise DiscountRefused
    return off.allocate([amount.amount for amount in amounts]) if off else tuple(off for _amount in amounts)


_NUMBER = re.compile(r"LP[\s-]*(?P<year>2[0-9]{3})[\s-]+(?P<sequence>[0-9]{6,12})", re.ASCII)


def _refusal(state: OrderState, verb: OrderVerb) -> OrderConflict:
    if state is OrderState.PAID:
        return OrderPaid() if verb in {OrderVerb.SETTLE, OrderVerb.RETRY} else OrderPaid("This order is paid already.")
    if state not in OPEN_STATES:
        return (
            OrderClosed()
            if verb not in {OrderVerb.REFUND, OrderVerb.REFUND_PART}
            else OrderClosed("This order is closed.")
        )
    words = state.value.replace("_", " ")
    return OrderConflict(f"An order in the state “{words}” cannot {verb}. Nothing was changed.")


def _check_discount(line: Line) -> None:
    if line.discount is not None and not zero(line.discount.currency) <= line.discount <= line.before:
        raise DiscountRefused
