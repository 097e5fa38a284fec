"""Tables of refunds: each with its parts, kept with the order and never changed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import declare
from storefront.orders.models import QUIET, bought
from storefront.refunds.rules import Cause


class Refund(Base):
    """Money that went back for an order. `asked` is the token of the page that asked: sent twice, it is one refund."""

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint(f"cause in {tuple(cause.value for cause in Cause)}", name="cause"),
        CheckConstraint("amount >= 0", name="amount"),
        QUIET,
    )

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(Big, ForeignKey("order.id"), index=True)
    asked: Mapped[str] = mapped_column(String(40), unique=True)
    cause: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(200))
    amount: Mapped[int] = mapped_column(Big)
    currency: Mapped[str] = mapped_column(String(3))
    at: Mapped[datetime]


class RefundPart(Base):
    """What of a refund was for one line: the pieces that the buyer gave up (none for a mere amount), and the money."""

    __tablename__ = "refund_part"
    __table_args__ = (
        UniqueConstraint("refund_id", "order_line_id"),
        CheckConstraint("amount >= 0 and pieces >= 0", name="part"),
        QUIET,
    )

    id: Mapped[Key]
    refund_id: Mapped[int] = mapped_column(Big, ForeignKey("refund.id", ondelete="CASCADE"))
    order_line_id: Mapped[int] = mapped_column(Big, ForeignKey("order_line.id", ondelete="CASCADE"), index=True)
    pieces: Mapped[int]
    amount: Mapped[int] = mapped_column(Big)


declare(
    "refund",
    subject="order_id.account_id",
    title="Refunds",
    cause=bought("transaction"),
    reason=bought("transaction"),
    amount=bought("transaction"),
    currency=bought("transaction"),
    at=bought("time"),
    nothing_personal=("asked",),
)
declare(
    "refund_part",
    subject="refund_id.order_id.account_id",
    title="Parts of refunds",
    pieces=bought("transaction"),
    amount=bought("transaction"),
)
