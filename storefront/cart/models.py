"""Tables of carts: what a visitor or an account put aside."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import Holding, declare


class Cart(Base):
    """A cart belongs to an account, or to whoever holds the cookie's token (kept as a hash): never to both."""

    __tablename__ = "cart"
    __table_args__ = ({"info": {"public": False}},)

    id: Mapped[Key]
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    account_id: Mapped[int | None] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), unique=True)
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class CartLine(Base):
    """An edition in a cart; `price_seen` (minor units of `currency_seen`) is what its owner was last shown."""

    __tablename__ = "cart_line"
    __table_args__ = (UniqueConstraint("cart_id", "edition_id"), {"info": {"public": False}})

    id: Mapped[Key]
    cart_id: Mapped[int] = mapped_column(Big, ForeignKey("cart.id", ondelete="CASCADE"))
    edition_id: Mapped[int] = mapped_column(Big, ForeignKey("edition.id", ondelete="CASCADE"), index=True)
    quantity: Mapped[int]
    price_seen: Mapped[int]
    currency_seen: Mapped[str] = mapped_column(String(3))


PUT_ASIDE = Holding(
    category="choice",
    collected_for="orders",
    keep="until it is ordered or taken out, or 30 days after the last change",
    correct="self",
    erase="with the account",
)

declare("cart", subject="account_id", title="Your cart", updated_at=PUT_ASIDE, expires_at=PUT_ASIDE)
declare(
    "cart_line",
    subject="cart_id.account_id",
    title="What is in your cart",
    edition_id=PUT_ASIDE,
    quantity=PUT_ASIDE,
    price_seen=PUT_ASIDE,
    currency_seen=PUT_ASIDE,
)
