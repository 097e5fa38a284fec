"""What selling needs beside its pages: who listens to whom, menus, slots, filters, commands."""

from flask import Flask

from core import menus
from core.access import Permission
from storefront import words
from storefront.checkout import service as checkout
from storefront.licenses import commands, views
from storefront.licenses import service as licenses
from storefront.payments import service as payments


def install(app: Flask) -> None:
    """Join the rooms between cart and key: payments and licenses hear of orders, the cart hears of payments."""
    payments.listen()
    licenses.listen()
    checkout.listen()
    words.install(app)
    views.fill_slots()
    app.cli.add_command(commands.keys)
    menus.add("account", "Orders", "/account/orders", rank=20)
    menus.add("account", "Licenses", "/account/licenses", rank=30)
    menus.add("staff", "Orders", "/staff/orders", rank=20, permission=Permission.SALES.value)
