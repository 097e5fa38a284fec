"""Tables of the stock: pools, suppliers, imports, the history of each key, and keys that did not work."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText
from privacy.register import Holding, declare
from storefront.pools.rules import DisputeState, PoolState

QUIET = {"info": {"public": False}}
BATCH_STATES = ("draft", "waiting", "done", "refused", "discarded")


class KeyPool(Base):
    """The keys of one edition that may be sold in the same countries (`AT DE`, "" everywhere).

    low_at: below so many free keys it counts as low. warranty_days: so long a key that does not work is replaced;
    auto_days: so long the first complaint about a license is answered with a new key at once (0: never). warned_at: since
    when it is known to be low, until it is not; whoever asked for it was mailed then.
    """

    __tablename__ = "key_pool"
    __table_args__ = (
        UniqueConstraint("edition_id", "regions"),
        CheckConstraint("low_at >= 0 and warranty_days >= 0 and auto_days between 0 and warranty_days", name="terms"),
        QUIET,
    )

    id: Mapped[Key]
    edition_id: Mapped[int] = mapped_column(Big, ForeignKey("edition.id"))
    regions: Mapped[str] = mapped_column(String(800), default="")
    low_at: Mapped[int] = mapped_column(default=5)
    warranty_days: Mapped[int] = mapped_column(default=30)
    auto_days: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    warned_at: Mapped[datetime | None]


class StockWatch(Base):
    """A member of staff who asked to be mailed when a pool runs low."""

    __tablename__ = "stock_watch"
    __table_args__ = (QUIET,)

    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    asked_at: Mapped[datetime]


class Supplier(Base):
    """A house from which keys are bought."""

    __tablename__ = "key_supplier"
    __table_args__ = (QUIET,)

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    note: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]


class KeyBatch(Base):
    """One import. The lines stay sealed here from the preview until they are in the pool, or for a day.

    name_hash: a keyed hash of the file's name, "" for a paste. cost, currency, reference, redeem_by: what counts for
    every line that does not say otherwise. lines: how many there are to take in; done: how many are made ready.
    """

    __tablename__ = "key_batch"
    __table_args__ = (
        CheckConstraint(f"state in {BATCH_STATES}", name="state"),
        CheckConstraint("cost >= 0", name="cost"),
        CheckConstraint("done between 0 and lines and imported in (0, lines)", name="counts"),
        Index("ix_key_batch_pool_id", "pool_id", "id"),
        Index("ix_key_batch_state", "state", "made_at"),
        QUIET,
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(Big, ForeignKey("key_pool.id"))
    supplier_id: Mapped[int | None] = mapped_column(Big, ForeignKey("key_supplier.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    name_hash: Mapped[str] = mapped_column(String(64), default="")
    content: Mapped[Sealed | None] = mapped_column(SealedText("key_batch.content"), deferred=True)
    cost: Mapped[int | None] = mapped_column(Big)
    currency: Mapped[str] = mapped_column(String(3))
    reference: Mapped[str] = mapped_column(String(80), default="")
    redeem_by: Mapped[date | None]
    lines: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    imported: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class KeyStep(Base):
    """One step of a key on its way, never changed or deleted. `by`: buyer, staff or program."""

    __tablename__ = "key_step"
    __table_args__ = (
        CheckConstraint(f"state in {tuple(state.value for state in PoolState)}", name="state"),
        Index("ix_key_step_pool_key_id", "pool_key_id", "id"),
        QUIET,
    )

    id: Mapped[Key]
    pool_key_id: Mapped[int] = mapped_column(Big, ForeignKey("pool_key.id"))
    verb: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(12))
    by: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]


class KeyDispute(Base):
    """A holder says that a key does not work. `words`: what the maker's page said; `answer`: our sentence to a refusal."""

    __tablename__ = "key_dispute"
    __table_args__ = (
        CheckConstraint(f"state in {tuple(state.value for state in DisputeState)}", name="state"),
        Index("ix_key_dispute_state", "state", "id"),
        Index("ix_key_dispute_license_id", "license_id", "id"),
        Index(
            "ix_key_dispute_open",
            "license_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        QUIET,
    )

    id: Mapped[Key]
    license_id: Mapped[int] = mapped_column(Big, ForeignKey("license.id", ondelete="CASCADE"))
    pool_key_id: Mapped[int] = mapped_column(Big, ForeignKey("pool_key.id"), index=True)
    words: Mapped[Sealed] = mapped_column(SealedText("key_dispute.words", "licenses"))
    answer: Mapped[Sealed | None] = mapped_column(SealedText("key_dispute.answer", "licenses"))
    state: Mapped[str] = mapped_column(String(10))
    automatic: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


TOLD = Holding(
    category="communication",
    collected_for="licenses",
    keep="as long as the license",
    read_by=("self", "staff:catalogue"),
    correct="never: it is a record of what was written; write again",
    erase="with the license",
)
STEP = Holding(
    category="license",
    collected_for="licenses",
    keep="as long as the license; without a way to the person also after that",
    read_by=("self", "staff:catalogue"),
    correct="never: it is a record of what happened",
    erase="the way from it to the person goes with the license",
)

declare(
    "key_batch",
    subject="",
    title="Keys on their way into a pool",
    content=Holding(
        category="license",
        collected_for="licenses",
        keep="until they are in the pool, at most a day",
        read_by=(),
        export="never: they belong to nobody yet",
        correct="never: they are sent again",
        erase="with the import",
    ),
)
declare(
    "key_dispute",
    subject="license_id.account_id",
    title="Keys that did not work",
    words=TOLD,
    answer=TOLD,
    state=TOLD,
    opened_at=TOLD,
    answered_at=TOLD,
    nothing_personal=("automatic",),
)
declare(
    "key_step",
    subject="pool_key_id.license_id.account_id",
    title="Steps of resold keys",
    verb=STEP,
    state=STEP,
    at=STEP,
    nothing_personal=("by",),
)
declare(
    "stock_watch",
    subject="account_id",
    title="Warnings about keys that run out",
    asked_at=Holding(category="choice", collected_for="support", keep="until you switch it off", correct="edit"),
)
