"""The table of people's keys, each wrapped under the master key, which no database holds."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key


class DataKey(Base):
    """One key of one person. `mark` is its name outside of this database. Destroyed, it stays as a fact without bytes."""

    __tablename__ = "data_key"
    __table_args__ = (
        CheckConstraint("(wrapped is null) = (destroyed_at is not null)", name="destroyed"),
        Index(
            "uq_data_key_live",
            "account_id",
            "kept_as",
            "part",
            unique=True,
            sqlite_where=text("destroyed_at is null"),
            postgresql_where=text("destroyed_at is null"),
        ),
        Index("ix_data_key_due", "last_use", "destroyed_at"),
        Index("ix_data_key_destroyed_at", "destroyed_at"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"))
    kept_as: Mapped[str] = mapped_column(String(20))
    part: Mapped[str] = mapped_column(String(24))
    mark: Mapped[str] = mapped_column(String(32), unique=True)
    wrapped: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime]
    last_use: Mapped[datetime | None]
    destroyed_at: Mapped[datetime | None]
