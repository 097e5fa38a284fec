"""Table of the parts of bundles."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big


class BundlePart(Base):
    """One edition that comes with another; small ranks come first."""

    __tablename__ = "bundle_part"
    __table_args__ = (
        PrimaryKeyConstraint("bundle_id", "edition_id"),
        CheckConstraint("bundle_id <> edition_id", name="other"),
        Index("ix_bundle_part_edition_id", "edition_id"),
    )

    bundle_id: Mapped[int] = mapped_column(Big, ForeignKey("edition.id", ondelete="CASCADE"))
    edition_id: Mapped[int] = mapped_column(Big, ForeignKey("edition.id", ondelete="CASCADE"))
    rank: Mapped[int]
