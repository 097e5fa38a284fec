"""How pages and mails of the shop write amounts, rates and countries."""

from decimal import Decimal

from flask import Flask
from flask_babel import format_currency, format_percent

from storefront.checkout.tax_rates import COUNTRIES
from storefront.money import Money


def install(app: Flask) -> None:
    """Give templates the shop's filters."""
    app.add_template_filter(money)
    app.add_template_filter(minor)
    app.add_template_filter(percent)
    app.add_template_filter(country)


def money(value: Money) -> str:
    """An amount as the reader's language writes it."""
    return str(format_currency(Decimal(value.decimal()), value.currency))


def minor(amount: int, currency: str) -> str:
    """The same, from minor units."""
    return money(Money(amount, currency))


def percent(permille: int) -> str:
    """A rate kept in permille: 255 is 25.5%."""
    return str(format_percent(Decimal(permille) / 1000, "#,##0.#%"))


def country(code: str) -> str:
    """A country's name."""
    return COUNTRIES.get(code, code)
