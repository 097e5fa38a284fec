"""What a buyer hears of what staff decided after a dispute."""

from collections import Counter
from collections.abc import Sequence

from core import web
from privacy.contact.service import Letter
from storefront.money import Money
from storefront.orders import letters as of_orders
from storefront.orders.models import Order


def tell_decided(order: Order, lost: Money, ended: Sequence[str], going_on: Sequence[str], about: int) -> None:
    """Which licenses ended with a part of the money, and which work again; `about`: the latest dispute that took it."""
    context = {
        "number": order.number,
        "lost": lost,
        "ended": _counted(ended),
        "going_on": _counted(going_on),
        "address": f"{web.settings().base_url.rstrip('/')}/account/orders/{order.number}",
    }
    once = f"order:{order.id}:decided:{about}"
    of_orders.write(order, "orders", Letter(name="dispute_decided", context=context, once=once))


def _counted(titles: Sequence[str]) -> list[str]:
    return [f"{count} × {title}" for title, count in Counter(titles).items()]
