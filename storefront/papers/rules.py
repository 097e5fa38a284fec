"""What papers say and how they add up: kinds, tax in words, and which part of an invoice a credit note takes back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.errors import Conflict
from storefront.money import Money, TaxGroup, zero
from storefront.orders.rules import TaxKind

Said = dict[str, Any]
"""The facts of a paper as they were frozen: amounts are minor units of its currency."""


class Kind(StrEnum):
    """`confirmation` carries the order's number; every other kind has a series of its own, without gaps.

    A quote belongs to no order yet."""

    CONFIRMATION = "confirmation"
    PROFORMA = "proforma"
    INVOICE = "invoice"
    RECEIPT = "receipt"
    CREDIT_NOTE = "credit_note"
    QUOTE = "quote"


TITLES = {
    Kind.CONFIRMATION: "Order confirmation",
    Kind.PROFORMA: "Proforma invoice",
    Kind.INVOICE: "Invoice",
    Kind.RECEIPT: "Receipt",
    Kind.CREDIT_NOTE: "Credit note",
    Kind.QUOTE: "Quote",
}
PREFIX = {Kind.PROFORMA: "PF", Kind.INVOICE: "INV", Kind.RECEIPT: "RC", Kind.CREDIT_NOTE: "CN"}
NOTES = {
    TaxKind.STANDARD: "",
    TaxKind.REVERSE_CHARGE: (
        "Reverse charge: the buyer accounts for the value added tax (Article 196 of Directive 2006/112/EC)."
    ),
    TaxKind.OUTSIDE: "Not subject to value added tax in the European Union: the buyer is outside of it.",
    TaxKind.EXEMPT: "Exempt from value added tax.",
}


VAT_PREFIXES = {"EL": "GR", "XI": "GB"}


class TooMuchCredited(Conflict):
    """A credit note takes back at most what its invoice still stands for."""

    code = "too_much_credited"
    sentence = "That is more than what is left of the invoice. Nothing was written."


@dataclass(frozen=True, kw_only=True)
class Credit:
    """A part of an invoice that is taken back: gross by line, each line's amount as it is printed, and the tax by rate."""

    parts: Mapping[int, Money]
    amounts: Mapping[int, Money]
    groups: tuple[TaxGroup, ...]


def tax_kind(kind: str, rates: Iterable[int]) -> TaxKind:
    """Why there is the tax that there is; an order without any that gives no reason is outside the Union."""
    found = TaxKind(kind)
    return TaxKind.OUTSIDE if found is TaxKind.STANDARD and not any(rates) else found


def country_of(vat_id: str) -> str:
    """The country of a VAT id (ISO 3166), by its prefix; "" for none."""
    return VAT_PREFIXES.get(vat_id[:2], vat_id[:2] if vat_id[:2].isalpha() else "")


def groups_of(said: Said) -> tuple[TaxGroup, ...]:
    """The tax of a paper by rate."""
    return tuple(
        TaxGroup(
            rate_permille=group["rate_permille"],
            **{name: Money(group[name], said["currency"]) for name in ("net", "tax", "gross")},
        )
        for group in said["groups"]
    )


def positions(said: Said) -> dict[int, Said]:
    """The lines by their positions; papers of the first days counted them only."""
    return {line.get("position", place): line for place, line in enumerate(said["lines"], start=1)}


def gross_of_lines(said: Said) -> dict[int, Money]:
    """What each line costs with its tax: the group's gross shared by largest remainder, so that it adds up."""
    return _shared(said, "gross", 1)


def net_of_lines(said: Said, unit: int = 1) -> dict[int, Money]:
    """What each line costs without its tax: the lines of a rate add up to its net amount (EN 16931, BR-CO-10, BR-S-08).

    `unit`: share by so many minor units at a time; each rate's amount has to be a multiple.
    """
    return _shared(said, "net", unit)


def rest(said: Said, credited: Sequence[Mapping[int, Money]]) -> dict[int, Money]:
    """What is left of an invoice by line, tax included."""
    left = gross_of_lines(said)
    for parts in credited:
        for position, part in parts.items():
            left[position] = left[position] - part
    return left


def credit(said: Said, credited: Sequence[Mapping[int, Money]], parts: Mapping[int, Money]) -> Credit:
    """Take parts of an invoice back, gross by line. Taken back in any number of parts, its tax comes out to the cent.

    The tax of a part is what the tax of everything taken back so far grows by. Refuses with TooMuchCredited.
    """
    left = rest(said, credited)
    taken = {position: part for position, part in parts.items() if part}
    if not all(position in left and 0 < part.amount <= left[position].amount for position, part in taken.items()):
        raise TooMuchCredited
    lines, groups, amounts = positions(said), list[TaxGroup](), dict[int, Money]()
    for group in groups_of(said):
        same = {position for position in lines if _rate(lines, position) == group.rate_permille}
        own = sorted(same & set(taken))
        if own:
            before = (part for parts in credited for position, part in parts.items() if position in same)
            now = _part_of(group, _sum(group, before), _sum(group, (taken[position] for position in own)))
            whole = now.net if said.get("net_prices") else now.gross
            amounts |= dict(zip(own, whole.allocate([taken[position].amount for position in own]), strict=True))
            groups.append(now)
    return Credit(parts=taken, amounts=amounts, groups=tuple(groups))


def nothing_of(said: Said) -> Credit:
    """What is taken back of an invoice over nothing."""
    none = {position: zero(said["currency"]) for position in positions(said)}
    groups = (_part_of(group, _sum(group, ()), _sum(group, ())) for group in groups_of(said))
    return Credit(parts=none, amounts=none, groups=tuple(groups))


def _part_of(group: TaxGroup, before: Money, part: Money) -> TaxGroup:
    tax = _share(group, before + part) - _share(group, before)
    return TaxGroup(rate_permille=group.rate_permille, gross=part, net=part - tax, tax=tax)


def _share(group: TaxGroup, gross: Money) -> Money:
    """The tax in a part of a group, rounded to the nearest; of the whole it is the whole."""
    if not group.gross:
        return zero(gross.currency)
    whole = group.gross.amount
    return Money((2 * group.tax.amount * gross.amount + whole) // (2 * whole), gross.currency)


def _sum(group: TaxGroup, amounts: Iterable[Money]) -> Money:
    return sum(amounts, start=zero(group.gross.currency))


def _rate(lines: Mapping[int, Said], position: int) -> int:
    return int(lines[position]["tax_permille"])


def _shared(said: Said, name: str, unit: int) -> dict[int, Money]:
    shares, lines = dict[int, Money](), positions(said)
    for group in groups_of(said):
        own = [position for position in lines if _rate(lines, position) == group.rate_permille]
        of: Money = getattr(group, name)
        whole = Money(of.amount // unit, of.currency)
        weights = [lines[position]["amount"] for position in own]
        parts = whole.allocate(weights) if any(weights) else [whole * 0 for _position in own]
        shares |= {position: part * unit for position, part in zip(own, parts, strict=True)}
    return shares
