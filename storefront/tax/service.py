"""How this shop's sales are taxed, by what its operator set."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from core import clock, web
from storefront.money import net_of_gross
from storefront.orders.placing import Piece
from storefront.orders.rules import without
from storefront.papers.rules import country_of
from storefront.prices.shown import Included
from storefront.tax import rates, rules
from storefront.tax.rules import Seller, Treatment
from storefront.vatids import service as vatids
from storefront.vatids.rules import Standing


def treatment(country: str, vat_id: str) -> Treatment:
    """How a sale of now is taxed. The VAT id is one whose syntax and check digits are right, or ""."""
    return rules.treat(seller(), country, vatids.standing_of(vat_id), clock.now().date())


def included(country: str) -> Included:
    """What is in the prices that consumers of a country pay; "" is the seller's own."""
    who, today = seller(), clock.now().date()
    asked = country or who.country
    how = rules.treat(who, asked, Standing.NONE, today)
    is_home = rates.member_state(asked) == rates.member_state(who.country)
    return Included(permille=how.permille, until=_next_change(today), is_home=is_home)


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


def _next_change(today: date) -> datetime | None:
    """When any rate changes next, as far as it is known."""
    days = [since for known in rates.STANDARD.values() for since, _permille in known if since > today]
    return datetime.combine(min(days), time.min, UTC) if days else None


def _without(piece: Piece, taken_out: int) -> Piece:
    line = without(piece.priced, taken_out)
    usual = net_of_gross(piece.usual, taken_out).net if piece.usual else None
    return replace(piece, unit=line.unit_price, usual=usual, discount=line.discount, tax_permille=0)
