"""How this shop's sales are taxed, by what its operator set."""

from dataclasses import replace

from core import clock, web
from storefront.money import net_of_gross
from storefront.orders.placing import Piece
from storefront.papers.rules import country_of
from storefront.tax import rules
from storefront.tax.rules import Seller, Treatment
from storefront.vatids import service as vatids


def treatment(country: str, vat_id: str) -> Treatment:
    """How a sale of now is taxed. The VAT id is one whose syntax and check digits are right, or ""."""
    return rules.treat(seller(), country, vatids.standing_of(vat_id), clock.now().date())


def seller() -> Seller:
    """Who sells: where, and registered for what."""
    of = web.settings()
    country = of.tax_country.upper() or country_of(of.company_vat_id)
    return Seller(country=country, oss=of.tax_oss, is_small=of.tax_small_business)


def applied(pieces: tuple[Piece, ...], how: Treatment) -> tuple[Piece, ...]:
    """Pieces at prices that include tax, as they are charged."""
    if not how.net_prices:
        return tuple(replace(piece, tax_permille=how.permille) for piece in pieces)
    return tuple(_without(piece, how.taken_out) for piece in pieces)


def _without(piece: Piece, taken_out: int) -> Piece:
    line = rules.without(piece.priced, taken_out)
    usual = net_of_gross(piece.usual, taken_out).net if piece.usual else None
    return replace(piece, unit=line.unit_price, usual=usual, discount=line.discount, tax_permille=0)
