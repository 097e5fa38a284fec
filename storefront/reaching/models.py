"""The table of further uses: each asked for, and given or not."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText
from privacy.register import Holding, declare


class PostalGrant(Base):
    """An order's address for one more use (clause P7): a question until the buyer answers. `text` is there after a yes
    only, sealed under its own label, so that the address given for the invoice never opens for anything else."""

    __tablename__ = "postal_grant"
    __table_args__ = (
        UniqueConstraint("order_id", "given_for"),
        Index("ix_postal_grant_account_id", "account_id", "id"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id"))
    order_id: Mapped[int] = mapped_column(Big, ForeignKey("order.id", ondelete="CASCADE"))
    given_for: Mapped[str] = mapped_column(String(20))
    text: Mapped[Sealed | None] = mapped_column(SealedText("postal_grant.text"))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


_grant = Holding(
    category="choice",
    collected_for="privacy_requests",
    keep="as long as its order",
    read_by=("self", "staff:sales"),
    correct="yourself: take it back",
    correct_at="/account/privacy/contact#post",
    erase="at once",
)
declare(
    "postal_grant",
    subject="account_id",
    title="Further uses of your postal addresses",
    text=Holding(
        category="postal",
        collected_for="support",
        keep="until you take it back",
        read_by=("self", "staff:sales"),
        correct="yourself: take it back",
        correct_at="/account/privacy/contact#post",
        erase="at once",
    ),
    given_for=_grant,
    asked_at=_grant,
    answered_at=_grant,
)
