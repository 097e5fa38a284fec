"""Tables of subscriptions: until when each is paid, and the orders that paid its periods."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import Holding, declare
from storefront.renewals.rules import SubscriptionState

QUIET = {"info": {"public": False}}


class Subscription(Base):
    """A license that goes on period by period.

    `due_at` is when `periods` terms from the anchor end; `unit` what a seat costs for a period, tax included, as it was
    agreed. Of the period that follows, so many steps were done, the next is due at `next_at`, and the first try to charge
    was at `tried_at`. `paid` is what the holder paid for the time from `paid_from` to `paid_until`, `ahead` for the time from
    there to `due_at`, tax included: what a change of plan reckons with. `next_unit`, `next_edition_id` and `next_seats` hold from the next period on, where they are set.
    `announced_unit` is what its holder was told that a seat costs in periods from `announced_from` on.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        CheckConstraint(f"state in {tuple(state.value for state in SubscriptionState)}", name="state"),
        CheckConstraint("term in ('month', 'year')", name="term"),
        CheckConstraint("periods > 0 and unit >= 0 and paid >= 0 and ahead >= 0 and steps_done >= 0", name="counts"),
        CheckConstraint("(next_at is null) = (state = 'ended')", name="next_at"),
        CheckConstraint("(paid_from < paid_until and paid_until <= due_at) or state = 'ended'", name="paid_from"),
        CheckConstraint("(next_edition_id is null) = (next_unit is null)", name="next"),
        CheckConstraint("(announced_unit is null) = (announced_from is null)", name="announced"),
        Index("ix_subscription_next_at", "next_at"),
        Index("ix_subscription_state", "state", "due_at"),
        QUIET,
    )

    id: Mapped[Key]
    license_id: Mapped[int] = mapped_column(Big, ForeignKey("license.id", ondelete="CASCADE"), unique=True)
    term: Mapped[str] = mapped_column(String(10))
    anchor_at: Mapped[datetime]
    periods: Mapped[int]
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12))
    currency: Mapped[str] = mapped_column(String(3))
    unit: Mapped[int] = mapped_column(Big)
    paid: Mapped[int] = mapped_column(Big)
    paid_from: Mapped[datetime]
    paid_until: Mapped[datetime]
    ahead: Mapped[int] = mapped_column(Big, default=0)
    next_edition_id: Mapped[int | None] = mapped_column(Big, ForeignKey("edition.id"), index=True)
    next_unit: Mapped[int | None] = mapped_column(Big)
    next_seats: Mapped[int | None]
    announced_unit: Mapped[int | None] = mapped_column(Big)
    announced_from: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    steps_done: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]

    @property
    def coming_unit(self) -> int:
        """What a seat costs for the next period, tax included."""
        if self.next_unit is not None:
            return self.next_unit
        is_new = self.announced_from is not None and self.announced_from <= self.due_at
        return self.announced_unit if is_new and self.announced_unit is not None else self.unit


class Renewal(Base):
    """The order of one more period. The two moments are set when it is paid: a period is paid once, whatever happens."""

    __tablename__ = "renewal"
    __table_args__ = (
        UniqueConstraint("subscription_id", "number"),
        CheckConstraint("(starts_at is null) = (ends_at is null)", name="period"),
        Index(
            "uq_renewal_period",
            "subscription_id",
            "starts_at",
            unique=True,
            sqlite_where=text("starts_at is not null"),
            postgresql_where=text("starts_at is not null"),
        ),
        QUIET,
    )

    id: Mapped[Key]
    subscription_id: Mapped[int] = mapped_column(Big, ForeignKey("subscription.id", ondelete="CASCADE"))
    number: Mapped[int]
    order_id: Mapped[int] = mapped_column(Big, ForeignKey("order.id"), unique=True)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]


HELD = Holding(
    category="license",
    collected_for=("licenses", "orders"),
    keep="as long as the license lasts, then with its order",
    read_by=("self", "staff:support", "staff:sales"),
    correct="request",
    erase="with its order",
)

declare(
    "subscription",
    subject="license_id.account_id",
    title="Subscriptions",
    term=HELD,
    anchor_at=HELD,
    due_at=HELD,
    state=HELD,
    unit=HELD,
    paid=HELD,
    paid_from=HELD,
    paid_until=HELD,
    ahead=HELD,
    next_at=HELD,
    next_unit=HELD,
    next_seats=HELD,
    announced_unit=HELD,
    announced_from=HELD,
    tried_at=HELD,
    changed_at=HELD,
    nothing_personal=("periods", "currency", "steps_done"),
)
declare(
    "renewal",
    subject="subscription_id.license_id.account_id",
    title="Renewals",
    starts_at=HELD,
    ends_at=HELD,
    nothing_personal=("number",),
)
