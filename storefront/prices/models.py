"""Tables of prices: what is asked, what is asked for a while, what was asked ever, and what the shelves say of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key


class Price(Base):
    """What one of an edition costs in a currency for whoever takes at least `from_quantity`: minor units, tax included."""

    __tablename__ = "price"
    __table_args__ = (
        UniqueConstraint("edition_id", "currency", "from_quantity"),
        CheckConstraint("amount >= 0 and from_quantity >= 1", name="amount"),
    )

    id: Mapped[Key]
    edition_id: Mapped[int] = mapped_column(Big, ForeignKey("edition.id", ondelete="CASCADE"))
    currency: Mapped[str] = mapped_column(String(3))
    from_quantity: Mapped[int]
    amount: Mapped[int]


class PriceSale(Base):
    """A sale price. No two of an edition and currency overlap: a trigger refuses it.

    `lowest` is the lowest price of the thirty days before its start, worked out anew as long as it has not begun.
    """

    __tablename__ = "price_sale"
    __table_args__ = (
        CheckConstraint("amount >= 0 and ends_at > starts_at", name="sale"),
        Index("ix_price_sale_edition_id", "edition_id", "currency", "starts_at"),
    )

    id: Mapped[Key]
    edition_id: Mapped[int] = mapped_column(Big, ForeignKey("edition.id", ondelete="CASCADE"))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int]
    lowest: Mapped[int]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)


class PriceChange(Base):
    """A record, never changed: what one of an edition cost from a moment on, None where it was sold no longer."""

    __tablename__ = "price_change"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        Index("ix_price_change_edition_id", "edition_id", "currency", "at"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    edition_id: Mapped[int] = mapped_column(Big, ForeignKey("edition.id"))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int | None]
    at: Mapped[datetime]


class ShelfPrice(Base):
    """The lowest price of a product's editions in a currency between two moments, so that a list is one select."""

    __tablename__ = "shelf_price"
    __table_args__ = (Index("ix_shelf_price_amount", "currency", "amount", "product_id"),)

    product_id: Mapped[int] = mapped_column(Big, ForeignKey("product.id", ondelete="CASCADE"), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)
    amount: Mapped[int]
    usual: Mapped[int]
