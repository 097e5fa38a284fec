"""The audit log's table."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key


class AuditEntry(Base):
    """Who did what to what, chained by hash to the entry before. Never changed, never deleted."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_thing", "thing", "thing_id"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int | None] = mapped_column(Big, ForeignKey("account.id", ondelete="SET NULL"))
    role: Mapped[str] = mapped_column(String(20))
    verb: Mapped[str] = mapped_column(String(40))
    thing: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[int] = mapped_column(Big)
    details: Mapped[dict[str, str]] = mapped_column(JSON)
    chain: Mapped[str] = mapped_column(String(64))
