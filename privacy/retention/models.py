"""Legal holds, and the public tally of what was discarded."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import Holding, declare


class LegalHold(Base):
    """The law asks us not to destroy one kind of a person's data, for a stated reason, until it is lifted. Both sides
    read it; lifted, it stays as a fact."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        Index(
            "uq_legal_hold_live",
            "account_id",
            "kept_as",
            unique=True,
            sqlite_where=text("lifted_at is null"),
            postgresql_where=text("lifted_at is null"),
        ),
        Index("ix_legal_hold_account_id", "account_id"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"))
    kept_as: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(300))
    set_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lift_reason: Mapped[str] = mapped_column(String(300))


class Discarded(Base):
    """How many things of a kind were discarded on a day."""

    __tablename__ = "discarded"
    __table_args__ = (UniqueConstraint("day", "kind"), {"info": {"public": False}})

    id: Mapped[Key]
    day: Mapped[date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(40))
    times: Mapped[int]


_hold = Holding(
    category="choice",
    collected_for="privacy_requests",
    keep="as long as the account",
    read_by=("self", "staff:privacy"),
    correct="request",
)
declare(
    "legal_hold",
    subject="account_id",
    title="Legal holds",
    kept_as=_hold,
    reason=_hold,
    set_at=_hold,
    lifted_at=_hold,
    lift_reason=_hold,
)
declare("discarded", subject="", nothing_personal=("day", "kind", "times"))
