"""Placing orders: what a new order is made of, and writing it down."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from core import clock, web
from core.db import session
from core.events import emit
from core.sealed import Sealed, seal
from storefront.money import Money
from storefront.orders import rules
from storefront.orders.models import Order, OrderLine, OrderStep, PostalAddress
from storefront.orders.rules import OrderKind, OrderState, TaxKind


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A line to be ordered: names, price and tax as the buyer accepted them.

    `usual` is the price of one without what makes it cheaper just now (the same as `unit` where nothing does),
    `discount` what a voucher takes off the whole line.
    """

    product_id: int
    edition_id: int
    title: str
    edition_title: str
    source: str
    term: str
    unit: Money
    quantity: int
    tax_permille: int
    usual: Money | None = None
    discount: Money | None = None

    @property
    def priced(self) -> rules.Line:
        """The line as the rules know it."""
        return rules.Line(
            unit_price=self.unit, quantity=self.quantity, tax_rate_permille=self.tax_permille, discount=self.discount
        )


@dataclass(frozen=True, kw_only=True)
class OrderPlaced:
    """An order was written down; told in the transaction that writes it."""

    order_id: int


@dataclass(frozen=True, kw_only=True)
class Placing:
    """Everything an order is made of. `token` is the checkout's; company, VAT id, telephone, address and the buyer's own purchase order may be "".

    `net_prices`: the tax comes on top of the pieces' prices instead of being inside.
    """

    account_id: int
    token: str
    pieces: tuple[Piece, ...]
    currency: str
    terms_version: int
    country: str
    waiver_version: int | None = None
    company: str = ""
    vat_id: str = ""
    phone: str = ""
    address: str = ""
    purchase_order: str = ""
    net_prices: bool = False
    tax_kind: TaxKind = TaxKind.STANDARD
    kind: OrderKind = OrderKind.PURCHASE


def create(placing: Placing) -> Order:
    """Write a new order with its lines; nothing is reserved and nothing paid by this."""
    sums = rules.totals([piece.priced for piece in placing.pieces], placing.currency, net_prices=placing.net_prices)
    now = clock.now()
    order = Order(
        number=secrets.token_hex(12),
        account_id=placing.account_id,
        placed_with=placing.token,
        kind=placing.kind.value,
        state=OrderState.AWAITING_PAYMENT.value,
        currency=placing.currency,
        total=sums.gross.amount,
        tax=sums.tax.amount,
        discount=sums.discount.amount,
        net_prices=placing.net_prices,
        tax_kind=placing.tax_kind.value,
        country=placing.country,
        company=_sealed(placing.company, "order.company", placing.account_id),
        vat_id=_sealed(placing.vat_id, "order.vat_id", placing.account_id),
        purchase_order=_sealed(placing.purchase_order, "order.purchase_order", placing.account_id),
        terms_version=placing.terms_version,
        waiver_version=placing.waiver_version,
        created_at=now,
        expires_at=now + timedelta(minutes=web.settings().reservation_minutes),
    )
    session.add(order)
    session.flush()
    order.number = rules.order_number(now.year, order.id)
    if placing.phone:  # its key is the order's own, so that it can be destroyed with this order
        order.phone = seal(placing.phone, "order.phone", subject=order.account_id, part=order.number)
    _add_lines(order, placing)
    session.add(OrderStep(order_id=order.id, verb="place", state=order.state, actor_kind="person", at=now))
    session.flush()
    emit(OrderPlaced(order_id=order.id))
    return order


def find_placed(account_id: int, token: str) -> Order | None:
    """The order that this checkout token became, if it did."""
    return session.scalar(select(Order).where(Order.placed_with == token, Order.account_id == account_id))


def _add_lines(order: Order, placing: Placing) -> None:
    for position, piece in enumerate(placing.pieces, start=1):
        session.add(
            OrderLine(
                order_id=order.id,
                position=position,
                product_id=piece.product_id,
                edition_id=piece.edition_id,
                title=piece.title,
                edition_title=piece.edition_title,
                source=piece.source,
                term=piece.term,
                unit=piece.unit.amount,
                quantity=piece.quantity,
                usual=(piece.usual or piece.unit).amount,
                discount=piece.discount.amount if piece.discount else 0,
                amount=piece.priced.amount.amount,
                tax_permille=piece.tax_permille,
            )
        )
    if placing.address:
        address = seal(placing.address, "postal_address.text", subject=order.account_id)
        session.add(
            PostalAddress(
                account_id=order.account_id,
                order_id=order.id,
                given_for="invoice",
                text=address,
                created_at=order.created_at,
            )
        )


def _sealed(text: str, label: str, account_id: int) -> Sealed | None:
    return seal(text, label, subject=account_id) if text else None
