"""Tables of the catalogue."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key


class Source(StrEnum):
    """Where a product's keys come from: made here, or taken from a pool that a vendor filled."""

    OWN = "own"
    POOL = "pool"


class Term(StrEnum):
    """How long a license of an edition lasts."""

    PERPETUAL = "perpetual"
    MONTH = "month"
    YEAR = "year"
    TRIAL = "trial"


class Vendor(Base):
    """Who makes a product; `own` ones are made by the shop's own workshop."""

    __tablename__ = "vendor"

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(String(2))
    own: Mapped[bool]


class Category(Base):
    """A shelf; small ranks come first."""

    __tablename__ = "category"

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    sentence: Mapped[str] = mapped_column(String(200))
    rank: Mapped[int]


class Product(Base):
    """A program for sale.

    `price_from` and `currency` repeat the cheapest edition on sale, `terms` the terms that are on sale, so that a list
    is one select: `service.refresh` keeps them. The ratings are those of the reviews that are shown. `requirements` are pairs of label and text; `file_bytes` is a size.
    A draft is off sale like what was withdrawn, and has no page until it is published.
    """

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("not draft or withdrawn_at is not null", name="draft"),
        Index("ix_product_sold", "sold", "id"),
        Index("ix_product_published_at", "published_at", "id"),
        Index("ix_product_price_from", "price_from", "id"),
        Index("ix_product_sort_name", "sort_name", "id"),
    )

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    sort_name: Mapped[str] = mapped_column(String(120))
    subtitle: Mapped[str] = mapped_column(String(160))
    vendor_id: Mapped[int] = mapped_column(Big, ForeignKey("vendor.id"), index=True)
    category_id: Mapped[int] = mapped_column(Big, ForeignKey("category.id"), index=True)
    tagline: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text)
    description_html: Mapped[str] = mapped_column(Text)
    keywords: Mapped[str] = mapped_column(String(400))
    requirements: Mapped[list[list[str]]] = mapped_column(JSON)
    platforms: Mapped[list[str]] = mapped_column(JSON)
    version: Mapped[str] = mapped_column(String(40))
    file_name: Mapped[str] = mapped_column(String(120))
    file_bytes: Mapped[int] = mapped_column(Big)
    source: Mapped[str] = mapped_column(String(10))
    sold: Mapped[int] = mapped_column(default=0)
    rating_sum: Mapped[int] = mapped_column(default=0, server_default="0")
    rating_count: Mapped[int] = mapped_column(default=0, server_default="0")
    price_from: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(String(3))
    terms: Mapped[str] = mapped_column(String(40), default="")
    published_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    draft: Mapped[bool] = mapped_column(default=False, server_default=false())


class FormerSlug(Base):
    """A word by which a product was called in its address once, and still is reached."""

    __tablename__ = "product_former_slug"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    product_id: Mapped[int] = mapped_column(Big, ForeignKey("product.id", ondelete="CASCADE"), index=True)


class Edition(Base):
    """One way in which a product is sold. `price` is in minor units of the currency, tax included: the same as in the
    table of prices, for whoever needs the house's own only.

    A trial lasts `trial_days`; of a perpetual one, new versions are had for `update_months` (None for ever); one sold
    `per_seat` is a single license for so many seats as are bought. None of this changes once it is sold.
    """

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("product_id", "slug"),
        CheckConstraint("(term = 'trial') = (trial_days is not null) and coalesce(trial_days, 1) > 0", name="trial"),
        CheckConstraint("update_months is null or (term = 'perpetual' and update_months > 0)", name="updates"),
    )

    id: Mapped[Key]
    product_id: Mapped[int] = mapped_column(Big, ForeignKey("product.id", ondelete="CASCADE"), index=True)
    slug: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(80))
    term: Mapped[str] = mapped_column(String(10))
    devices: Mapped[int]
    trial_days: Mapped[int | None]
    update_months: Mapped[int | None]
    per_seat: Mapped[bool] = mapped_column(default=False, server_default=false())
    price: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    includes: Mapped[list[str]] = mapped_column(JSON)
    rank: Mapped[int]
    withdrawn_at: Mapped[datetime | None]


class GoodsChange(Base):
    """One field of a product, or of one of its editions, was changed: from what to what. Who and when stands in the audit
    log. Never changed, never deleted."""

    __tablename__ = "goods_change"
    __table_args__ = (Index("ix_goods_change_product_id", "product_id", "id"), {"info": {"public": False}})

    id: Mapped[Key]
    product_id: Mapped[int] = mapped_column(Big, ForeignKey("product.id"))
    edition_id: Mapped[int | None] = mapped_column(Big, ForeignKey("edition.id"), index=True)
    audit_id: Mapped[int] = mapped_column(Big, ForeignKey("audit_entry.id"), index=True)
    field: Mapped[str] = mapped_column(String(40))
    before: Mapped[Any] = mapped_column(JSON, nullable=True)
    after: Mapped[Any] = mapped_column(JSON, nullable=True)


class Build(Base):
    """A version of a product with its file. The newest one's stand on the product too; older ones stay to be had."""

    __tablename__ = "product_build"
    __table_args__ = (
        UniqueConstraint("product_id", "version"),
        Index("ix_product_build_released_at", "product_id", "released_at"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    product_id: Mapped[int] = mapped_column(Big, ForeignKey("product.id", ondelete="CASCADE"))
    version: Mapped[str] = mapped_column(String(40))
    file_name: Mapped[str] = mapped_column(String(120))
    file_bytes: Mapped[int] = mapped_column(Big)
    released_at: Mapped[datetime]


class SearchGram(Base):
    """A word of the shop and a piece of three letters of it, or the empty piece, which every word has."""

    __tablename__ = "search_gram"
    __table_args__ = (PrimaryKeyConstraint("gram", "word"), {"info": {"public": False}})

    gram: Mapped[str] = mapped_column(String(3))
    word: Mapped[str] = mapped_column(String(32))
