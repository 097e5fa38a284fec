"""The site map of the storefront area."""

from collections.abc import Callable

from flask import Flask

from core import menus
from core.access import Permission
from storefront import (
    demo,
    demo_devices,
    demo_disputes,
    demo_orders,
    demo_organizations,
    demo_releases,
    demo_stock,
    tally,
    telling,
)
from storefront.account import details, proving
from storefront.account import own as own_account
from storefront.account import views as account
from storefront.allowing import staff as allowing
from storefront.api_reference import views as api_reference
from storefront.apitokens import views as apitokens
from storefront.backoffice import pricing as backoffice
from storefront.backoffice.views import fill_menu as fill_staff_menu
from storefront.bulk import of_goods, of_licenses, of_orders
from storefront.bulk import views as bulk
from storefront.bundles import showing as bundle_parts
from storefront.bundles import staff as bundles_staff
from storefront.cart import views as cart
from storefront.catalogue import views as catalogue
from storefront.checkout import views as checkout
from storefront.correcting import views as correcting
from storefront.customers import staff as customers_staff
from storefront.devices import of_members as member_devices
from storefront.devices import views as devices
from storefront.disputes import deciding_pages
from storefront.disputes import staff as disputes_staff
from storefront.downloads import views as downloads
from storefront.feeds import views as feeds
from storefront.giving import staff as giving_staff
from storefront.handover import views as handover
from storefront.leaving import service as leaving
from storefront.licenses import staff as licenses_staff
from storefront.licenses import views as licenses
from storefront.licensing_api import commands as licenses_commands
from storefront.licensing_api import keygen, lemon, machines, whmcs
from storefront.orders import staff as orders_staff
from storefront.orders import views as orders
from storefront.organizations import joining as joining_organizations
from storefront.organizations import views as organizations
from storefront.pages import browser_reports, metrics
from storefront.pages import views as house
from storefront.papers import service as papers
from storefront.papers import views as papers_pages
from storefront.payments import views as payments
from storefront.personal import views as personal
from storefront.plans import views as plans
from storefront.purchasing import views as purchasing
from storefront.quotes import leaving as leaving_quotes
from storefront.quotes import staff as quotes_staff
from storefront.quotes import views as quotes
from storefront.reaching import staff as reaching_staff
from storefront.reaching import views as reaching
from storefront.refunds import staff as refunds_staff
from storefront.related import service as related
from storefront.releases import api as releases_api
from storefront.releases import feeds as update_feeds
from storefront.releases import staff as releases_staff
from storefront.renewals import staff as renewals_staff
from storefront.renewals import views as renewals
from storefront.reports import staff as reports_staff
from storefront.repricing import staff as repricing_staff
from storefront.reviews import leaving as leaving_reviews
from storefront.reviews import staff as reviews_staff
from storefront.reviews import views as reviews
from storefront.seats import views as seats
from storefront.secondfactor import commands as factors_commands
from storefront.secondfactor import views as second_factor
from storefront.selling import install as install_selling
from storefront.shelving import history_pages as shelving
from storefront.shelving import meeting
from storefront.stockroom import margins as stockroom_staff
from storefront.stockroom import views as stockroom
from storefront.tax import staff as tax_staff
from storefront.transfers import staff as transfers
from storefront.usage import staff as usage
from storefront.vatids import staff as vatids_staff
from storefront.vouchers import staff as vouchers_staff
from storefront.webhooks import demo as demo_webhooks
from storefront.webhooks import sending as _sending  # noqa: F401 - its jobs
from storefront.webhooks import staff as webhooks
from storefront.webhooks import telling as webhook_telling
from storefront.wishlist import service as wishes
from storefront.wishlist import views as wishlist
from storefront.withdrawal import views as withdrawal


def register(app: Flask) -> None:
    """Give the program the pages of this area."""
    app.register_blueprint(browser_reports.pages)  # /reports
    app.register_blueprint(house.pages)  # / /company /terms… /support, and what machines ask for
    app.register_blueprint(account.pages)  # /sign-up /confirm/… /sign-in /sign-out /reset…
    app.register_blueprint(proving.pages)  # /sign-in/code /account/prove
    app.register_blueprint(own_account.pages)  # /account, /account/security…
    app.register_blueprint(second_factor.pages)  # /account/security/second-factor…
    app.register_blueprint(details.pages)  # /account/details, /new-address/… /former-address/…
    app.register_blueprint(cart.pages)  # /cart…
    app.register_blueprint(catalogue.pages)  # /shop… /search /img/…
    _register_finding(app)
    app.register_blueprint(checkout.pages)  # /checkout…
    _register_paying(app)
    app.register_blueprint(orders.pages)  # /account/orders…
    _register_papers(app)
    correcting.install(app)  # /account/orders|licenses/…/correct, /staff/requests/<number>/specify
    _register_books(app)
    _register_after_sale(app)
    _register_organizations(app)
    _register_programs(app)
    app.register_blueprint(reaching.pages)  # /account/privacy/contact/numbers… /post…
    app.register_blueprint(reaching_staff.pages)  # /staff/calls… /staff/orders/<number>/label
    app.register_blueprint(licenses.pages)  # /account/licenses…
    app.register_blueprint(downloads.pages)  # /download/…
    app.register_blueprint(backoffice.pages)  # /staff /staff/catalogue… /staff/audit
    _register_stock(app)
    fill_staff_menu()
    install_selling(app)
    menus.fill("staff.prices", cart.beside_prices)
    menus.fill("personal", personal.blocks)
    menus.fill("visits.looked_at", personal.looked_at)
    menus.fill("contact.telephone", reaching.telephone)
    menus.fill("contact.post", reaching.post)
    _fill_menus()
    metrics.install(app)
    tally.listen()
    leaving.listen()
    telling.tell()


def _fill_menus() -> None:
    menus.add("staff", "Call sheet", "/staff/calls", rank=30, permission=Permission.SALES.value)
    menus.add("account", "Overview", "/account", rank=10)
    menus.add("account", "Contact data", "/account/details", rank=75)
    menus.add("account", "Security", "/account/security", rank=80)
    menus.add("main", "Shop", "/shop", rank=10)
    menus.add("main", "Support", "/support", rank=90)


def _register_stock(app: Flask) -> None:
    """Goods, keys to resell, and codes that make things cheaper."""
    meeting.install()
    app.register_blueprint(shelving.pages)  # /staff/catalogue/new, …/<slug>/place /publish /editions…
    app.register_blueprint(stockroom_staff.pages)  # /staff/pools…
    app.register_blueprint(stockroom.pages)  # /account/licenses/<id>/dispute /redeemed
    stockroom.fill_slots()
    app.register_blueprint(vouchers_staff.pages)  # /staff/vouchers…
    vouchers_staff.fill_slots()


def _register_paying(app: Flask) -> None:
    """What payment services and staff say about money."""
    app.register_blueprint(payments.pages)  # /payments/stripe/events, /checkout/pay/<number>/secret
    app.register_blueprint(transfers.pages)  # /staff/payments…, /staff/orders/<number>/transfer
    transfers.install()


def _register_after_sale(app: Flask) -> None:
    """How money goes back."""
    app.register_blueprint(refunds_staff.pages)  # /staff/orders/<number>/refund
    refunds_staff.fill_slots()
    app.register_blueprint(deciding_pages.pages)  # /staff/orders/<number>/licenses
    deciding_pages.fill_slots()
    app.register_blueprint(disputes_staff.pages)  # /staff/disputes…
    disputes_staff.install()
    app.register_blueprint(withdrawal.pages)  # /withdraw… /account/orders/<number>/withdraw
    withdrawal.install()
    app.register_blueprint(renewals.pages)  # /renewals, /account/licenses/<id>/renewal/…
    renewals.install()
    app.register_blueprint(handover.pages)  # /account/licenses/<id>/pass-on, /handover/…
    handover.install()
    app.register_blueprint(plans.pages)  # /account/licenses/<id>/plan…
    plans.install()
    app.register_blueprint(renewals_staff.pages)  # /staff/renewals…
    app.register_blueprint(repricing_staff.pages)  # /staff/renewals/prices…


def _register_organizations(app: Flask) -> None:
    """People who buy together."""
    app.register_blueprint(organizations.pages)  # /account/organizations…
    app.register_blueprint(joining_organizations.pages)  # /organizations/<token>
    organizations.install()
    app.register_blueprint(purchasing.pages)  # /account/organizations/<id>/purchases…, /cart/ask
    purchasing.install()
    app.register_blueprint(seats.pages)  # /account/organizations/<id>/licenses…, /seats/<token>
    seats.install()


def _register_programs(app: Flask) -> None:
    """Programs that act for people, and those that ask whether they may run."""
    for door in (keygen, machines, lemon, whmcs):
        app.register_blueprint(door.pages)  # /v1/me /v1/licenses… /v1/machines… /modules/servers/licensing/verify.php
    app.register_blueprint(api_reference.pages)  # /programs… /v1/openapi.json /v1/keys.json
    api_reference.install()
    app.cli.add_command(licenses_commands.licenses)
    app.cli.add_command(factors_commands.factors)
    app.register_blueprint(devices.pages)  # /account/licenses/<id>/devices… /account/licenses/why/<trace>
    devices.install()
    app.register_blueprint(member_devices.pages)  # /account/organizations/<id>/licenses/seats/<number>
    member_devices.install()
    app.register_blueprint(apitokens.pages)  # /account/tokens… /v1/token
    app.register_blueprint(allowing.pages)  # /staff/licensing…
    app.register_blueprint(webhooks.pages)  # /staff/webhooks…
    webhook_telling.listen()
    app.register_blueprint(releases_staff.pages)  # /staff/releases…
    releases_staff.fill_slots()
    app.register_blueprint(releases_api.pages)  # /v1/products/<slug>/releases… /v1/uploads… /v1/files… /v1/simple…
    app.register_blueprint(update_feeds.pages)  # /v1/updates/<slug>/tauri… /electron… /appcast.xml


def _register_books(app: Flask) -> None:
    app.register_blueprint(orders_staff.pages)  # /staff/orders…
    app.register_blueprint(tax_staff.pages)  # /staff/tax…
    app.register_blueprint(vatids_staff.pages)  # /staff/orders/<number>/vat-id/…
    vatids_staff.fill_slots()
    app.register_blueprint(usage.pages)  # /staff/usage…
    app.register_blueprint(customers_staff.pages)  # /staff/customers/<number>
    customers_staff.install()
    app.register_blueprint(giving_staff.pages)  # /staff/customers/<number>/give
    giving_staff.install()
    app.register_blueprint(bundles_staff.pages)  # /staff/bundles…
    bundle_parts.listen()
    app.register_blueprint(reports_staff.pages)  # /staff/sales…
    app.register_blueprint(licenses_staff.pages)  # /staff/licenses
    app.register_blueprint(bulk.pages)  # /staff/bulk…
    for room in (bulk, of_orders, of_licenses, of_goods):
        room.install()


def _register_papers(app: Flask) -> None:
    """What is written down about orders."""
    app.register_blueprint(papers_pages.pages)  # /account/orders/<number>/invoice.pdf…
    papers_pages.fill_slots()
    papers.listen()
    app.register_blueprint(quotes.pages)  # /account/quotes… /checkout/quote
    app.register_blueprint(quotes_staff.pages)  # /staff/quotes…
    quotes.install()
    quotes_staff.install()
    leaving_quotes.listen()


def _register_finding(app: Flask) -> None:
    """What helps to choose."""
    app.register_blueprint(feeds.pages)  # /shop/feed.atom /shop/feed.json
    app.register_blueprint(reviews.pages)  # /shop/<slug>/reviews… /shop/<slug>/review…
    app.register_blueprint(reviews_staff.pages)  # /staff/reviews…
    app.register_blueprint(wishlist.pages)  # /account/wishlist… /wishlist/<token>
    leaving_reviews.listen()
    related.listen()
    wishes.tell()


def plant(progress: Callable[[str, int, int], None]) -> None:
    """Plant this area's demo data."""
    fresh = demo.plant(progress)
    demo_orders.plant_orders(progress)
    demo_stock.plant_dispute()
    demo_disputes.plant()
    if fresh:
        demo_releases.plant()
        demo_webhooks.plant()
        demo_organizations.plant()
        demo_devices.plant()
    demo.write_card(anew=fresh)


def show_card(_progress: Callable[[str, int, int], None]) -> None:
    """The last of the planters: say who can sign in."""
    demo.show_card()
