"""The table of prices that were announced for renewals."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key


class PriceAnnouncement(Base):
    """A seat of this edition costs so much for periods that begin from that day on, tax included, minor units.

    `asked` is the page's one-time token, so that a double click announces once; `met` how many subscriptions it was for.
    """

    __tablename__ = "price_announcement"
    __table_args__ = (CheckConstraint("unit >= 0 and met >= 0", name="amounts"), {"info": {"public": False}})

    id: Mapped[Key]
    asked: Mapped[str] = mapped_column(String(40), unique=True)
    edition_id: Mapped[int] = mapped_column(Big, ForeignKey("edition.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    unit: Mapped[int] = mapped_column(Big)
    from_day: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    met: Mapped[int]
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
