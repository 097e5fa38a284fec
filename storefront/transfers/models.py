"""The table of bank transfers that arrived: when and how much, for which attempt to pay. Who sent them is not kept."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import Holding, declare
from storefront.transfers.rules import Effect, Source

QUIET = {"info": {"public": False}}


class TransferReceipt(Base):
    """Money on our account. `line_hash` is the keyed fingerprint of the statement's line, so that none counts twice."""

    __tablename__ = "transfer_receipt"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(f"source in {tuple(one.value for one in Source)}", name="source"),
        CheckConstraint(f"effect in {tuple(one.value for one in Effect)}", name="effect"),
        QUIET,
    )

    id: Mapped[Key]
    intent_id: Mapped[int] = mapped_column(Big, ForeignKey("payment_intent.id"), index=True)
    amount: Mapped[int] = mapped_column(Big)
    currency: Mapped[str] = mapped_column(String(3))
    booked_on: Mapped[date]
    line_hash: Mapped[str] = mapped_column(String(64), unique=True)
    source: Mapped[str] = mapped_column(String(10))
    effect: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]


ARRIVED = Holding(
    category="payment",
    collected_for="orders",
    keep="10 years, as tax law asks",
    read_by=("self", "staff:sales"),
    correct="request",
    erase="after the years for which tax law asks",
)

declare(
    "transfer_receipt",
    subject="intent_id.order_id.account_id",
    title="Bank transfers that arrived",
    amount=ARRIVED,
    currency=ARRIVED,
    booked_on=ARRIVED,
    effect=ARRIVED,
    created_at=ARRIVED,
    nothing_personal=("source",),
)
