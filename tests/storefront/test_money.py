"""Money: integers only, nothing lost in a split, one reading of what was typed."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.money import (
    EXPONENTS,
    MixedCurrencies,
    Money,
    NotMoney,
    UnknownCurrency,
    net_of_gross,
    parse,
    tax_groups,
    total,
)

unhurried = settings(deadline=None)
currencies = st.sampled_from(sorted(EXPONENTS))
amounts = st.integers(-(10**14), 10**14)
rates = st.integers(0, 300)


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (123450, "EUR", "1234.50 EUR"),
        (5, "EUR", "0.05 EUR"),
        (-5, "EUR", "-0.05 EUR"),
        (500, "JPY", "500 JPY"),
        (0, "JPY", "0 JPY"),
        (1, "KWD", "0.001 KWD"),
        (1234567, "KWD", "1234.567 KWD"),
    ],
)
def test_amounts_are_written_with_the_digits_of_their_currency(amount: int, currency: str, shown: str) -> None:
    assert Money(amount, currency).format() == shown


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [
        ("19.99", "EUR", 1999),
        ("19,99", "EUR", 1999),
        ("19,9", "EUR", 1990),
        ("EUR 19", "EUR", 1900),
        ("19 eur", "EUR", 1900),
        ("1 234.50", "EUR", 123450),
        ("1.234,50", "EUR", 123450),
        ("1,234.50", "EUR", 123450),
        ("1'234.50", "CHF", 123450),
        ("-3.00", "EUR", -300),
        ("0", "EUR", 0),
        ("500", "JPY", 500),
        ("1.234", "KWD", 1234),
    ],
)
def test_what_people_type_is_read(typed: str, currency: str, amount: int) -> None:
    assert parse(typed, currency) == Money(amount, currency)


@pytest.mark.parametrize(
    ("typed", "currency"),
    [
        ("1.234", "EUR"),
        ("1,234", "EUR"),
        ("1,234", "KWD"),
        ("12,34.50", "EUR"),
        ("1.2.3", "EUR"),
        ("1.", "EUR"),
        (".5", "EUR"),
        ("1.5", "JPY"),
        ("19.99 USD", "EUR"),
        ("1e3", "EUR"),
        ("٣", "EUR"),
        ("", "EUR"),
        ("9" * 16, "EUR"),
        ("--3", "EUR"),
        ("NaN", "EUR"),
    ],
)
def test_what_could_be_read_twice_is_refused(typed: str, currency: str) -> None:
    with pytest.raises(NotMoney, match="Please write the amount like"):
        parse(typed, currency)


@unhurried
@given(st.text(max_size=80), currencies)
def test_no_text_breaks_the_reader(typed: str, currency: str) -> None:
    with suppress(NotMoney):
        assert parse(typed, currency).currency == currency


@unhurried
@given(amounts, currencies)
def test_reading_undoes_writing(amount: int, currency: str) -> None:
    money = Money(amount, currency)
    assert parse(money.format(), currency) == money == parse(money.decimal(), currency)


@unhurried
@given(amounts, amounts, amounts, currencies)
def test_sums_behave_like_whole_numbers(one: int, two: int, three: int, currency: str) -> None:
    a, b, c = (Money(amount, currency) for amount in (one, two, three))
    assert (a + b) + c == a + (b + c) == total([c, b, a], currency)
    assert a - b == -(b - a)
    assert 3 * a == a * 3 == a + a + a
    assert (a < b) == (one < two)


@pytest.mark.parametrize("mix", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b])
def test_mixing_currencies_raises(mix) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(MixedCurrencies):
        mix(Money(1, "EUR"), Money(1, "USD"))


def test_mixing_currencies_raises_in_sums_and_taxes() -> None:
    with pytest.raises(MixedCurrencies):
        total([Money(1, "EUR")], "USD")
    with pytest.raises(MixedCurrencies):
        tax_groups([(Money(1, "EUR"), 190), (Money(1, "USD"), 70)])


def test_only_whole_minor_units_of_known_currencies_are_money() -> None:
    with pytest.raises(UnknownCurrency):
        Money(1, "XXX")
    with pytest.raises(TypeError):
        Money(1.5, "EUR")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(True, "EUR")


@unhurried
@given(amounts, st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any))
def test_a_split_loses_nothing_and_is_fair(amount: int, weights: list[int]) -> None:
    parts = Money(amount, "EUR").allocate(weights)
    assert sum(part.amount for part in parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        exact = amount * weight / sum(weights)
        assert abs(part.amount - exact) < 1 + abs(exact) * 1e-9
        assert weight or part.amount == 0


def test_a_split_gives_the_rest_to_the_largest_remainders() -> None:
    assert [part.amount for part in Money(100, "EUR").allocate([1, 1, 1])] == [34, 33, 33]
    assert [part.amount for part in Money(-100, "EUR").allocate([1, 1, 1])] == [-34, -33, -33]
    assert [part.amount for part in Money(10, "EUR").allocate([1, 4, 4])] == [1, 5, 4]


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [2, -1]])
def test_a_split_needs_weights(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money(1, "EUR").allocate(weights)


def test_tax_is_taken_out_of_the_price() -> None:
    group = net_of_gross(Money(11900, "EUR"), 190)
    assert (group.net.amount, group.tax.amount) == (10000, 1900)
    assert net_of_gross(Money(105, "EUR"), 50).tax.amount == 5
    assert net_of_gross(Money(3, "EUR"), 200).tax.amount == 1, "half a cent goes up"


@unhurried
@given(amounts, rates, currencies)
def test_net_and_tax_add_up_and_a_credit_note_mirrors(amount: int, rate: int, currency: str) -> None:
    gross = Money(amount, currency)
    group = net_of_gross(gross, rate)
    mirrored = net_of_gross(-gross, rate)
    assert group.net + group.tax == gross
    assert (mirrored.net, mirrored.tax) == (-group.net, -group.tax)
    assert abs(2 * group.tax.amount * (1000 + rate) - 2 * amount * rate) <= 1000 + rate, "within half a minor unit"


@unhurried
@given(st.lists(st.tuples(st.integers(0, 10**7), st.sampled_from([0, 55, 70, 190, 200])), max_size=20))
def test_tax_is_rounded_once_per_rate(lines: list[tuple[int, int]]) -> None:
    groups = tax_groups((Money(amount, "EUR"), rate) for amount, rate in lines)
    assert [group.rate_permille for group in groups] == sorted({rate for _, rate in lines})
    assert total((group.gross for group in groups), "EUR").amount == sum(amount for amount, _ in lines)
    assert all(group == net_of_gross(group.gross, group.rate_permille) for group in groups)
