"""The mail with keys: one for each line of an order, written from that line alone.

A resold key is not in it but one click away: as long as nobody saw it, it can be given back and sold again.
"""

from collections.abc import Sequence

from core import web
from core.accounts.models import Account
from core.db import session
from privacy.contact.service import Letter, send
from storefront.catalogue.models import Product
from storefront.licenses.models import License
from storefront.licenses.rules import LicenseVerb
from storefront.orders.letters import write
from storefront.orders.models import Order, OrderLine
from storefront.orders.rules import OrderKind

STEPS = {
    LicenseVerb.RENEW: "lasts longer",
    LicenseVerb.SUSPEND: "rests for now",
    LicenseVerb.RESTORE: "works again",
    LicenseVerb.REVOKE: "has ended",
}


def tell_step(license: License, verb: LicenseVerb, cause: str) -> None:
    """Mail the holder what staff did to a license. `cause` names the act, so that it is told once."""
    if session.get_one(Account, license.account_id).closed_at is not None:
        return
    context = {
        "verb": verb.value,
        "step": STEPS[verb],
        "title": session.get_one(Product, license.product_id).name,
        "last_five": license.last_five,
        "until": license.expires_at,
        "address": f"{web.settings().base_url.rstrip('/')}/account/licenses/{license.public_id}",
    }
    letter = Letter(name="license_step", context=context, once=f"license:{license.id}:{verb.value}:{cause}")
    send(license.account_id, "licenses", letter)


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
        "is_given": order.kind == OrderKind.GIVEN,
    }
    write(order, "licenses", Letter(name="license_keys", context=context, once=f"line:{line.id}:keys"))
