"""Money as integer minor units and a currency, and the arithmetic of prices with their tax inside or on top."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import total_ordering
from types import MappingProxyType

from core.errors import Invalid

EXPONENTS: Mapping[str, int] = MappingProxyType(
    {
        "AUD": 2, "BHD": 3, "CAD": 2, "CHF": 2, "CLP": 0, "CZK": 2, "DKK": 2, "EUR": 2, "GBP": 2, "HUF": 2,
        "INR": 2, "ISK": 0, "JPY": 0, "KRW": 0, "KWD": 3, "NOK": 2, "NZD": 2, "PLN": 2, "SEK": 2, "TND": 3,
        "USD": 2,
    }
)  # fmt: skip
"""Digits after the point per currency (ISO 4217); a currency that is missing here is not sold in."""

MOST_DIGITS = 15


class MixedCurrencies(ValueError):
    """Two amounts of different currencies met in one calculation: a fault of the program, never of a customer."""


class UnknownCurrency(ValueError):
    """The currency has no known number of minor digits, so its amounts cannot be read."""


class NotMoney(Invalid):
    """What was typed is no amount of the currency."""

    code = "not_money"


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """`amount` counts minor units (cents, or whole yen); positional because the two fields are one value."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.amount, bool) or not isinstance(self.amount, int):
            raise TypeError("an amount of money is a whole number of minor units")
        exponent_of(self.currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.amount * times, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        return self.format()

    @property
    def exponent(self) -> int:
        return exponent_of(self.currency)

    def decimal(self) -> str:
        """The amount with a point and no grouping, as data formats want it: `1234.50`."""
        digits = str(abs(self.amount)).rjust(self.exponent + 1, "0")
        whole, part = digits[: len(digits) - self.exponent], digits[len(digits) - self.exponent :]
        return ("-" if self.amount < 0 else "") + whole + ("." + part if part else "")

    def format(self) -> str:
        """`1234.50 EUR`: for logs and plain text. Pages use the reader's locale instead."""
        return f"{self.decimal()} {self.currency}"

    def allocate(self, weights: Sequence[int]) -> tuple["Money", ...]:
        """Split by weight with the largest remainder method: the parts always add up to the whole.

        Equal remainders go to the earlier part. Weights are not negative and not all zero.
        """
        whole = sum(weights)
        if whole <= 0 or min(weights) < 0:
            raise ValueError("weights must not be negative and not all zero")
        size, sign = abs(self.amount), -1 if self.amount < 0 else 1
        parts = [size * weight // whole for weight in weights]
        by_remainder = sorted(range(len(parts)), key=lambda place: -(size * weights[place] % whole))
        for place in by_remainder[: size - sum(parts)]:
            parts[place] += 1
        return tuple(Money(sign * part, self.currency) for part in parts)

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise MixedCurrencies(f"{self.currency} and {other.currency} cannot be mixed")
        return other.amount


@dataclass(frozen=True, kw_only=True, slots=True)
class TaxGroup:
    """All lines of one rate: `net + tax == gross`, rounded once for the group."""

    rate_permille: int
    gross: Money
    net: Money
    tax: Money


def zero(currency: str) -> Money:
    return Money(0, currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum, zero of the named currency for no amounts at all. Raises MixedCurrencies."""
    whole = zero(currency)
    for amount in amounts:
        whole = whole + amount
    return whole


def exponent_of(currency: str) -> int:
    """How many minor digits the currency has. Raises UnknownCurrency."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise UnknownCurrency(f"{currency!r} is not a currency of this shop") from None


def parse(text: str, currency: str) -> Money:
    """Read what a person typed: `19.99`, `19,99`, `1 234.50`, `1.234,50`, `EUR 19`, `19 EUR`.

    Refuses with NotMoney more digits than the currency has, and what two readers would read differently: in euros
    `1.234` may be one or a thousand.
    """
    typed = text[:60].strip().upper().removeprefix(currency).removesuffix(currency).strip()
    found = _AMOUNT.fullmatch(_SPACES.sub("", typed))
    exponent = exponent_of(currency)
    if not found:
        raise _refuse(currency)
    whole, part = _split(found["digits"], exponent)
    if whole is None or len(whole) > MOST_DIGITS:
        raise _refuse(currency)
    amount = int(whole + part.ljust(exponent, "0"))
    return Money(-amount if found["sign"] else amount, currency)


def net_of_gross(gross: Money, rate_permille: int) -> TaxGroup:
    """Take the tax out of a price that includes it; halves go away from zero, so a credit note mirrors its invoice."""
    if rate_permille < 0:
        raise ValueError("a tax rate is not negative")
    whole = 1000 + rate_permille
    tax = (2 * abs(gross.amount) * rate_permille + whole) // (2 * whole)
    taken = Money(-tax if gross.amount < 0 else tax, gross.currency)
    return TaxGroup(rate_permille=rate_permille, gross=gross, net=gross - taken, tax=taken)


def gross_of_net(net: Money, rate_permille: int) -> TaxGroup:
    """Put the tax on a price without it; halves go away from zero, so a credit note mirrors its invoice."""
    if rate_permille < 0:
        raise ValueError("a tax rate is not negative")
    tax = (2 * abs(net.amount) * rate_permille + 1000) // 2000
    put = Money(-tax if net.amount < 0 else tax, net.currency)
    return TaxGroup(rate_permille=rate_permille, gross=net + put, net=net, tax=put)


def tax_groups(lines: Iterable[tuple[Money, int]], *, net_prices: bool = False) -> tuple[TaxGroup, ...]:
    """Group amounts by rate in permille and round the tax once per group, lowest rate first.

    The amounts include their tax unless `net_prices`.
    """
    sums: dict[int, Money] = {}
    for amount, rate in lines:
        sums[rate] = sums[rate] + amount if rate in sums else amount
    if len({amount.currency for amount in sums.values()}) > 1:
        raise MixedCurrencies("one order is paid in one currency")
    taxed = gross_of_net if net_prices else net_of_gross
    return tuple(taxed(sums[rate], rate) for rate in sorted(sums))


_SPACES = re.compile(r"[\s'’]")
_AMOUNT = re.compile(r"(?P<sign>[-−]?)(?P<digits>[0-9][0-9.,]*)")
_GROUPED = {",": re.compile(r"[0-9]{1,3}(,[0-9]{3})+"), ".": re.compile(r"[0-9]{1,3}(\.[0-9]{3})+")}


def _split(digits: str, exponent: int) -> tuple[str | None, str]:
    """Whole and minor digits; a whole of None says that the text cannot be read one way only."""
    point = max(digits.rfind("."), digits.rfind(","))
    if point < 0:
        return digits, ""
    whole, part = digits[:point], digits[point + 1 :]
    mark, other = digits[point], "," if digits[point] == "." else "."
    if not 0 < len(part) <= exponent or mark in whole:
        return None, ""
    if other in whole:
        return (whole.replace(other, "") if _GROUPED[other].fullmatch(whole) else None), part
    ambiguous = mark == "," and len(part) == 3
    return (None if ambiguous else whole), part


def _refuse(currency: str) -> NotMoney:
    example = Money(1234 * 10 ** exponent_of(currency), currency).decimal()
    return NotMoney(f"Please write the amount like {example}, without thousands separators.")
