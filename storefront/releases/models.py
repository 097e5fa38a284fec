"""Tables of releases: versions of products, their files, and uploads that are not complete yet."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from storefront.releases.rules import Channel

QUIET = {"info": {"public": False}}


class Release(Base):
    """A version of a product. Nobody but staff sees it before it is published, or after it is withdrawn."""

    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("product_id", "version"),
        CheckConstraint(f"channel in {tuple(one.value for one in Channel)}", name="channel"),
        CheckConstraint("withdrawn_at is null or published_at is not null", name="withdrawn"),
        Index("ix_release_published_at", "product_id", "published_at"),
        QUIET,
    )

    id: Mapped[Key]
    product_id: Mapped[int] = mapped_column(Big, ForeignKey("product.id", ondelete="CASCADE"))
    version: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(10))
    notes: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class ReleaseFile(Base):
    """A file of a release; `stored` is its name in the store. The signature is Ed25519 over its bytes, in base64."""

    __tablename__ = "release_file"
    __table_args__ = (UniqueConstraint("release_id", "name"), QUIET)

    id: Mapped[Key]
    release_id: Mapped[int] = mapped_column(Big, ForeignKey("release.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(150))
    platform: Mapped[str] = mapped_column(String(10))
    arch: Mapped[str] = mapped_column(String(10))
    size: Mapped[int] = mapped_column(Big)
    sha256: Mapped[str] = mapped_column(String(64))
    sha512: Mapped[str] = mapped_column(String(128))
    signature: Mapped[str] = mapped_column(String(88))
    stored: Mapped[str] = mapped_column(String(64), unique=True)


class ReleaseUpload(Base):
    """A file that comes in pieces. How much of it is here, the store knows."""

    __tablename__ = "release_upload"
    __table_args__ = (QUIET,)

    id: Mapped[Key]
    release_id: Mapped[int] = mapped_column(Big, ForeignKey("release.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(150))
    platform: Mapped[str] = mapped_column(String(10))
    arch: Mapped[str] = mapped_column(String(10))
    size: Mapped[int] = mapped_column(Big)
    stored: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(index=True)
