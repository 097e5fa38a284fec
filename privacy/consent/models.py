"""The ledger of yes and no."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import Holding, declare


class ConsentEntry(Base):
    """A person said yes or no to a purpose (or to "original_only"). Rows are added, never changed; the last one holds."""

    __tablename__ = "consent_entry"
    __table_args__ = (
        Index("ix_consent_entry_account_id_purpose", "account_id", "purpose", "id"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(40))
    given: Mapped[bool]
    version: Mapped[int]
    how: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]


_said = Holding(
    category="choice",
    collected_for="privacy_requests",
    keep="as long as the account",
    read_by=("self", "staff:privacy"),
    correct="yourself: switch it",
    correct_at="/account/privacy#choices",
    erase="stays as proof, without your name",
)
declare(
    "consent_entry",
    subject="account_id",
    title="What you said yes and no to",
    purpose=_said,
    given=_said,
    version=_said,
    how=_said,
    at=_said,
)
