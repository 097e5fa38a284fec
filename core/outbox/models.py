"""The table of mails: written in the transaction that causes them, sent afterwards."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText

STATES = ("queued", "sending", "sent", "suppressed", "failed")


class Mail(Base):
    """One mail to one address. `once` makes a cause (an order's line, a topic's reply) send one mail and no second."""

    __tablename__ = "mail"
    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        Index("ix_mail_due", "state", "due_at"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    account_id: Mapped[int | None] = mapped_column(Big, ForeignKey("account.id", ondelete="SET NULL"), index=True)
    purpose: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(60))
    once: Mapped[str] = mapped_column(String(120), unique=True)
    address: Mapped[Sealed] = mapped_column(SealedText("mail.address", "communication"))
    subject: Mapped[Sealed] = mapped_column(SealedText("mail.subject", "communication"))
    text: Mapped[Sealed] = mapped_column(SealedText("mail.text", "communication"))
    html: Mapped[Sealed] = mapped_column(SealedText("mail.html", "communication"))
    headers: Mapped[dict[str, str]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(12), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
