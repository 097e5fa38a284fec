"""Disputes as a gateway tells of them, for tests."""

from sqlalchemy import select

from storefront.orders.models import Order
from storefront.payments import disputes
from storefront.payments.models import PaymentEvent, PaymentIntent
from storefront.payments.rules import DisputeState, IntentState
from tests.shop import Shop, Visitor


def tell(shop: Shop, number: str, name: str, state: str, amount: int) -> None:
    """Let the gateway tell, twice, where a dispute about that order stands."""
    with shop.transaction() as session:
        paid = select(PaymentIntent).join(Order, Order.id == PaymentIntent.order_id).where(Order.number == number)
        intent = session.scalars(paid.where(PaymentIntent.state == IntentState.SUCCEEDED.value)).one()
        intent.remote = f"pi_{number}"
        told = len(session.scalars(select(PaymentEvent.id)).all())
    for _ in range(2):
        with shop.transaction():
            disputes.receive(
                "pretend",
                disputes.Said(
                    event_id=f"evt_{told}",
                    remote=f"dp_{number}_{name}",
                    payment=f"pi_{number}",
                    state=DisputeState(state),
                    amount=amount,
                    currency="EUR",
                    reason="fraudulent",
                ),
            )


def decide(clerk: Visitor, number: str, choices: dict[int, str], reason: str = "The bank kept one piece.") -> str:
    """Say of each license (by its number) “ends” or “goes-on”; the text of the page that comes next."""
    page = f"/staff/orders/{number}/licenses"
    typed = {f"license-{id_}": word for id_, word in choices.items()}
    return clerk.submit(page, {**typed, "reason": reason}, action="/licenses").text
