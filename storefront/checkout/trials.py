"""Trials: one for each person and product, and one license only."""

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import select

from core.db import session
from storefront.catalogue.models import Term
from storefront.orders.models import Order, OrderLine
from storefront.orders.placing import Piece
from storefront.orders.rules import OPEN_STATES, OrderState

COUNTING = tuple(state.value for state in (*OPEN_STATES, OrderState.PAID, OrderState.REFUNDED))


def obstacles(account_id: int, pieces: Sequence[Piece]) -> Iterator[str]:
    """Sentences about trials that this account cannot have. Whoever places an order holds the account's draft, so that
    two orders at once never count as the first one both."""
    wanted = Counter[int]()
    for piece in pieces:
        if piece.term == Term.TRIAL:
            wanted[piece.product_id] += piece.quantity
    had = _had(account_id, list(wanted)) if wanted else frozenset()
    for piece in pieces:
        if piece.term == Term.TRIAL and piece.product_id in had:
            yield f"{piece.title}: you have tried it already, and a trial is given once. Please take it out."
        elif piece.term == Term.TRIAL and wanted[piece.product_id] > 1:
            yield f"{piece.title}: a trial is one license for one person. Please take the others out."


def _had(account_id: int, product_ids: list[int]) -> frozenset[int]:
    wanted = select(OrderLine.product_id).join(Order, Order.id == OrderLine.order_id)
    mine = wanted.where(Order.account_id == account_id, Order.state.in_(COUNTING), OrderLine.term == Term.TRIAL.value)
    return frozenset(session.scalars(mine.where(OrderLine.product_id.in_(product_ids))))
