"""Orders change by named verbs only, and their lines always add up."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.money import MixedCurrencies, Money
from storefront.orders.rules import (
    OPEN_STATES,
    DiscountRefused,
    Line,
    NotAnOrderNumber,
    OrderClosed,
    OrderConflict,
    OrderPaid,
    OrderState,
    OrderVerb,
    can,
    check_verb,
    order_number,
    read_order_number,
    spread,
    totals,
)

unhurried = settings(deadline=None)

ALLOWED = {
    "awaiting_payment": {"settle": "paid", "fail": "payment_failed", "cancel": "cancelled", "expire": "expired"},
    "payment_failed": {"retry": "awaiting_payment", "settle": "paid", "cancel": "cancelled", "expire": "expired"},
    "paid": {"refund": "refunded", "refund_part": "paid"},
    "cancelled": {},
    "expired": {},
    "refunded": {},
}

lines = st.lists(
    st.builds(
        Line,
        unit_price=st.integers(0, 10**6).map(lambda amount: Money(amount, "EUR")),
        quantity=st.integers(1, 99),
        tax_rate_permille=st.sampled_from([0, 55, 70, 81, 190, 200, 270]),
    ),
    max_size=20,
)


@pytest.mark.parametrize("verb", OrderVerb)
@pytest.mark.parametrize("state", OrderState)
def test_each_verb_in_each_state(state: OrderState, verb: OrderVerb) -> None:
    allowed = ALLOWED[state]
    assert can(state, verb) == (verb in allowed)
    if verb in allowed:
        assert check_verb(state, verb) == allowed[verb]
    else:
        with pytest.raises(OrderConflict):
            check_verb(state, verb)


@unhurried
@given(st.lists(st.sampled_from(OrderVerb), max_size=30))
def test_no_sequence_of_verbs_pays_twice_or_reopens(verbs: list[OrderVerb]) -> None:
    state, visited = OrderState.AWAITING_PAYMENT, []
    for verb in verbs:
        if can(state, verb):
            was, state = state, check_verb(state, verb)
            visited += [state] if state is not was else []
            assert was in OPEN_STATES or verb in {OrderVerb.REFUND, OrderVerb.REFUND_PART}
    assert visited.count(OrderState.PAID) <= 1
    if OrderState.PAID in visited:
        assert visited[visited.index(OrderState.PAID) :] in ([OrderState.PAID], [OrderState.PAID, OrderState.REFUNDED])


def test_refusals_say_what_happened() -> None:
    with pytest.raises(OrderPaid, match="not charged a second time"):
        check_verb(OrderState.PAID, OrderVerb.SETTLE)
    with pytest.raises(OrderPaid, match="paid already"):
        check_verb(OrderState.PAID, OrderVerb.CANCEL)
    with pytest.raises(OrderClosed):
        check_verb(OrderState.EXPIRED, OrderVerb.SETTLE)
    with pytest.raises(OrderConflict, match="“awaiting payment” cannot refund"):
        check_verb(OrderState.AWAITING_PAYMENT, OrderVerb.REFUND)


@unhurried
@given(st.integers(2000, 2999), st.integers(1, 10**9))
def test_order_numbers_read_back(year: int, sequence: int) -> None:
    number = order_number(year, sequence)
    assert read_order_number(number) == number
    assert read_order_number(f"  {number.lower().replace('-', ' ')} ") == number


def test_an_order_number_is_written_with_six_digits() -> None:
    assert order_number(2026, 123) == "LP-2026-000123"
    assert order_number(2026, 1234567) == "LP-2026-1234567"
    for year, sequence in ((26, 1), (2026, 0)):
        with pytest.raises(ValueError, match="order number"):
            order_number(year, sequence)


@pytest.mark.parametrize("text", ["", "LP-2026", "LP-2026-000000", "LP-26-000001", "XX-2026-000001", "LP-2026-٠٠٠٠٠١"])
def test_what_is_no_order_number_is_refused(text: str) -> None:
    with pytest.raises(NotAnOrderNumber):
        read_order_number(text)


@unhurried
@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(NotAnOrderNumber):
        read_order_number(text)


@unhurried
@given(lines, st.integers(0, 10**9), st.booleans())
def test_lines_tax_and_discount_add_up(ordered: list[Line], off: int, net_prices: bool) -> None:
    before = [line.before for line in ordered]
    whole = sum(amount.amount for amount in before)
    shares = spread(Money(min(off, whole), "EUR"), before)
    cheaper = [replace(line, discount=share) for line, share in zip(ordered, shares, strict=True)]
    sums = totals(cheaper, "EUR", net_prices=net_prices)
    assert sums.gross == sums.net + sums.tax
    assert sums.discount.amount == min(off, whole)
    assert sum(part.amount for part in sums.amounts) == (sums.net if net_prices else sums.gross).amount
    assert sum(part.amount for part in sums.amounts) == whole - min(off, whole)
    assert all(0 <= part.amount <= line.before.amount for part, line in zip(sums.amounts, ordered, strict=True))
    assert len(sums.groups) == len({line.tax_rate_permille for line in ordered})


def test_tax_is_rounded_once_for_ten_equal_lines() -> None:
    ordered = [Line(unit_price=Money(99, "EUR"), quantity=1, tax_rate_permille=190)] * 10
    sums = totals(ordered, "EUR")
    assert (sums.gross.amount, sums.tax.amount) == (990, 158), "ten times 16 would be 160"


def test_totals_refuse_mixed_currencies_and_impossible_discounts() -> None:
    euros = Line(unit_price=Money(100, "EUR"), quantity=1, tax_rate_permille=0)
    with pytest.raises(MixedCurrencies):
        totals([euros], "USD")
    for amount in (-1, 101):
        with pytest.raises(DiscountRefused):
            totals([replace(euros, discount=Money(amount, "EUR"))], "EUR")
        with pytest.raises(DiscountRefused):
            spread(Money(amount, "EUR"), [euros.before])
