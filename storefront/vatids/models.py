"""Tables of VAT ids: what an invoice without tax makes us ask, and every answer, kept as evidence."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import Holding, declare
from storefront.orders.models import QUIET, bought
from storefront.vatids.rules import Standing, State


class VatInquiry(Base):
    """Whether the VAT id on an invoice is valid. `closed_at`: since when there is nothing left to do."""

    __tablename__ = "vat_inquiry"
    __table_args__ = (
        CheckConstraint(f"state in {tuple(state.value for state in State)}", name="state"),
        CheckConstraint("(state = 'open') = (due_at is not null)", name="due"),
        Index("ix_vat_inquiry_due_at", "due_at"),
        Index("ix_vat_inquiry_open", "closed_at", "id"),
        QUIET,
    )

    id: Mapped[Key]
    paper_id: Mapped[int] = mapped_column(Big, ForeignKey("invoice.id", ondelete="CASCADE"), unique=True)
    state: Mapped[str] = mapped_column(String(12))
    asked: Mapped[int]
    due_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class VatAnswer(Base):
    """What the service said once about the id with this keyed hash, and the number under which it remembers that."""

    __tablename__ = "vat_answer"
    __table_args__ = (
        CheckConstraint(
            f"standing in {tuple(one.value for one in Standing if one is not Standing.NONE)}", name="answer"
        ),
        Index("ix_vat_answer_id_hash", "id_hash", "id"),
        QUIET,
    )

    id: Mapped[Key]
    inquiry_id: Mapped[int] = mapped_column(Big, ForeignKey("vat_inquiry.id", ondelete="CASCADE"), index=True)
    id_hash: Mapped[str] = mapped_column(String(64))
    standing: Mapped[str] = mapped_column(String(8))
    consultation: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]


def _evidence(category: str) -> Holding:
    return replace(bought(category), collected_for="invoice")


declare(
    "vat_inquiry",
    subject="paper_id.order_id.account_id",
    title="VAT ids to be confirmed",
    state=_evidence("tax"),
    closed_at=_evidence("time"),
    nothing_personal=("asked", "due_at"),
)
declare(
    "vat_answer",
    subject="inquiry_id.paper_id.order_id.account_id",
    title="What was answered about VAT ids",
    standing=_evidence("tax"),
    consultation=_evidence("tax"),
    at=_evidence("time"),
)
