"""Tables of refunds: each with its parts, kept with the order and never changed."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import declare
from storefront.orders.models import QUIET, bought
from storefront.refunds.rules import Cause, RequestState


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


class RefundRequest(Base):
    """A refund that one member of staff asked for and another one has to agree to. `fields` are those of the page."""

    __tablename__ = "refund_request"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint(f"state in {tuple(state.value for state in RequestState)}", name="state"),
        CheckConstraint("state <> 'given' or (decided_by_id is not null and decided_by_id <> asked_by_id)", name="two"),
        Index(
            "ix_refund_request_waiting",
            "order_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        QUIET,
    )

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(Big, ForeignKey("order.id"))
    asked: Mapped[str] = mapped_column(String(40), unique=True)
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(200))
    amount: Mapped[int] = mapped_column(Big)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(10))
    asked_by_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(Big, ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]


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
declare(
    "refund_request",
    subject="order_id.account_id",
    title="Refunds that two of our staff decide on",
    reason=bought("transaction"),
    amount=bought("transaction"),
    currency=bought("transaction"),
    state=bought("transaction"),
    asked_at=bought("time"),
    decided_at=bought("time"),
    nothing_personal=("asked", "fields"),
)
