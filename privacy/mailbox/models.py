"""The table of mail that came in and waits to be read."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Key
from core.sealed import Sealed, SealedText
from privacy.register import Holding, declare

STATES = ("waiting", "done")


class ReceivedMail(Base):
    """A mail from the moment it is taken until it is read; then its text is emptied here and the digest stays, so that
    the same mail given twice is read once. raw: its bytes, one letter each (Latin-1)."""

    __tablename__ = "received_mail"
    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        Index("ix_received_mail_state_due_at", "state", "due_at"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    digest_hash: Mapped[str] = mapped_column(String(64), unique=True)
    raw: Mapped[Sealed | None] = mapped_column(SealedText("received_mail.raw"))
    returns_nowhere: Mapped[bool]
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime]


declare(
    "received_mail",
    subject="",
    title="Mails that wait to be read",
    raw=Holding(
        category="communication",
        collected_for=("support", "privacy_requests"),
        keep="until it is read, a minute as a rule",
        read_by=(),
        export="once it is read, among what you wrote to us",
        correct="never: it is a record of what was written; write again",
    ),
    nothing_personal=("returns_nowhere", "state", "attempts", "received_at", "due_at"),
)
