"""The table of reports."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import Holding, declare


class Report(Base):
    """A member's report of a post: open until staff keep or hide the post. One for each member and post."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("post_id", "reporter_id"),
        Index("ix_report_open", "settled_at", "id"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    post_id: Mapped[int] = mapped_column(Big, ForeignKey("post.id", ondelete="CASCADE"))
    reporter_id: Mapped[int | None] = mapped_column(Big, ForeignKey("account.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(Big, ForeignKey("account.id", ondelete="SET NULL"))
    outcome: Mapped[str] = mapped_column(String(20), default="")


_REPORT = Holding(
    category="communication",
    collected_for="forum",
    keep="one year after it is settled",
    read_by=("self", "staff:moderation"),
)

declare(
    "report",
    subject="reporter_id",
    title="Reports you made",
    reason=_REPORT,
    created_at=_REPORT,
    settled_at=_REPORT,
    outcome=_REPORT,
)
