"""Tables of tickets: each person's letters to us, our answers, what was enclosed, and links that prove who wrote."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText
from privacy.register import Holding, declare
from privacy.tickets.rules import Direction, State


class Ticket(Base):
    """What one person wrote about, until it is settled. kind: what it asks for ("question" or a wish); door: how it came.

    address: where answers go, whoever writes to the ticket later. verified_at: the person opened the link that was mailed
    to the address on file.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        CheckConstraint(f"state in {tuple(state.value for state in State)}", name="state"),
        Index("ix_ticket_state_changed_at", "state", "changed_at", "id"),
        Index("ix_ticket_account_id_changed_at", "account_id", "changed_at"),
        Index("ix_ticket_address_hash_created_at", "address_hash", "created_at"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(12), unique=True)
    account_id: Mapped[int | None] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"))
    address: Mapped[Sealed] = mapped_column(SealedText("ticket.address", "communication"))
    address_hash: Mapped[str] = mapped_column(String(64))
    subject: Mapped[Sealed] = mapped_column(SealedText("ticket.subject", "communication"))
    state: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(16))
    door: Mapped[str] = mapped_column(String(8))
    assigned_to: Mapped[int | None] = mapped_column(Big, ForeignKey("account.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    changed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]


class TicketMessage(Base):
    """One letter: of the person (in) or of the shop (out). mail_id: the mail that carried ours."""

    __tablename__ = "ticket_message"
    __table_args__ = (
        CheckConstraint(f"direction in {tuple(way.value for way in Direction)}", name="direction"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(Big, ForeignKey("ticket.id", ondelete="CASCADE"), index=True)
    direction: Mapped[str] = mapped_column(String(4))
    text: Mapped[Sealed] = mapped_column(SealedText("ticket_message.text", "communication"))
    at: Mapped[datetime]
    automatic: Mapped[bool] = mapped_column(default=False)
    author_id: Mapped[int | None] = mapped_column(Big, ForeignKey("account.id", ondelete="SET NULL"), index=True)
    mail_id: Mapped[int | None] = mapped_column(Big, ForeignKey("mail.id", ondelete="SET NULL"), index=True)


class TicketFile(Base):
    """Something enclosed in a letter; nobody here opens it, it is handed out as a download. content is base64."""

    __tablename__ = "ticket_file"
    __table_args__ = ({"info": {"public": False}},)

    id: Mapped[Key]
    message_id: Mapped[int] = mapped_column(Big, ForeignKey("ticket_message.id", ondelete="CASCADE"), index=True)
    name: Mapped[Sealed] = mapped_column(SealedText("ticket_file.name", "communication"))
    kind: Mapped[str] = mapped_column(String(130))
    size: Mapped[int] = mapped_column(Big)
    content: Mapped[Sealed] = mapped_column(SealedText("ticket_file.content", "communication"), deferred=True)


class IdentityLink(Base):
    """A link mailed to the address on file, because a mail in that name asked to see, correct or erase."""

    __tablename__ = "identity_link"
    __table_args__ = ({"info": {"public": False}},)

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(Big, ForeignKey("ticket.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


def _letter(export: str = "text") -> Holding:
    return Holding(
        category="communication",
        collected_for=("support", "privacy_requests"),
        keep="two years from the first letter",
        read_by=("self", "staff:support", "staff:privacy"),
        export=export,
        correct="never: it is a record of what was written; write again",
    )


_written = _letter()
declare(
    "ticket",
    subject="account_id",
    title="What you wrote to us",
    number=_written,
    address=_written,
    columns={"subject": _written},
    state=_written,
    kind=_written,
    door=_written,
    created_at=_written,
    changed_at=_written,
    closed_at=_written,
    acknowledged_at=_written,
    verified_at=_written,
)
declare(
    "ticket_message",
    subject="ticket_id.account_id",
    title="Letters and answers",
    direction=_written,
    text=_written,
    at=_written,
    nothing_personal=("automatic",),
)
declare(
    "ticket_file",
    subject="message_id.ticket_id.account_id",
    title="What you enclosed",
    name=_written,
    kind=_written,
    size=_written,
    content=_letter("never: the files lie in the folder “enclosed” beside this text"),
)
_asked = Holding(
    category="identifier",
    collected_for="privacy_requests",
    keep="as long as the ticket",
    read_by=("self",),
    correct="never: it is a record of what happened",
)
declare(
    "identity_link",
    subject="account_id",
    title="Links that asked whether it was you",
    kind=_asked,
    created_at=_asked,
    used_at=_asked,
    nothing_personal=("tries", "expires_at"),
)
