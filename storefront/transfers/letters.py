"""The mail about money that arrived, where the order's own receipt does not say it all."""

from core import web
from privacy.contact.service import Letter
from storefront.money import Money
from storefront.orders.letters import write
from storefront.orders.models import Order
from storefront.payments.references import reference
from storefront.transfers.rules import Account, Effect


def tell_arrived(order: Order, amount: Money, after: Account, effect: Effect) -> None:
    """That a part is missing, or that something goes back. Nothing where it was just right."""
    if effect is Effect.PAID:
        return
    context = {
        "number": order.number,
        "amount": amount,
        "missing": Money(after.missing, order.currency),
        "surplus": Money(amount.amount if effect is Effect.LATE else after.surplus, order.currency),
        "is_part": effect is Effect.PART,
        "reference": reference(order.number),
        "until": order.expires_at,
        "address": f"{web.settings().base_url.rstrip('/')}/account/orders/{order.number}",
    }
    once = f"order:{order.id}:arrived:{after.arrived}"
    write(order, "orders", Letter(name="transfer_arrived", context=context, once=once))
