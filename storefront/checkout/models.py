"""The table of checkout drafts: what a buyer has typed so far, so that coming back finds it."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText
from privacy.register import Holding, declare


class CheckoutDraft(Base):
    """One per account, as typed, right or wrong. `token` belongs to the order that this draft will become."""

    __tablename__ = "checkout_draft"
    __table_args__ = ({"info": {"public": False}},)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), unique=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    country: Mapped[str] = mapped_column(String(2))
    company: Mapped[Sealed | None] = mapped_column(SealedText("checkout_draft.company"))
    vat_id: Mapped[Sealed | None] = mapped_column(SealedText("checkout_draft.vat_id"))
    phone: Mapped[Sealed | None] = mapped_column(SealedText("checkout_draft.phone", "draft"))
    address: Mapped[Sealed | None] = mapped_column(SealedText("checkout_draft.address", "draft"))
    purchase_order: Mapped[Sealed | None] = mapped_column(SealedText("checkout_draft.purchase_order", "draft"))
    wants_address: Mapped[bool]
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


def _typed(category: str, purpose: str) -> Holding:
    return Holding(
        category=category,
        collected_for=purpose,
        keep="until the order is placed, or 30 days",
        correct="self",
        erase="with the account",
    )


declare(
    "checkout_draft",
    subject="account_id",
    title="Checkout, as far as you came",
    country=_typed("country", "orders"),
    company=_typed("company", "invoice"),
    vat_id=_typed("tax", "invoice"),
    phone=_typed("telephone", "telephone_order"),
    address=_typed("postal", "invoice"),
    purchase_order=_typed("company", "invoice"),
    wants_address=_typed("choice", "invoice"),
    updated_at=_typed("time", "orders"),
    nothing_personal=("token", "expires_at"),
)
