"""Tables of wishlists."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import Holding, declare


class Wish(Base):
    """A product somebody marked, with what it cost (minor units) and whether it was to be had then."""

    __tablename__ = "wish"
    __table_args__ = (UniqueConstraint("account_id", "product_id"), {"info": {"public": False}})

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id"))
    product_id: Mapped[int] = mapped_column(Big, ForeignKey("product.id", ondelete="CASCADE"), index=True)
    price_seen: Mapped[int]
    currency_seen: Mapped[str] = mapped_column(String(3))
    was_in_stock: Mapped[bool]
    added_at: Mapped[datetime]


class WishShare(Base):
    """The address under which somebody lets others see their list; without a row nobody can."""

    __tablename__ = "wish_share"
    __table_args__ = ({"info": {"public": False}},)

    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id"), primary_key=True)
    token: Mapped[str] = mapped_column(String(43), unique=True)
    shared_at: Mapped[datetime]


_MARKED = Holding(category="preference", collected_for="wishlist", keep="until you take it off", correct="edit")
_SHARED = Holding(category="identifier", collected_for="wishlist", keep="until you stop sharing", correct="edit")

declare(
    "wish",
    subject="account_id",
    title="Your wishlist",
    price_seen=_MARKED,
    currency_seen=_MARKED,
    added_at=_MARKED,
    nothing_personal=("was_in_stock",),
)
declare("wish_share", subject="account_id", title="The address of your wishlist", token=_SHARED, shared_at=_SHARED)
