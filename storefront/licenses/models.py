"""Tables of licenses: who holds what, the pools of resold keys, and who looked at a key."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText
from privacy.register import Holding, declare
from storefront.licenses.rules import RESTED_FROM, LicenseState, RestCause
from storefront.pools.rules import PoolState

QUIET = {"info": {"public": False}}


class License(Base):
    """One piece of an order's line: `unit` counts from 1, so a line never has more licenses than pieces were bought.
    Of an edition sold per seat, the pieces are the seats of a single license.

    A seat of a license that somebody has for themselves is a license with a key of its own; `seat_of` names the other,
    which it follows (`licenses/seats.py`).

    Versions released after `updates_until` are not part of it (None: all are).

    `rested_from` is the state of a suspended license before it began to rest, None where that is not known.

    `key_hash` finds a key (a key is valid for its product only), `last_five` is what its holder recognizes it by.
    """

    __tablename__ = "license"
    __table_args__ = (
        UniqueConstraint("order_line_id", "unit"),
        UniqueConstraint("product_id", "key_hash"),
        CheckConstraint(f"state in {tuple(state.value for state in LicenseState)}", name="state"),
        CheckConstraint(
            f"rested_from is null or (state = 'suspended' and rested_from in {tuple(map(str, RESTED_FROM))})",
            name="rested_from",
        ),
        Index("ix_license_account_id", "account_id", "product_id"),
        Index("ix_license_key_hash", "key_hash"),
        Index("ix_license_ending", "state", "expires_at"),
        Index("ix_license_last_five", "last_five"),
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
    rested_from: Mapped[str | None] = mapped_column(String(12))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    updates_until: Mapped[datetime | None]
    seats: Mapped[int] = mapped_column(default=1, server_default="1")
    organization_id: Mapped[int | None] = mapped_column(
        Big, ForeignKey("organization.id", ondelete="SET NULL"), index=True
    )
    seat_of: Mapped[int | None] = mapped_column(Big, ForeignKey("license.id", ondelete="SET NULL"), index=True)
    returned_at: Mapped[datetime | None]
    downloaded_at: Mapped[datetime | None]

    @validates("state")
    def _remember(self, _name: str, state: str) -> str:
        """Wherever it is written: what it was before it rests, so that it wakes as it was."""
        if state != LicenseState.SUSPENDED:
            self.rested_from = None
        elif self.state in RESTED_FROM:
            self.rested_from = self.state
        return state


class Rest(Base):
    """One reason for which a license rests; `about` is the number of the order that it comes from, 0 for none."""

    __tablename__ = "license_rest"
    __table_args__ = (
        UniqueConstraint("license_id", "cause", "about"),
        CheckConstraint(f"cause in {tuple(cause.value for cause in RestCause)}", name="cause"),
        Index("ix_license_rest_cause", "cause", "about"),
        QUIET,
    )

    id: Mapped[Key]
    license_id: Mapped[int] = mapped_column(Big, ForeignKey("license.id", ondelete="CASCADE"))
    cause: Mapped[str] = mapped_column(String(8))
    about: Mapped[int] = mapped_column(Big, default=0)
    since: Mapped[datetime]


class PoolKey(Base):
    """A key bought from a supplier to be sold on. It is never deleted, and only takes the steps of the pools' rules.

    cost: what it was bought for, in minor units of cost_currency; redeem_by: the last day on which its maker takes it.
    A license has one key that counts; those that were replaced stay with it.
    """

    __tablename__ = "pool_key"
    __table_args__ = (
        UniqueConstraint("edition_id", "key_hash"),
        CheckConstraint(f"state in {tuple(state.value for state in PoolState)}", name="state"),
        CheckConstraint("cost >= 0 and (cost is null) = (cost_currency is null)", name="cost"),
        Index("ix_pool_key_stock", "edition_id", "state"),
        Index("ix_pool_key_free", "pool_id", "state", "redeem_by", "id"),
        Index("ix_pool_key_delivered", "pool_id", "delivered_at"),
        Index("ix_pool_key_key_hash", "key_hash"),
        Index("ix_pool_key_lapsing", "state", "redeem_by"),
        Index("ix_pool_key_order_line_id", "order_line_id"),
        Index("ix_pool_key_license_id", "license_id"),
        Index(
            "uq_pool_key_counting",
            "license_id",
            unique=True,
            sqlite_where=text("state <> 'replaced'"),
            postgresql_where=text("state <> 'replaced'"),
        ),
        QUIET,
    )

    id: Mapped[Key]
    edition_id: Mapped[int] = mapped_column(Big, ForeignKey("edition.id"))
    pool_id: Mapped[int] = mapped_column(Big, ForeignKey("key_pool.id"))
    batch_id: Mapped[int | None] = mapped_column(Big, ForeignKey("key_batch.id"), index=True)
    supplier_id: Mapped[int | None] = mapped_column(Big, ForeignKey("key_supplier.id"), index=True)
    key: Mapped[Sealed] = mapped_column(SealedText("pool_key.key"))
    key_hash: Mapped[str] = mapped_column(String(64))
    last_five: Mapped[str] = mapped_column(String(5), default="")
    state: Mapped[str] = mapped_column(String(12))
    cost: Mapped[int | None] = mapped_column(Big)
    cost_currency: Mapped[str | None] = mapped_column(String(3))
    reference: Mapped[str] = mapped_column(String(80), default="")
    redeem_by: Mapped[date | None]
    order_line_id: Mapped[int | None] = mapped_column(Big, ForeignKey("order_line.id"))
    reserved_until: Mapped[datetime | None]
    license_id: Mapped[int | None] = mapped_column(Big, ForeignKey("license.id"))
    imported_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]


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
NUMBER = replace(HELD, read_by=(*HELD.read_by, "staff:catalogue"))
KEY = Holding(
    category="license",
    collected_for="licenses",
    keep="as long as the license lasts, then with its order",
    read_by=("self", "staff:catalogue"),
    correct="request",
    erase="with its order",
)

declare(
    "license",
    subject="account_id",
    title="Licenses",
    public_id=NUMBER,
    key=KEY,
    last_five=HELD,
    state=HELD,
    rested_from=HELD,
    issued_at=HELD,
    expires_at=HELD,
    updates_until=HELD,
    seats=HELD,
    returned_at=HELD,
    downloaded_at=HELD,
    nothing_personal=("unit",),
)
declare(
    "license_rest",
    subject="license_id.account_id",
    title="Why licenses rest",
    cause=HELD,
    since=HELD,
    nothing_personal=("about",),
)
declare(
    "pool_key",
    subject="license_id.account_id",
    title="Resold keys",
    key=KEY,
    last_five=HELD,
    delivered_at=HELD,
    nothing_personal=("state", "reserved_until", "imported_at", "cost", "cost_currency", "reference", "redeem_by"),
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
