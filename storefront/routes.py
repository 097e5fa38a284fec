"""The site map of the storefront area."""

from collections.abc import Callable

from flask import Flask

from storefront.cart import models as _cart_tables  # noqa: F401  (tables must be known before the first page)
from storefront.catalogue import models as _catalogue_tables  # noqa: F401
from storefront.checkout import models as _checkout_tables  # noqa: F401
from storefront.licenses import models as _license_tables  # noqa: F401
from storefront.orders import models as _order_tables  # noqa: F401
from storefront.payments import models as _payment_tables  # noqa: F401


def register(app: Flask) -> None:
    """Give the program the pages of this area."""


def plant(progress: Callable[[str, int, int], None]) -> None:
    """Plant this area's demo data."""
