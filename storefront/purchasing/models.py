"""Tables of what an organization wants to buy, and of its orders."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import Holding, declare
from storefront.purchasing.rules import State

QUIET = {"info": {"public": False}}


class JointPurchase(Base):
    """What is approved, in the cart of the manager who orders it; one at a time for an organization."""

    __tablename__ = "joint_purchase"
    __table_args__ = (
        CheckConstraint("state in ('checkout', 'ordered', 'put_back')", name="state"),
        CheckConstraint("state <> 'ordered' or order_id is not null", name="order"),
        Index(
            "uq_joint_purchase_open",
            "organization_id",
            unique=True,
            sqlite_where=text("state = 'checkout'"),
            postgresql_where=text("state = 'checkout'"),
        ),
        Index("ix_joint_purchase_buyer_id", "buyer_id", "state"),
        Index("ix_joint_purchase_organization_id", "organization_id", "id"),
        QUIET,
    )

    id: Mapped[Key]
    organization_id: Mapped[int] = mapped_column(Big, ForeignKey("organization.id", ondelete="CASCADE"))
    buyer_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id"))
    order_id: Mapped[int | None] = mapped_column(Big, ForeignKey("order.id", ondelete="CASCADE"), unique=True)
    state: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime]


class Requisition(Base):
    """So many pieces of an edition that a member asks for, and what became of that."""

    __tablename__ = "requisition"
    __table_args__ = (
        CheckConstraint(f"state in {tuple(state.value for state in State)}", name="state"),
        CheckConstraint("quantity between 1 and 99", name="quantity"),
        CheckConstraint("(purchase_id is not null) = (state in ('checkout', 'ordered'))", name="purchase"),
        Index("ix_requisition_state", "organization_id", "state", "id"),
        Index("ix_requisition_asked_by", "asked_by"),
        QUIET,
    )

    id: Mapped[Key]
    organization_id: Mapped[int] = mapped_column(Big, ForeignKey("organization.id", ondelete="CASCADE"))
    edition_id: Mapped[int] = mapped_column(Big, ForeignKey("edition.id", ondelete="CASCADE"), index=True)
    purchase_id: Mapped[int | None] = mapped_column(
        Big, ForeignKey("joint_purchase.id", ondelete="CASCADE"), index=True
    )
    quantity: Mapped[int]
    cost_centre: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10))
    asked_by: Mapped[int] = mapped_column(Big, ForeignKey("account.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(Big, ForeignKey("account.id"), index=True)
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200))


def _shared(category: str) -> Holding:
    return Holding(
        category=category,
        collected_for="orders",
        keep="as long as you are a member",
        read_by=("self", "organization"),
        correct="self",
        correct_at="/account/organizations",
    )


declare(
    "joint_purchase",
    subject="buyer_id",
    title="What you ordered for an organization",
    state=_shared("transaction"),
    made_at=_shared("time"),
)
declare(
    "requisition",
    subject="asked_by",
    title="What you asked an organization to buy",
    quantity=_shared("choice"),
    cost_centre=_shared("company"),
    state=_shared("choice"),
    asked_at=_shared("time"),
    decided_at=_shared("time"),
    reason=_shared("message"),
)
