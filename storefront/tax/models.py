"""The tax of invoices and credit notes, beside their frozen text, so that a return can be added up."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import declare
from storefront.orders.models import QUIET, bought
from storefront.tax.rules import Scheme


class PaperTax(Base):
    """What one paper says at one rate, in minor units of its currency; a credit note's amounts are taken off.

    `country` is where the tax is owed, and the buyer's where none is charged.
    """

    __tablename__ = "paper_tax"
    __table_args__ = (
        UniqueConstraint("paper_id", "rate_permille"),
        CheckConstraint(f"scheme in {tuple(scheme.value for scheme in Scheme)}", name="scheme"),
        Index("ix_paper_tax_issued_at", "issued_at"),
        QUIET,
    )

    id: Mapped[Key]
    paper_id: Mapped[int] = mapped_column(Big, ForeignKey("invoice.id", ondelete="CASCADE"))
    rate_permille: Mapped[int]
    scheme: Mapped[str] = mapped_column(String(16))
    country: Mapped[str] = mapped_column(String(2))
    currency: Mapped[str] = mapped_column(String(3))
    is_credit: Mapped[bool]
    net: Mapped[int] = mapped_column(Big)
    tax: Mapped[int] = mapped_column(Big)
    issued_at: Mapped[datetime]


declare(
    "paper_tax",
    subject="paper_id.order_id.account_id",
    title="Tax of papers",
    country=bought("country"),
    net=bought("transaction"),
    tax=bought("transaction"),
    issued_at=bought("time"),
    nothing_personal=("rate_permille", "scheme", "currency", "is_credit"),
)
