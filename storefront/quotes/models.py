"""The table of quotes: what an order would be, frozen when it was asked for."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText
from privacy.register import Holding, declare


class Quote(Base):
    """Goods, prices, tax and buyer as JSON; it stands until `valid_until`, or until it became an order."""

    __tablename__ = "quote"
    __table_args__ = ({"info": {"public": False}},)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id"), index=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    currency: Mapped[str] = mapped_column(String(3))
    total: Mapped[int] = mapped_column(Big)
    frozen: Mapped[Sealed] = mapped_column(SealedText("quote.frozen"))
    made_at: Mapped[datetime]
    valid_until: Mapped[datetime]
    order_number: Mapped[str | None] = mapped_column(String(24), unique=True)


def _quoted(category: str) -> Holding:
    return Holding(
        category=category,
        collected_for="orders",
        keep="as long as the account",
        read_by=("self", "staff:sales"),
        correct="ask for another one",
        erase="with the account",
    )


declare(
    "quote",
    subject="account_id",
    title="Quotes",
    number=_quoted("transaction"),
    total=_quoted("transaction"),
    frozen=_quoted("transaction"),
    made_at=_quoted("time"),
    valid_until=_quoted("time"),
    order_number=_quoted("transaction"),
    nothing_personal=("currency",),
)
