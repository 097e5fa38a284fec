"""The mails about keys that did not work."""

from core import web
from privacy.contact.service import Letter
from storefront.licenses.models import License
from storefront.orders.letters import write
from storefront.orders.models import Order, OrderLine


def tell_replaced(order: Order, line: OrderLine, license: License, key: str, dispute_id: int) -> None:
    """Mail the new key."""
    context = {**_about(order, line, license), "key": key}
    write(order, "licenses", Letter(name="key_replaced", context=context, once=f"dispute:{dispute_id}:replaced"))


def tell_declined(order: Order, line: OrderLine, license: License, dispute_id: int) -> None:
    """Say that there is an answer; the sentence itself waits in the account."""
    context = _about(order, line, license)
    write(order, "licenses", Letter(name="key_declined", context=context, once=f"dispute:{dispute_id}:declined"))


def _about(order: Order, line: OrderLine, license: License) -> dict[str, object]:
    shop = web.settings().base_url.rstrip("/")
    return {
        "number": order.number,
        "title": line.title,
        "edition": line.edition_title,
        "address": f"{shop}/account/licenses/{license.public_id}",
    }
