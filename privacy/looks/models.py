"""The table of openings and refusals at the gate."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import Holding, declare


class AccessEntry(Base):
    """Somebody but the person opened, or was refused, values about the person. Never changed."""

    __tablename__ = "access_entry"
    __table_args__ = (
        Index("ix_access_entry_account_id_at", "account_id", "at"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    account_id: Mapped[int | None] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"))
    labels: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(40))
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int | None] = mapped_column(Big, ForeignKey("account.id", ondelete="SET NULL"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    allowed: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(40))


_looked = Holding(
    category="choice",
    collected_for="privacy_requests",
    keep="as long as the account",
    read_by=("self", "staff:privacy"),
    correct="never: it is a record of what happened",
    erase="stays as proof, without your name",
)
declare(
    "access_entry",
    subject="account_id",
    title="Who looked at your data",
    labels=_looked,
    purpose=_looked,
    actor_kind=_looked,
    role=_looked,
    at=_looked,
    allowed=_looked,
    reason=_looked,
)
