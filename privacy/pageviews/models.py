"""Sums per day and page, and the lists of those who want one."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import Holding, declare


class PageCount(Base):
    """How often a kind of page was opened on a day, by nobody in particular. Nobody reads it from `discard_on` on."""

    __tablename__ = "page_count"
    __table_args__ = (UniqueConstraint("day", "route"), {"info": {"public": False}})

    id: Mapped[Key]
    day: Mapped[date] = mapped_column(Date)
    route: Mapped[str] = mapped_column(String(80))
    times: Mapped[int]
    discard_on: Mapped[date] = mapped_column(Date, index=True)


class VisitTrail(Base):
    """A browser whose visitor switched the list on; the cookie's opaque text is kept as a hash. Belongs to an account
    only if the visitor was signed in when switching."""

    __tablename__ = "visit_trail"
    __table_args__ = ({"info": {"public": False}},)

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int | None] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime]


class Visit(Base):
    """One page: its route's name and a time. Nobody can read it after `discard_at`."""

    __tablename__ = "visit"
    __table_args__ = (
        Index("ix_visit_trail_id_id", "trail_id", "id"),
        Index("ix_visit_discard_at", "discard_at"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    trail_id: Mapped[int] = mapped_column(Big, ForeignKey("visit_trail.id", ondelete="CASCADE"))
    route: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    discard_at: Mapped[datetime]


_visit = Holding(
    category="behaviour",
    collected_for="page_history",
    also_for=("suggestions",),
    keep="90 days from the visit",
    correct="yourself: delete it",
    correct_at="/account/privacy/visits",
    erase="yourself at any time, and with the account",
)
declare("page_count", subject="", nothing_personal=("day", "route", "times", "discard_on"))
declare("visit_trail", subject="account_id", title="Browsers that keep a list of pages", started_at=_visit)
declare(
    "visit",
    subject="trail_id.account_id",
    title="Pages you visited",
    route=_visit,
    at=_visit,
    nothing_personal=("discard_at",),
)
