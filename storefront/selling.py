"""What selling needs beside its pages: who listens to whom, menus, slots, filters, commands."""

from flask import Flask

from core import menus
from core.access import Permission
from core.settings import Settings
from privacy.retention.service import Expiry, expires
from storefront import words
from storefront.activation import beginning
from storefront.backoffice import records
from storefront.checkout import drafts
from storefront.checkout import service as checkout
from storefront.licenses import finding as license_finding
from storefront.licenses import service as licenses
from storefront.licenses import views
from storefront.orders import telephones
from storefront.payments import service as payments
from storefront.plans import service as plans
from storefront.prices import shown
from storefront.renewals import hearing
from storefront.stockroom import commands
from storefront.tax import commands as tax_commands
from storefront.tax import service as tax
from storefront.tax import tally
from storefront.vatids import asking as vatids
from storefront.vouchers import service as vouchers


def install(app: Flask) -> None:
    """Join the rooms between cart and key: payments and licenses hear of orders, the cart hears of payments."""
    payments.listen()
    vouchers.listen()
    licenses.listen()
    beginning.listen()
    hearing.listen()
    plans.listen()
    checkout.listen()
    license_finding.offer_ways()
    tally.listen()
    vatids.listen()
    shown.ask(tax.included)
    _say_what_ends(app.extensions["settings"])
    words.install(app)
    views.fill_slots()
    app.cli.add_command(commands.keys)
    app.cli.add_command(tax_commands.tax)
    app.cli.add_command(records.commands)
    menus.add("account", "Orders", "/account/orders", rank=20)
    menus.add("account", "Kept card", "/account/card", rank=35)
    menus.add("account", "Licenses", "/account/licenses", rank=30)
    menus.add("staff", "Tax", "/staff/tax", rank=25, permission=Permission.SALES.value)
    menus.add("staff", "Orders", "/staff/orders", rank=20, permission=Permission.SALES.value)


def _say_what_ends(settings: Settings) -> None:
    """What the sweep discards of ours."""
    expires(
        Expiry(
            kind="telephone",
            title="Telephone numbers",
            after=f"{settings.telephone_days} days after the order closed",
            discard=telephones.forget,
        )
    )
    expires(
        Expiry(
            kind="draft",
            title="Checkouts that were not finished",
            after=f"{drafts.KEEP.days} days after the last change",
            discard=drafts.forget_drafts,
        )
    )
