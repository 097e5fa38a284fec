"""The mails about orders. Each has its cause, so that a repeated event mails nothing twice."""

from collections.abc import Mapping, Sequence

from core import web
from core.accounts.models import Account
from core.db import session
from privacy.contact.service import Letter, send
from storefront.money import Money
from storefront.orders.models import Order, OrderLine
from storefront.orders.waivers import WAIVERS


def tell_paid(order: Order, lines: Sequence[OrderLine], *, again: str = "") -> None:
    """The receipt. `again`: the cause for which it goes out once more."""
    context = {
        "number": order.number,
        "lines": [_line(line, order.currency) for line in lines],
        "total": Money(order.total, order.currency),
        "tax": Money(order.tax, order.currency),
        "waiver": WAIVERS.get(order.waiver_version or 0, ""),
        "address": f"{_shop()}/account/orders/{order.number}",
        "invoice_address": f"{_shop()}/account/orders/{order.number}/invoice.pdf",
        "licenses_address": f"{_shop()}/account/licenses",
    }
    once = f"order:{order.id}:paid" + (f":{again}" if again else "")
    write(order, "orders", Letter(name="order_paid", context=context, once=once))


def tell_failed(order: Order, attempt: int) -> None:
    """An attempt was declined: what that means, and how to try again."""
    context = {
        "number": order.number,
        "total": Money(order.total, order.currency),
        "address": f"{_shop()}/checkout/pay/{order.number}",
        "until": order.expires_at,
    }
    once = f"order:{order.id}:failed:{attempt}"
    write(order, "orders", Letter(name="payment_failed", context=context, once=once))


def ask_for_transfer(order: Order, account: Mapping[str, str]) -> None:
    """Where to send the money, how much, and what to write beside it."""
    context = {
        "number": order.number,
        "total": Money(order.total, order.currency),
        "until": order.expires_at,
        "address": f"{_shop()}/checkout/pay/{order.number}",
        **account,
    }
    write(order, "orders", Letter(name="transfer_asked", context=context, once=f"order:{order.id}:transfer"))


def tell_disputed(order: Order) -> None:
    """The bank took the money back: what rests, and what can be done."""
    address = f"{_shop()}/account/orders/{order.number}"
    context = {"number": order.number, "total": Money(order.total, order.currency), "address": address}
    write(order, "orders", Letter(name="payment_disputed", context=context, once=f"order:{order.id}:disputed"))


def write(order: Order, purpose: str, letter: Letter) -> None:
    """Mail to whoever placed the order; nobody is there to read it where the account was closed meanwhile."""
    if session.get_one(Account, order.account_id).closed_at is None:
        send(order.account_id, purpose, letter)


def _line(line: OrderLine, currency: str) -> dict[str, object]:
    return {
        "title": line.title,
        "edition": line.edition_title,
        "quantity": line.quantity,
        "amount": Money(line.amount, currency),
    }


def _shop() -> str:
    return web.settings().base_url.rstrip("/")
