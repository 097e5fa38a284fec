"""Tables of the newsletter: readers without an account, issues, and how far each has been sent."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText
from privacy.register import Holding, declare

QUIET = {"info": {"public": False}}


class NewsletterReader(Base):
    """An address that was typed into the form by somebody without an account. It waits until its owner confirms, and is
    gone on `expires_at` if they never do; from then on `receipt` names the proof of their yes. People with an account
    are no readers in this sense: their yes stands in the ledger."""

    __tablename__ = "newsletter_reader"
    __table_args__ = (QUIET,)

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    address: Mapped[Sealed] = mapped_column(SealedText("newsletter_reader.address"))
    address_hash: Mapped[str] = mapped_column(String(64), unique=True)
    stop_hash: Mapped[str] = mapped_column(String(32), index=True)
    receipt: Mapped[str] = mapped_column(String(32), default="")
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None] = mapped_column(index=True)
    expires_at: Mapped[datetime | None] = mapped_column(index=True)


class NewsletterIssue(Base):
    """One issue. A draft may change; once it is on its way it is public and stays as it was sent."""

    __tablename__ = "newsletter_issue"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("state in ('draft', 'sending', 'sent')", name="state"),
        Index("ix_newsletter_issue_state", "state", "id"),
    )

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class NewsletterRun(Base):
    """How far an issue has been sent: the last account and the last reader that were looked at, and how many mails were
    put down. A run that was interrupted goes on from here."""

    __tablename__ = "newsletter_run"
    __table_args__ = (QUIET,)

    issue_id: Mapped[int] = mapped_column(Big, ForeignKey("newsletter_issue.id", ondelete="CASCADE"), primary_key=True)
    last_account: Mapped[int] = mapped_column(Big, default=0)
    last_reader: Mapped[int] = mapped_column(Big, default=0)
    mails: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]


_typed = Holding(
    category="email",
    collected_for=("newsletter", "privacy_requests"),
    keep="until you stop it; three days if you never confirm",
    read_by=(),
    correct="stop it and sign up anew",
    erase="at once, by the link in each issue",
)
declare(
    "newsletter_reader",
    subject="",
    title="Readers of the newsletter without an account",
    address=_typed,
    nothing_personal=("public_id", "stop_hash", "receipt", "asked_at", "confirmed_at", "expires_at"),
)
declare(
    "newsletter_issue",
    subject="",
    title="Issues of the newsletter",
    nothing_personal=("slug", "title", "text", "state", "written_at", "sent_at"),
)
declare(
    "newsletter_run",
    subject="",
    title="How far an issue has been sent",
    nothing_personal=("last_account", "last_reader", "mails", "finished_at"),
)
