"""Who owes how much value added tax, and where: one rule for every sale. Pure."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from storefront.orders.rules import TaxKind
from storefront.tax import rates
from storefront.vatids.rules import Standing


class Scheme(StrEnum):
    """Where a sale is declared: at home, by the One Stop Shop, as a service to a business that accounts for the tax, or
    nowhere."""

    DOMESTIC = "domestic"
    OSS = "oss"
    REVERSE_CHARGE = "reverse_charge"
    OUTSIDE = "outside"
    EXEMPT = "exempt"


@dataclass(frozen=True, kw_only=True, slots=True)
class Seller:
    """`country` by ISO 3166. `oss`: registered for the One Stop Shop, or above the Union's threshold of distance sales.
    `is_small`: a small enterprise that charges no tax at home."""

    country: str
    oss: bool = True
    is_small: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Treatment:
    """What a sale carries: `permille` is charged, `taken_out` is the rate that the price included and that is not.

    `is_id_refused`: it carries tax only because the buyer's VAT id is known not to be valid.
    """

    kind: TaxKind
    permille: int = 0
    taken_out: int = 0
    is_id_refused: bool = False

    @property
    def net_prices(self) -> bool:
        """Whether lines are written without tax."""
        return self.kind is TaxKind.REVERSE_CHARGE


def treat(seller: Seller, country: str, standing: Standing, day: date) -> Treatment:
    """How a sale of software is taxed that is supplied to a buyer of this country on this day.

    Electronically supplied services (Directive 2006/112/EC): to a business they belong where it is, and it accounts for
    the tax (Articles 44, 196); to anybody else where the buyer is (58), or at the seller's below the threshold (59c).
    """
    state, home = rates.member_state(country), rates.member_state(seller.country)
    if not state:
        return Treatment(kind=TaxKind.OUTSIDE)
    of_consumers = _of_consumers(seller, state, home, day)
    if state != home and standing in {Standing.UNKNOWN, Standing.VALID}:
        return Treatment(kind=TaxKind.REVERSE_CHARGE, taken_out=of_consumers.permille)
    return replace(of_consumers, is_id_refused=state != home and standing is Standing.INVALID)


def declared(seller: Seller, kind: TaxKind, country: str) -> tuple[Scheme, str]:
    """In which part of a return a sale to a buyer of this country belongs, and the country that it names there."""
    if kind is not TaxKind.STANDARD:
        return Scheme(kind.value), country
    state, home = rates.member_state(country), rates.member_state(seller.country)
    return (Scheme.OSS, state) if _is_abroad(seller, state, home) else (Scheme.DOMESTIC, home)


def _of_consumers(seller: Seller, state: str, home: str, day: date) -> Treatment:
    """A seller outside the Union knows no threshold and no exemption in it."""
    if _is_abroad(seller, state, home):
        return Treatment(kind=TaxKind.STANDARD, permille=rates.standard_permille(state, day))
    if seller.is_small:
        return Treatment(kind=TaxKind.EXEMPT)
    return Treatment(kind=TaxKind.STANDARD, permille=rates.standard_permille(home, day))


def _is_abroad(seller: Seller, state: str, home: str) -> bool:
    return bool(state) and state != home and (seller.oss or not home)
