"""The mail with keys: one for each line of an order, written from that line alone.

A resold key is not in it but one click away: as long as nobody saw it, it can be given back and sold again.
"""

from collections.abc import Sequence

from core import web
from privacy.contact.service import Letter
from storefront.licenses.models import License
from storefront.orders.letters import write
from storefront.orders.models import Order, OrderLine


def tell_keys(order: Order, line: OrderLine, made: Sequence[tuple[License, str]]) -> None:
    """Mail the keys of a line to whoever ordered it."""
    shop = web.settings().base_url.rstrip("/")
    context = {
        "number": order.number,
        "title": line.title,
        "edition": line.edition_title,
        "keys": [key for _license, key in made] if line.source != "pool" else [],
        "until": made[0][0].expires_at,
        "addresses": [f"{shop}/account/licenses/{license.public_id}" for license, _key in made],
        "address": f"{shop}/account/licenses",
    }
    write(order, "licenses", Letter(name="license_keys", context=context, once=f"line:{line.id}:keys"))
