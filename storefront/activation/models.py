"""Tables of what editions allow, of the devices on licenses, and of what happened to each license."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import Holding, declare
from storefront.activation.rules import AfterEnd, Begins, Lock, Overage

QUIET = {"info": {"public": False}}


def _one_of(column: str, kind: Any) -> CheckConstraint:
    return CheckConstraint(f"{column} in {tuple(one.value for one in kind)}", name=column)


class LicensePolicy(Base):
    """What the licenses of an edition allow, where staff said more than the edition does itself. As in `rules.Policy`."""

    __tablename__ = "license_policy"
    __table_args__ = (
        _one_of("lock", Lock),
        _one_of("after_end", AfterEnd),
        _one_of("begins", Begins),
        _one_of("overage", Overage),
        CheckConstraint("coalesce(max_machines, 1) > 0 and coalesce(max_uses, 1) > 0", name="limits"),
        QUIET,
    )

    edition_id: Mapped[int] = mapped_column(Big, ForeignKey("edition.id", ondelete="CASCADE"), primary_key=True)
    lock: Mapped[str] = mapped_column(String(10))
    max_machines: Mapped[int | None]
    max_users: Mapped[int | None]
    max_processes: Mapped[int | None]
    max_cores: Mapped[int | None]
    max_uses: Mapped[int | None]
    strict: Mapped[bool] = mapped_column(default=False, server_default=false())
    heartbeat_seconds: Mapped[int | None]
    check_in_days: Mapped[int | None]
    after_end: Mapped[str] = mapped_column(String(10))
    begins: Mapped[str] = mapped_column(String(10))
    overage: Mapped[str] = mapped_column(String(10))
    transferable: Mapped[bool] = mapped_column(default=True, server_default=true())
    offline_days: Mapped[int]
    entitlements: Mapped[list[str]] = mapped_column(JSON)


class LicenseUse(Base):
    """How a license is used: a row from its first device, use or check on.

    machines: how many devices are on it, changed with them in one statement; salt: what its devices' fingerprints are
    hashed with (empty: made from the key it has now).
    """

    __tablename__ = "license_use"
    __table_args__ = (CheckConstraint("machines >= 0 and uses >= 0 and cores >= 0", name="counted"), QUIET)

    license_id: Mapped[int] = mapped_column(Big, ForeignKey("license.id", ondelete="CASCADE"), primary_key=True)
    machines: Mapped[int] = mapped_column(default=0, server_default="0")
    cores: Mapped[int] = mapped_column(default=0, server_default="0")
    uses: Mapped[int] = mapped_column(default=0, server_default="0")
    salt: Mapped[str] = mapped_column(String(64), default="", server_default="")
    activated_at: Mapped[datetime | None]
    validated_at: Mapped[datetime | None]
    checked_in_at: Mapped[datetime | None]
    checked_out_at: Mapped[datetime | None]


class Device(Base):
    """A device, domain or instance on a license, known by a salted HMAC of its fingerprint (no address is kept).

    locked: the fingerprint itself, closed with the license key, so that only who brings the key reads it.
    """

    __tablename__ = "license_device"
    __table_args__ = (
        UniqueConstraint("license_id", "fingerprint_hash"),
        Index("ix_license_device_beat", "beat_at"),
        QUIET,
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    license_id: Mapped[int] = mapped_column(Big, ForeignKey("license.id", ondelete="CASCADE"))
    fingerprint_hash: Mapped[str] = mapped_column(String(64))
    locked: Mapped[str] = mapped_column(String(400))
    name: Mapped[str] = mapped_column(String(80))
    platform: Mapped[str] = mapped_column(String(80))
    cores: Mapped[int] = mapped_column(default=0, server_default="0")
    door: Mapped[str] = mapped_column(String(12))
    added_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    beat_at: Mapped[datetime | None]
    revived_at: Mapped[datetime | None]
    checked_out_at: Mapped[datetime | None]


class LicenseEvent(Base):
    """One thing that happened to a license. Each entry's chain holds all before it, and nothing in it is changed."""

    __tablename__ = "license_event"
    __table_args__ = (UniqueConstraint("license_id", "number"), QUIET)

    id: Mapped[Key]
    license_id: Mapped[int] = mapped_column(Big, ForeignKey("license.id", ondelete="CASCADE"))
    number: Mapped[int]
    verb: Mapped[str] = mapped_column(String(20))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]
    chain: Mapped[str] = mapped_column(String(64))


class LicenseRefusal(Base):
    """A program was refused, by which rule; trace: the number that it was told."""

    __tablename__ = "license_refusal"
    __table_args__ = (Index("ix_license_refusal_license_id", "license_id", "id"), QUIET)

    id: Mapped[Key]
    license_id: Mapped[int] = mapped_column(Big, ForeignKey("license.id", ondelete="CASCADE"))
    trace: Mapped[str] = mapped_column(String(32), unique=True)
    code: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(index=True)


def _held(keep: str = "as long as it is on the license") -> Holding:
    return Holding(
        category="license",
        collected_for="licenses",
        keep=keep,
        read_by=("self", "staff:support"),
        correct="self",
        erase="with the account",
    )


LASTS = _held("as long as the license")
declare(
    "license_use",
    subject="license_id.account_id",
    title="How licenses are used",
    machines=LASTS,
    cores=LASTS,
    uses=LASTS,
    activated_at=LASTS,
    validated_at=LASTS,
    checked_in_at=LASTS,
    checked_out_at=LASTS,
    nothing_personal=("salt",),
)
declare(
    "license_device",
    subject="license_id.account_id",
    title="Devices",
    public_id=_held(),
    locked=_held(),
    name=_held(),
    platform=_held(),
    cores=_held(),
    added_at=_held(),
    seen_at=_held(),
    beat_at=_held(),
    revived_at=_held(),
    checked_out_at=_held(),
    nothing_personal=("door",),
)
declare(
    "license_event",
    subject="license_id.account_id",
    title="History of licenses",
    verb=LASTS,
    details=LASTS,
    at=LASTS,
    nothing_personal=("number", "chain"),
)
declare(
    "license_refusal",
    subject="license_id.account_id",
    title="When programs were refused",
    code=_held("30 days"),
    at=_held("30 days"),
    nothing_personal=("trace",),
)
