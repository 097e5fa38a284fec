"""Whom not to mail and whom not to call, as keyed hashes that outlive an account; and mails that did not arrive."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import Holding, declare


class Suppression(Base):
    """Somebody wants no more mail of this purpose ("" for all that can be stopped). Kept as a hash, so that the wish
    survives an erasure without the address surviving it. `lifted_at`: the owner, signed in, asked for it again."""

    __tablename__ = "suppression"
    __table_args__ = (
        UniqueConstraint("form_hash", "purpose"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    form_hash: Mapped[str] = mapped_column(String(32))
    purpose: Mapped[str] = mapped_column(String(40))
    how: Mapped[str] = mapped_column(String(40))
    since: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class StoppedNumber(Base):
    """A telephone number that is on no shared list and is not called: a keyed hash of its E.164 form."""

    __tablename__ = "stopped_number"
    __table_args__ = ({"info": {"public": False}},)

    id: Mapped[Key]
    number_hash: Mapped[str] = mapped_column(String(64), unique=True)
    how: Mapped[str] = mapped_column(String(40))
    since: Mapped[datetime]


class Bounce(Base):
    """A mail of ours that a server could not deliver. status: RFC 3463's, such as 5.1.1."""

    __tablename__ = "bounce"
    __table_args__ = ({"info": {"public": False}},)

    id: Mapped[Key]
    mail_id: Mapped[int] = mapped_column(Big, ForeignKey("mail.id", ondelete="CASCADE"), unique=True)
    status: Mapped[str] = mapped_column(String(12))
    for_good: Mapped[bool]
    at: Mapped[datetime]


declare("suppression", subject="", nothing_personal=("purpose", "how", "since", "lifted_at"))
declare("stopped_number", subject="", nothing_personal=("how", "since"))
_reported = Holding(
    category="communication",
    collected_for=("support", "privacy_requests"),
    keep="as long as the mail",
    read_by=("self", "staff:support", "staff:privacy"),
    correct="never: it is what a mail server reported",
)
declare(
    "bounce",
    subject="mail_id.account_id",
    title="Mails that did not arrive",
    status=_reported,
    for_good=_reported,
    at=_reported,
)
