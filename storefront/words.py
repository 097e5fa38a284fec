"""How pages and mails of the shop write amounts, rates and countries."""

from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import format_currency
from flask import Flask
from flask_babel import format_percent, get_locale

from core import web
from storefront.money import Money
from storefront.prices import shown
from storefront.tax.rates import COUNTRIES, STANDARD


def install(app: Flask) -> None:
    """Give templates the shop's filters."""
    app.add_template_filter(money)
    app.add_template_filter(minor)
    app.add_template_filter(percent)
    app.add_template_filter(country)
    app.add_template_global(shown.view, "price_view")
    app.add_template_global(countries_of_prices)


def money(value: Money) -> str:
    """An amount as the reader's language writes it, with the currency's sign or, if they wish, its code (clause P4c)."""
    return _written(value.amount, value.currency, str(get_locale() or "en"), web.wished().currency)


def minor(amount: int, currency: str) -> str:
    """The same, from minor units."""
    return money(Money(amount, currency))


def percent(permille: int) -> str:
    """A rate kept in permille: 255 is 25.5%."""
    return str(format_percent(Decimal(permille) / 1000, "#,##0.#%"))


def country(code: str) -> str:
    """A country's name."""
    return COUNTRIES.get(code, code)


@lru_cache(maxsize=1)
def countries_of_prices() -> tuple[tuple[str, str], ...]:
    """The countries whose tax prices can be shown with."""
    return tuple((code, name) for code, name in COUNTRIES.items() if code in STANDARD)


@lru_cache(maxsize=8192)
def _written(amount: int, currency: str, language: str, way: str) -> str:
    """The same amounts stand on every page; each is written once."""
    decimal = Decimal(Money(amount, currency).decimal())
    if way != "code":
        return format_currency(decimal, currency, locale=language)
    pattern = Locale.parse(language).currency_formats["standard"].pattern
    return format_currency(decimal, currency, pattern.replace("¤", "¤¤\N{NO-BREAK SPACE}", 1), locale=language).strip()
