"""Tables of licenses: who holds what, the pools of resold keys, and who looked at a key."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText
from privacy.register import Holding, declare
from storefront.licenses.rules import LicenseState

QUIET = {"info": {"public": False}}


class PoolState(StrEnum):
    """Where a resold key is on its way; a row is never deleted."""

    IMPORTED = "imported"
    RESERVED = "reserved"
    DELIVERED = "delivered"
    REVEALED = "revealed"
    REPLACED = "replaced"


class License(Base):
    """One piece of an order's line: `unit` counts from 1, so a line never has more licenses than pieces were bought.

    `key_hash` finds a key (a key is valid for its product only), `last_five` is what its holder recognizes it by.
    """

    __tablename__ = "license"
    __table_args__ = (
        UniqueConstraint("order_line_id", "unit"),
        UniqueConstraint("product_id", "key_hash"),
        CheckConstraint(f"state in {tuple(state.value for state in LicenseState)}", name="state"),
        Index("ix_license_account_id", "account_id", "product_id"),
        Index("ix_license_key_hash", "key_hash"),
        Index("ix_license_ending", "state", "expires_at"),
        QUIET,
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id"))
    product_id: Mapped[int] = mapped_column(Big, ForeignKey("product.id"))
    edition_id: Mapped[int] = mapped_column(Big, ForeignKey("edition.id"), index=True)
    order_line_id: Mapped[int] = mapped_column(Big, ForeignKey("order_line.id"))
    unit: Mapped[int]
    key: Mapped[Sealed] = mapped_column(SealedText("license.key", "licenses"))
    key_hash: Mapped[str] = mapped_column(String(64))
    last_five: Mapped[str] = mapped_column(String(5))
    state: Mapped[str] = mapped_column(String(12))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class PoolKey(Base):
    """A key bought from a vendor to be sold on: imported, reserved for a line, delivered, revealed or replaced."""

    __tablename__ = "pool_key"
    __table_args__ = (
        UniqueConstraint("edition_id", "key_hash"),
        CheckConstraint(f"state in {tuple(state.value for state in PoolState)}", name="state"),
        Index("ix_pool_key_free", "edition_id", "state", "id"),
        Index("ix_pool_key_order_line_id", "order_line_id"),
        QUIET,
    )

    id: Mapped[Key]
    edition_id: Mapped[int] = mapped_column(Big, ForeignKey("edition.id"))
    key: Mapped[Sealed] = mapped_column(SealedText("pool_key.key"))
    key_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12))
    order_line_id: Mapped[int | None] = mapped_column(Big, ForeignKey("order_line.id"))
    reserved_until: Mapped[datetime | None]
    license_id: Mapped[int | None] = mapped_column(Big, ForeignKey("license.id"), unique=True)
    imported_at: Mapped[datetime]


class Reveal(Base):
    """Somebody looked at a license's key, and when."""

    __tablename__ = "license_reveal"
    __table_args__ = (QUIET,)

    id: Mapped[Key]
    license_id: Mapped[int] = mapped_column(Big, ForeignKey("license.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id"), index=True)
    at: Mapped[datetime]


class Certificate(Base):
    """What a license certifies, frozen as JSON when it was written and never changed: a correction writes the next issue."""

    __tablename__ = "license_certificate"
    __table_args__ = (UniqueConstraint("license_id", "issue"), QUIET)

    id: Mapped[Key]
    license_id: Mapped[int] = mapped_column(Big, ForeignKey("license.id", ondelete="CASCADE"))
    issue: Mapped[int]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    frozen: Mapped[Sealed] = mapped_column(SealedText("license_certificate.frozen", "licenses"))
    issued_at: Mapped[datetime]


HELD = Holding(
    category="license",
    collected_for="licenses",
    keep="as long as the license lasts, then with its order",
    read_by=("self", "staff:support", "staff:sales"),
    correct="request",
    erase="with its order",
)
KEY = Holding(
    category="license",
    collected_for="licenses",
    keep="as long as the license lasts, then with its order",
    correct="request",
    erase="with its order",
)

declare(
    "license",
    subject="account_id",
    title="Licenses",
    public_id=HELD,
    key=KEY,
    last_five=HELD,
    state=HELD,
    issued_at=HELD,
    expires_at=HELD,
    nothing_personal=("unit",),
)
declare(
    "pool_key",
    subject="license_id.account_id",
    title="Resold keys",
    key=KEY,
    nothing_personal=("state", "reserved_until", "imported_at"),
)
declare(
    "license_reveal",
    subject="account_id",
    title="When keys were looked at",
    at=Holding(
        category="time",
        collected_for=("licenses", "security"),
        keep="as long as the license",
        erase="with the account",
    ),
)
declare(
    "license_certificate",
    subject="license_id.account_id",
    title="License certificates",
    issue=HELD,
    number=HELD,
    frozen=KEY,
    issued_at=HELD,
)
