"""Table of changes of plan."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import declare
from storefront.renewals.models import HELD

QUIET = {"info": {"public": False}}


class PlanChange(Base):
    """A license's way from one edition and number of seats to another, paid by an order of its own.

    `charge` and the part of it that is `ahead` (for a period that has not begun) are minor units with tax, as is `unit`,
    which a seat costs from then on. `was_unit` is what it cost before. `applied_at` is empty until it is paid, `undone_at`
    set where its money went back.
    """

    __tablename__ = "plan_change"
    __table_args__ = (
        CheckConstraint("charge > 0 and unit >= 0 and to_seats > 0 and from_seats > 0", name="amounts"),
        CheckConstraint("undone_at is null or applied_at is not null", name="undone"),
        Index("ix_plan_change_license_id", "license_id", "id"),
        QUIET,
    )

    id: Mapped[Key]
    license_id: Mapped[int] = mapped_column(Big, ForeignKey("license.id", ondelete="CASCADE"))
    order_id: Mapped[int] = mapped_column(Big, ForeignKey("order.id"), unique=True)
    from_edition_id: Mapped[int] = mapped_column(Big, ForeignKey("edition.id"), index=True)
    to_edition_id: Mapped[int] = mapped_column(Big, ForeignKey("edition.id"), index=True)
    from_seats: Mapped[int]
    to_seats: Mapped[int]
    was_unit: Mapped[int] = mapped_column(Big)
    unit: Mapped[int] = mapped_column(Big)
    charge: Mapped[int] = mapped_column(Big)
    ahead: Mapped[int] = mapped_column(Big)
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


declare(
    "plan_change",
    subject="license_id.account_id",
    title="Changes of plan",
    from_seats=HELD,
    to_seats=HELD,
    unit=HELD,
    charge=HELD,
    applied_at=HELD,
    undone_at=HELD,
    nothing_personal=("was_unit", "ahead"),
)
