"""Tables of vouchers: their terms, the carts that hold one, and the orders that used one."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import Holding, declare

QUIET = {"info": {"public": False}}


class Voucher(Base):
    """A voucher. Its code is kept as a hash; `label` is the code itself, or the end of one that was generated in a batch.

    `used` counts orders that hold or used it, and never passes `uses_most` (None: no limit; so for each customer).
    """

    __tablename__ = "voucher"
    __table_args__ = (
        CheckConstraint("used >= 0 and (uses_most is null or used <= uses_most)", name="used"),
        CheckConstraint("permille between 1 and 1000", name="permille"),
        CheckConstraint(
            "(vendor_id is null and product_id is null) or (vendor_id is null and edition_id is null)"
            " or (product_id is null and edition_id is null)",
            name="one_scope",
        ),
        QUIET,
    )

    id: Mapped[Key]
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str] = mapped_column(String(50))
    permille: Mapped[int | None]
    uses_most: Mapped[int | None]
    each_most: Mapped[int | None]
    used: Mapped[int] = mapped_column(default=0, server_default="0")
    vendor_id: Mapped[int | None] = mapped_column(Big, ForeignKey("vendor.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(Big, ForeignKey("product.id"), index=True)
    edition_id: Mapped[int | None] = mapped_column(Big, ForeignKey("edition.id"), index=True)
    made_at: Mapped[datetime]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class VoucherAmount(Base):
    """In one currency: what the voucher takes off (0 where it takes a share), and what the cart has to come to."""

    __tablename__ = "voucher_amount"
    __table_args__ = (
        UniqueConstraint("voucher_id", "currency"),
        CheckConstraint("taken_off >= 0 and least >= 0", name="amounts"),
        QUIET,
    )

    id: Mapped[Key]
    voucher_id: Mapped[int] = mapped_column(Big, ForeignKey("voucher.id", ondelete="CASCADE"))
    currency: Mapped[str] = mapped_column(String(3))
    taken_off: Mapped[int] = mapped_column(Big)
    least: Mapped[int] = mapped_column(Big)


class CartVoucher(Base):
    """The voucher in a cart: one at most. It takes nothing from the voucher's limits."""

    __tablename__ = "cart_voucher"
    __table_args__ = (QUIET,)

    id: Mapped[Key]
    cart_id: Mapped[int] = mapped_column(Big, ForeignKey("cart.id", ondelete="CASCADE"), unique=True)
    voucher_id: Mapped[int] = mapped_column(Big, ForeignKey("voucher.id", ondelete="CASCADE"), index=True)


class VoucherClaim(Base):
    """An order's use of a voucher: held while the order is open, `final_at` when it is paid, gone when it is given up.

    `nth` counts a customer's uses, so that two orders at once cannot be the same one.
    """

    __tablename__ = "voucher_claim"
    __table_args__ = (UniqueConstraint("voucher_id", "account_id", "nth"), QUIET)

    id: Mapped[Key]
    voucher_id: Mapped[int] = mapped_column(Big, ForeignKey("voucher.id"))
    order_id: Mapped[int] = mapped_column(Big, ForeignKey("order.id", ondelete="CASCADE"), unique=True)
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id"), index=True)
    nth: Mapped[int]
    label: Mapped[str] = mapped_column(String(50))
    claimed_at: Mapped[datetime]
    final_at: Mapped[datetime | None]


def _used(category: str) -> Holding:
    return Holding(
        category=category,
        collected_for="orders",
        keep="as long as the order in which it was used; at once gone with an order that is given up",
        read_by=("self", "staff:sales"),
        correct="request",
        erase="with the order",
    )


PUT_ASIDE = Holding(
    category="choice",
    collected_for="orders",
    keep="as long as the cart",
    correct="self",
    erase="with the account",
)

declare("cart_voucher", subject="cart_id.account_id", title="The voucher in your cart", voucher_id=PUT_ASIDE)
declare(
    "voucher_claim",
    subject="account_id",
    title="Vouchers you used",
    label=_used("transaction"),
    claimed_at=_used("time"),
    final_at=_used("time"),
    nothing_personal=("nth",),
)
