"""The voucher of a cart: one at most, put in by its code."""

from storefront.cart import contents
from storefront.cart.service import NotInCart, cart_for, touch
from storefront.vouchers import service as vouchers


def put(account_id: int | None, token: str | None, code: str) -> str:
    """Have the voucher with this code in the cart, in place of another; its label.

    Refuses with NotInCart, NotACode or a VoucherRefused; then the cart, and the voucher in it, is as it was.
    """
    cart_id = touch(account_id, token)
    if cart_id is None:
        raise NotInCart("A voucher goes with what is in your cart. Put something in first, then type the code again.")
    voucher = vouchers.find(code)
    vouchers.check(voucher, contents.priced(cart_for(account_id, token).lines), account_id)
    vouchers.put(cart_id, voucher.id)
    return voucher.label


def take_out(account_id: int | None, token: str | None) -> None:
    """Have none."""
    cart_id = touch(account_id, token)
    if cart_id is not None:
        vouchers.take_out(cart_id)
