"""Placing an order that was reviewed: in one transaction with the keys that are put aside for it."""

from dataclasses import dataclass

from sqlalchemy import select

from core.accounts import service as accounts
from core.db import session
from core.errors import Conflict, NextStep
from core.events import on
from storefront.cart import service as carts
from storefront.checkout import drafts
from storefront.checkout.models import CheckoutDraft
from storefront.checkout.reviewing import Review, review
from storefront.licenses import service as licenses
from storefront.orders import placing
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.orders.placing import Placing
from storefront.orders.rules import OrderKind
from storefront.orders.service import OrderSettled
from storefront.vouchers import service as vouchers
from storefront.vouchers.rules import VoucherRefused


class ReviewChanged(Conflict):
    """What the buyer accepted is not what the order would be: they are shown the difference first."""

    code = "review_changed"
    sentence = "Something changed since you looked. Please check the order once more; nothing was charged."


class CannotBeOrdered(Conflict):
    """Something in the cart cannot be had just now; the sentence says what."""

    code = "cannot_be_ordered"
    title = "That cannot be had just now"


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """What the buyer agreed to: the checkout's token, what was seen, whether changes were, and the terms' version."""

    token: str
    seen: str
    changes: bool
    terms_version: int
    waiver_version: int | None = None


def place(account_id: int, accepted: Accepted) -> Order:
    """Place the order that was reviewed and put its resold keys aside; the same token again finds the same order.

    Refuses with SoldOut, ReviewChanged, CannotBeOrdered, BuyerRefused or NothingToOrder; then nothing was reserved.
    """
    draft = session.scalar(select(CheckoutDraft).where(CheckoutDraft.account_id == account_id).with_for_update())
    placed = placing.find_placed(account_id, accepted.token)
    if placed is not None:
        return placed
    shown = review(account_id)
    is_same = draft is not None and draft.token == accepted.token and shown.seen == accepted.seen
    if draft is None or not is_same or (shown.changes and not accepted.changes):
        raise ReviewChanged
    if shown.obstacles:
        sentence = " ".join([*shown.obstacles, "Nothing was charged and your cart is as it was."])
        raise CannotBeOrdered(sentence, next_steps=(NextStep(label="To the cart", address="/cart"),))
    order = placing.create(_placing(account_id, shown, accepted))
    _claim(order, shown)
    reserve(order)
    accounts.accept(account_id, "terms", accepted.terms_version, place="checkout")
    drafts.begin_anew(draft)
    if not order.total:  # free, or a voucher paid for all of it: there is no money to wait for
        orders.settle(order)
    return order


def reserve(order: Order) -> None:
    """Put the order's resold keys aside; in the order of editions, so that two orders for the same two never wait for each other. Raises SoldOut."""
    resold = [line for line in orders.lines_of(order.id) if line.source == "pool"]
    for line in sorted(resold, key=lambda line: line.edition_id):
        licenses.reserve(line, order.expires_at)


def listen() -> None:
    """Hear of paid orders."""
    on(OrderSettled, _empty_cart)


def _empty_cart(event: OrderSettled) -> None:
    if event.kind == OrderKind.PURCHASE:
        carts.empty(event.account_id)


def _placing(account_id: int, shown: Review, accepted: Accepted) -> Placing:
    buyer = shown.buyer
    return Placing(
        account_id=account_id,
        token=shown.token,
        pieces=shown.pieces,
        currency=shown.totals.gross.currency,
        country=buyer.country,
        company=buyer.company,
        vat_id=buyer.vat_id,
        phone=buyer.phone,
        address=buyer.address,
        purchase_order=buyer.purchase_order,
        terms_version=accepted.terms_version,
        waiver_version=accepted.waiver_version,
        net_prices=shown.taxed.net_prices,
        tax_kind=shown.taxed.kind,
    )


def _claim(order: Order, shown: Review) -> None:
    """The voucher before the keys, always in this order, so that two orders never wait for each other."""
    if shown.voucher is None:
        return
    try:
        vouchers.claim(order, shown.voucher.voucher_id)
    except VoucherRefused as refused:
        sentence = f"{refused.sentence} Nothing was charged and your cart is as it was."
        raise CannotBeOrdered(sentence, next_steps=(NextStep(label="To the cart", address="/cart"),)) from None
