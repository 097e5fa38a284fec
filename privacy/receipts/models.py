"""The table of receipts: written once with the choice, never changed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import Holding, declare


class Receipt(Base):
    """One choice, as the document that was signed. `account_id` is empty where somebody without an account chose."""

    __tablename__ = "receipt"
    __table_args__ = (
        Index("ix_receipt_account_id", "account_id", "id"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    account_id: Mapped[int | None] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"))
    deed: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(40))
    how: Mapped[str] = mapped_column(String(40))
    document: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(String(100))
    given_at: Mapped[datetime]


_said = Holding(
    category="choice",
    collected_for="privacy_requests",
    keep="as long as the account",
    read_by=("self", "staff:privacy"),
    correct="never: it is a record of what you said",
)
declare(
    "receipt",
    subject="account_id",
    title="Receipts for your choices",
    deed=_said,
    purpose=_said,
    how=_said,
    document=_said,
    given_at=_said,
    nothing_personal=("public_id", "signature"),
)
