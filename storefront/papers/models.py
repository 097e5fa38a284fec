"""Tables of papers: each frozen when it is made, and the series that number them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText
from privacy.register import Holding, declare
from storefront.orders.models import QUIET, TAX_YEARS, WITH_PERIOD, bought
from storefront.papers.rules import Kind


class Invoice(Base):
    """A paper of an order, frozen as JSON when it was made and never changed.

    A refund makes a credit note; a correction makes one, too, and an invoice of the next `issue`. A credit note has the
    issue of the invoice that it takes back, and is its first, second … `part` (from 0).
    """

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("order_id", "kind", "issue", "part"),
        CheckConstraint(f"kind in {tuple(kind.value for kind in Kind if kind is not Kind.QUOTE)}", name="kind"),
        QUIET,
    )

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(Big, ForeignKey("order.id"))
    kind: Mapped[str] = mapped_column(String(12))
    issue: Mapped[int] = mapped_column(server_default="1")
    part: Mapped[int] = mapped_column(server_default="0")
    number: Mapped[str] = mapped_column(String(24), unique=True)
    frozen: Mapped[Sealed] = mapped_column(SealedText("invoice.frozen", "invoice"))
    issued_at: Mapped[datetime]


class InvoiceSeries(Base):
    """The last number given out in a series ("invoice-2026"); raised in the paper's own transaction, so no gaps."""

    __tablename__ = "invoice_series"
    __table_args__ = (QUIET,)

    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    last: Mapped[int]


declare(
    "invoice",
    subject="order_id.account_id",
    title="Papers of orders",
    number=bought("transaction"),
    kind=bought("transaction"),
    issue=bought("transaction"),
    frozen=Holding(
        category="transaction",
        collected_for="invoice",
        keep=TAX_YEARS,
        read_by=("self", "staff:sales"),
        correct="request",
        erase=WITH_PERIOD,
    ),
    issued_at=bought("time"),
    nothing_personal=("part",),
)
