"""Tables of withdrawals: that somebody withdrew, when, and what was answered for each line."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import declare
from storefront.orders.models import QUIET, bought
from storefront.withdrawal.rules import Verdict


class Withdrawal(Base):
    """One order from which its buyer withdrew. `stated_at` is what counts for the fourteen days."""

    __tablename__ = "withdrawal"
    __table_args__ = (QUIET,)

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(Big, ForeignKey("order.id"), unique=True)
    stated_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]


class WithdrawalAnswer(Base):
    """What was answered for a line, in the words that the buyer was told."""

    __tablename__ = "withdrawal_answer"
    __table_args__ = (
        UniqueConstraint("withdrawal_id", "order_line_id"),
        CheckConstraint(f"verdict in {tuple(verdict.value for verdict in Verdict)}", name="verdict"),
        QUIET,
    )

    id: Mapped[Key]
    withdrawal_id: Mapped[int] = mapped_column(Big, ForeignKey("withdrawal.id", ondelete="CASCADE"))
    order_line_id: Mapped[int] = mapped_column(Big, ForeignKey("order_line.id", ondelete="CASCADE"), index=True)
    verdict: Mapped[str] = mapped_column(String(10))
    pieces: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300))


declare(
    "withdrawal",
    subject="order_id.account_id",
    title="Withdrawals",
    stated_at=bought("time"),
    confirmed_at=bought("time"),
)
declare(
    "withdrawal_answer",
    subject="withdrawal_id.order_id.account_id",
    title="Answers to withdrawals",
    verdict=bought("transaction"),
    pieces=bought("transaction"),
    reason=bought("transaction"),
)
