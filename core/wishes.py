"""Explicit wishes about how pages look (clause P4c), carried in the preferences cookie: pure."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

CHOICES: dict[str, tuple[str, ...]] = {
    "theme": ("auto", "light", "dark"),
    "density": ("airy", "compact"),
    "layout": ("cards", "rows"),
    "language": ("en", "de"),
    "currency": ("sign", "code"),
    "prices": ("house", "EUR", "USD", "GBP", "JPY", "CHF", "KWD"),
    "country": (
        *("any", "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT"),
        *("LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "outside"),
    ),
    "vat": ("with", "without"),
    "start": ("front", "shop", "forum", "licenses", "account"),
    "zone": (
        "UTC",
        "Europe/Vienna",
        "Europe/London",
        "America/New_York",
        "America/Los_Angeles",
        "Asia/Tokyo",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What a visitor asked for; the defaults are what a stranger gets. `policy_seen` is a policy version (P13)."""

    theme: str = "auto"
    density: str = "airy"
    layout: str = "cards"
    language: str = "en"
    currency: str = "sign"
    prices: str = "house"
    country: str = "any"
    vat: str = "with"
    start: str = "front"
    zone: str = "UTC"
    policy_seen: int = 0


@lru_cache(maxsize=512)
def read(cookie: str) -> Wishes:
    """The wishes in a cookie's text; whatever is not among the choices counts as not said."""
    said = dict(parse_qsl(cookie[:400], max_num_fields=20)) if cookie.count("&") < 20 else {}
    kept: dict[str, Any] = {name: said[name] for name, choices in CHOICES.items() if said.get(name) in choices}
    seen = said.get("policy_seen", "0")
    number = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else 0
    return Wishes(policy_seen=number, **kept)


def write(wishes: Wishes) -> str:
    """The cookie's text: only what differs from the defaults."""
    plain = Wishes()
    said = {name: getattr(wishes, name) for name in (*CHOICES, "policy_seen")}
    return urlencode({name: value for name, value in said.items() if value != getattr(plain, name)})
