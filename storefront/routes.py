"""The site map of the storefront area."""

from collections.abc import Callable

from flask import Flask

from storefront.cart import views as cart
from storefront.catalogue import models as _catalogue_tables  # noqa: F401  (tables must be known before the first page)
from storefront.checkout import views as checkout
from storefront.downloads import views as downloads
from storefront.licenses import views as licenses
from storefront.orders import staff as orders_staff
from storefront.orders import views as orders
from storefront.selling import install as install_selling


def register(app: Flask) -> None:
    """Give the program the pages of this area."""
    app.register_blueprint(cart.pages)  # /cart…
    app.register_blueprint(checkout.pages)  # /checkout…
    app.register_blueprint(orders.pages)  # /account/orders…
    app.register_blueprint(orders_staff.pages)  # /staff/orders…
    app.register_blueprint(licenses.pages)  # /account/licenses…
    app.register_blueprint(downloads.pages)  # /download/…
    install_selling(app)


def plant(progress: Callable[[str, int, int], None]) -> None:
    """Plant this area's demo data."""
