"""A cart as this visitor wants to read it: without tax, it says what a business pays that buys without tax."""

from collections.abc import Iterator
from dataclasses import replace

from storefront.cart.contents import CartView, LineView
from storefront.money import Money, total, zero
from storefront.orders.rules import Line, without
from storefront.prices.shown import View


def as_shown(cart: CartView, view: View) -> CartView:
    """The cart with its prices as they are shown; a line's rounding is that of an order without tax."""
    if not view.taken_out:
        return cart
    offs = iter(cart.voucher.lines if cart.voucher else ())
    lines, taken = [], []
    for line in cart.lines:
        bare = without(_priced(line, offs), view.taken_out)
        asked = view.asked(line.asked) if line.asked else None
        lines.append(replace(line, unit=bare.unit_price, amount=bare.unit_price * line.quantity, asked=asked))
        taken.append(bare.discount or zero(cart.total.currency))
    voucher = cart.voucher
    if voucher and voucher.off is not None:
        voucher = replace(voucher, off=total(taken, cart.total.currency))
    counted = [line.amount for line in lines if line.counts]
    return replace(cart, lines=tuple(lines), total=total(counted, cart.total.currency), voucher=voucher)


def _priced(line: LineView, offs: Iterator[Money]) -> Line:
    discount = next(offs, None) if line.counts else None
    return Line(unit_price=line.unit, quantity=line.quantity, tax_rate_permille=0, discount=discount)
