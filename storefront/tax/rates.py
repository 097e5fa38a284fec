"""The Union's standard rates of value added tax by the day from which they hold, and the countries we sell to. Pure.

Standard rates for electronically supplied services, in permille. Source: European Commission, "Taxes in Europe" database
(TEDB), value added tax, standard rates as they stood on 1 January 2026, with the days of change that it gives since 2020.
A change of law is a line of this table; none is ever taken out.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from unicodedata import normalize

from babel import Locale

FIRST = date(2020, 1, 1)
"""The table begins here; a rate that stands beside this day may be older."""

_UNCHANGED: Mapping[str, int] = MappingProxyType(
    {
        "AT": 200, "BE": 210, "BG": 200, "CY": 190, "CZ": 210, "DK": 250, "ES": 210, "FR": 200, "GR": 240, "HR": 250,
        "HU": 270, "IT": 220, "LT": 210, "LV": 210, "MT": 180, "NL": 210, "PL": 230, "PT": 230, "SE": 250, "SI": 220,
    }
)  # fmt: skip
_CHANGED: Mapping[str, tuple[tuple[date, int], ...]] = MappingProxyType(
    {
        "DE": ((FIRST, 190), (date(2020, 7, 1), 160), (date(2021, 1, 1), 190)),
        "EE": ((FIRST, 200), (date(2024, 1, 1), 220), (date(2025, 7, 1), 240)),
        "FI": ((FIRST, 240), (date(2024, 9, 1), 255)),
        "IE": ((FIRST, 230), (date(2020, 9, 1), 210), (date(2021, 3, 1), 230)),
        "LU": ((FIRST, 170), (date(2023, 1, 1), 160), (date(2024, 1, 1), 170)),
        "RO": ((FIRST, 190), (date(2025, 8, 1), 210)),
        "SK": ((FIRST, 200), (date(2025, 1, 1), 230)),
    }
)
STANDARD: Mapping[str, tuple[tuple[date, int], ...]] = MappingProxyType(
    {**{country: ((FIRST, permille),) for country, permille in _UNCHANGED.items()}, **_CHANGED}
)
"""By member state: since when which rate, the oldest first. Whoever is missing here is outside the Union."""

FISCAL: Mapping[str, str] = MappingProxyType({"MC": "FR"})
"""Countries that count as a member state's territory (Directive 2006/112/EC, Article 7). What has a code of its own and
counts as outside (Article 6: AX, GF, GP, MF, MQ, RE, YT) simply is no member state here. Northern Ireland belongs to the
Union for goods only; for services it is GB."""

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


def member_state(country: str) -> str:
    """The member state in whose territory for value added tax a country lies; "" for outside the Union."""
    found = FISCAL.get(country, country)
    return found if found in STANDARD else ""


def standard_permille(state: str, day: date) -> int:
    """A member state's standard rate on a day. Raises ValueError before the table begins."""
    return held(state, day)[0]


def held(state: str, day: date) -> tuple[int, date]:
    """A member state's standard rate on a day and since when this table has it. Raises ValueError before it begins."""
    known = [(permille, since) for since, permille in STANDARD[state] if since <= day]
    if not known:
        raise ValueError(f"rates are known since {FIRST.isoformat()}")
    return known[-1]
