"""The mails of seats."""

from collections.abc import Mapping

from core import web
from core.accounts.models import Account
from core.db import session
from privacy.contact.service import Letter, send, send_to_stranger
from storefront.catalogue.models import Product
from storefront.licenses.models import License
from storefront.seats import rules
from storefront.seats.models import LicenseSeat


def offer(seat: LicenseSeat, address: str, token: str, said: Mapping[str, str]) -> None:
    """To whoever is meant; the same mail whether the address has an account. It says `product`, `organization`, `name`."""
    context = {**said, "address": f"{_shop()}/seats/{token}", "days": rules.STANDS.days}
    send_to_stranger(address, "licenses", Letter(name="seat_offered", context=context, once=f"seat:{seat.id}"))


def tell_taken_back(seat: LicenseSeat, held: License) -> None:
    """To whoever had it."""
    if session.get_one(Account, held.account_id).closed_at is not None:
        return
    product = session.get_one(Product, held.product_id).name
    context = {"product": product, "address": f"{_shop()}/account/licenses"}
    send(held.account_id, "licenses", Letter(name="seat_news", context=context, once=f"seat:{seat.id}:back"))


def _shop() -> str:
    return web.settings().base_url.rstrip("/")
