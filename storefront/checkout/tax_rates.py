"""Value added tax by the buyer's country, and the countries we sell to. Pure.

Rates are the standard rates for electronically supplied services, in permille, as in force on 1 January 2026: European
Commission, "Taxes in Europe" database (TEDB), VAT standard rates. A change of law is a change of this table, dated here.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from unicodedata import normalize

from babel import Locale

AS_OF = date(2026, 1, 1)
STANDARD_PERMILLE: Mapping[str, int] = MappingProxyType(
    {
        "AT": 200, "BE": 210, "BG": 200, "CY": 190, "CZ": 210, "DE": 190, "DK": 250, "EE": 240, "ES": 210,
        "FI": 255, "FR": 200, "GR": 240, "HR": 250, "HU": 270, "IE": 230, "IT": 220, "LT": 210, "LU": 170,
        "LV": 210, "MC": 200, "MT": 180, "NL": 210, "PL": 230, "PT": 230, "RO": 210, "SE": 250, "SI": 220, "SK": 230,
    }
)  # fmt: skip
"""A country that is missing here is outside the Union: its sales carry no tax of ours, at the same price. Monaco counts as
France (Directive 2006/112/EC, Art. 7)."""

_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})
COUNTRIES: Mapping[str, str] = MappingProxyType(
    dict(
        sorted(
            (
                (code, str(name))
                for code, name in Locale("en").territories.items()
                if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
            ),
            key=lambda pair: normalize("NFKD", pair[1]).encode("ascii", "ignore"),
        )
    )
)
"""English name by ISO 3166 code, in the order of the names."""


def tax_permille(country: str) -> int:
    """The rate that is inside our prices for a buyer of this country."""
    return STANDARD_PERMILLE.get(country, 0)
