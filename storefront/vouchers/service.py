"""What can be done with vouchers: put one into a cart, see what it takes off, claim it with an order, give it back.

Limits are kept by one conditional UPDATE in the transaction that places the order; a customer's own by a unique row.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, delete, func, select, update

from core import clock, keys
from core.db import session
from core.events import on
from core.inserting import insert_or
from storefront.catalogue.models import Edition, Product
from storefront.money import Money, total
from storefront.orders.models import Order
from storefront.orders.placing import Piece
from storefront.orders.service import OrderClosed, OrderSettled
from storefront.vouchers import rules
from storefront.vouchers.models import CartVoucher, Voucher, VoucherAmount, VoucherClaim
from storefront.vouchers.rules import VoucherRefused


@dataclass(frozen=True, kw_only=True)
class Applied:
    """A voucher in front of a cart: what it takes off each line, or the sentence that says why it takes nothing."""

    voucher_id: int
    label: str
    lines: tuple[Money, ...] = ()
    off: Money | None = None
    refused: str = ""


def find(code: str) -> Voucher:
    """The voucher with this code, however it is written. Refuses with NotACode or UnknownVoucher."""
    found = session.scalar(select(Voucher).where(Voucher.code_hash == hashed(rules.read_code(code))))
    if found is None:
        raise rules.UnknownVoucher
    return found


def hashed(spelled: str) -> str:
    """How a code is kept."""
    return keys.keyed_hash("voucher", spelled)


def put(cart_id: int, voucher_id: int) -> None:
    """Have this voucher in the cart, in place of another."""
    wanted = insert_or(CartVoucher).values(cart_id=cart_id, voucher_id=voucher_id)
    session.execute(wanted.on_conflict_do_update(index_elements=["cart_id"], set_={"voucher_id": voucher_id}))


def take_out(cart_id: int) -> None:
    """Have none."""
    session.execute(delete(CartVoucher).where(CartVoucher.cart_id == cart_id))


def held_in(cart_id: int) -> Voucher | None:
    """The voucher in a cart."""
    held = CartVoucher.voucher_id == Voucher.id
    return session.scalar(select(Voucher).join(CartVoucher, held).where(CartVoucher.cart_id == cart_id))


def check(voucher: Voucher, lines: Sequence[tuple[int, Money]], account_id: int | None) -> tuple[Money, ...]:
    """What it takes off these lines (edition, whole amount). Refuses with a VoucherRefused that says why not."""
    rules.check_life(_life(voucher, account_id), clock.now())
    goods = _goods(lines)
    return rules.discounts(_terms(voucher), goods)


def look(voucher: Voucher, lines: Sequence[tuple[int, Money]], account_id: int | None) -> Applied:
    """The same, with a refusal as a sentence."""
    seen = Applied(voucher_id=voucher.id, label=voucher.label)
    try:
        found = check(voucher, lines, account_id)
    except VoucherRefused as refused:
        return replace(seen, refused=refused.sentence)
    return replace(seen, lines=found, off=total(found, found[0].currency))


def take_off(voucher_id: int, pieces: tuple[Piece, ...], account_id: int) -> tuple[tuple[Piece, ...], Applied]:
    """The pieces of an order with what the voucher takes off them; as they were where it takes nothing."""
    voucher = session.get_one(Voucher, voucher_id)
    seen = look(voucher, [(piece.edition_id, piece.unit * piece.quantity) for piece in pieces], account_id)
    if seen.refused:
        return pieces, seen
    cheaper = zip(pieces, seen.lines, strict=True)
    return tuple(replace(piece, discount=off) for piece, off in cheaper), seen


def claim(order: Order, voucher_id: int) -> None:
    """Count the order against the voucher's limits, in the order's own transaction. Refuses with UsedUp, Over or YoursUsed."""
    now = clock.now()
    living = (Voucher.starts_at <= now) & (Voucher.ends_at.is_(None) | (Voucher.ends_at > now))
    free = Voucher.uses_most.is_(None) | (Voucher.used < Voucher.uses_most)
    counted = update(Voucher).where(Voucher.id == voucher_id, living, free).values(used=Voucher.used + 1)
    wanted = counted.returning(Voucher.label, Voucher.each_most).execution_options(synchronize_session=False)
    taken = session.execute(wanted).one_or_none()
    if taken is None:
        voucher = session.get_one(Voucher, voucher_id, populate_existing=True)
        rules.check_life(_life(voucher, None), now)
        raise rules.UsedUp
    session.add(
        VoucherClaim(
            voucher_id=voucher_id,
            order_id=order.id,
            account_id=order.account_id,
            nth=_next_use(voucher_id, order.account_id, taken.each_most),
            label=taken.label,
            claimed_at=now,
        )
    )
    session.flush()


def claim_of(order_id: int) -> VoucherClaim | None:
    """The voucher that an order used."""
    return session.scalar(select(VoucherClaim).where(VoucherClaim.order_id == order_id))


def listen() -> None:
    """Hear of orders that are paid, and of those that are given up."""
    on(OrderSettled, _make_final)
    on(OrderClosed, _give_back)


def _make_final(event: OrderSettled) -> None:
    held = update(VoucherClaim).where(VoucherClaim.order_id == event.order_id, VoucherClaim.final_at.is_(None))
    session.execute(held.values(final_at=clock.now()).execution_options(synchronize_session=False))


def _give_back(event: OrderClosed) -> None:
    """Whoever deletes the claim, and nobody else, counts the use back: hearing of it twice gives back once."""
    held = delete(VoucherClaim).where(VoucherClaim.order_id == event.order_id, VoucherClaim.final_at.is_(None))
    gone = session.scalar(held.returning(VoucherClaim.voucher_id).execution_options(synchronize_session=False))
    if gone is not None:
        less = update(Voucher).where(Voucher.id == gone).values(used=Voucher.used - 1)
        session.execute(less.execution_options(synchronize_session=False))


def _next_use(voucher_id: int, account_id: int, most: int | None) -> int:
    """The first number that is free; the voucher's row is locked by now. Refuses with YoursUsed."""
    taken = set(session.scalars(select(VoucherClaim.nth).where(*_uses(voucher_id, account_id))))
    if most is not None and len(taken) >= most:
        raise rules.YoursUsed
    return next(number for number in range(1, len(taken) + 2) if number not in taken)


def _uses(voucher_id: int, account_id: int) -> tuple[ColumnElement[bool], ...]:
    return (VoucherClaim.voucher_id == voucher_id, VoucherClaim.account_id == account_id)


def _life(voucher: Voucher, account_id: int | None) -> rules.Life:
    each_used = 0
    if account_id is not None and voucher.each_most is not None:
        each_used = session.scalar(select(func.count(VoucherClaim.id)).where(*_uses(voucher.id, account_id))) or 0
    return rules.Life(
        starts_at=voucher.starts_at,
        ends_at=voucher.ends_at,
        used=voucher.used,
        uses_most=voucher.uses_most,
        each_used=each_used,
        each_most=voucher.each_most,
    )


def _terms(voucher: Voucher) -> rules.Terms:
    rows = list(session.scalars(select(VoucherAmount).where(VoucherAmount.voucher_id == voucher.id)))
    return rules.Terms(
        permille=voucher.permille,
        off={row.currency: row.taken_off for row in rows if row.taken_off},
        least={row.currency: row.least for row in rows if row.least},
        vendor_id=voucher.vendor_id,
        product_id=voucher.product_id,
        edition_id=voucher.edition_id,
    )


def _goods(lines: Sequence[tuple[int, Money]]) -> list[rules.Good]:
    wanted = select(Edition.id, Product.id, Product.vendor_id).join(Product, Product.id == Edition.product_id)
    rows = session.execute(wanted.where(Edition.id.in_([edition_id for edition_id, _amount in lines])))
    known = {edition_id: (product_id, vendor_id) for edition_id, product_id, vendor_id in rows}
    return [
        rules.Good(
            edition_id=edition_id, product_id=known[edition_id][0], vendor_id=known[edition_id][1], amount=amount
        )
        for edition_id, amount in lines
    ]
