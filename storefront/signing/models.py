"""The tables of signing keys, from the first rotation on, and of the secrets that older programs check answers with."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big


class SigningKeyRow(Base):
    """A key. locked: its private half, closed under the shop's master key ("" for the first, which is made from that)."""

    __tablename__ = "signing_key"
    __table_args__ = ({"info": {"public": False}},)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    public: Mapped[str] = mapped_column(String(64), unique=True)
    locked: Mapped[str] = mapped_column(String(200))
    published_at: Mapped[datetime]
    begins_at: Mapped[datetime | None]


class ProgramSecret(Base):
    """What a product's programs were built with under WHMCS, closed under the shop's master key."""

    __tablename__ = "program_secret"
    __table_args__ = ({"info": {"public": False}},)

    product_id: Mapped[int] = mapped_column(Big, ForeignKey("product.id", ondelete="CASCADE"), primary_key=True)
    locked: Mapped[str] = mapped_column(String(400))
