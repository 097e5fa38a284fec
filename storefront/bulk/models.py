"""Tables of bulk actions: what was chosen, what was shown of each thing, and what became of it."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from storefront.bulk.rules import RowState, RunState

QUIET = {"info": {"public": False}}


class BulkRun(Base):
    """One act for many things. Whoever started it stands in the audit log's entry `started_id`.

    `met`: whom it meets, as name, number and sentence.
    """

    __tablename__ = "bulk_run"
    __table_args__ = (
        CheckConstraint(f"state in {tuple(state.value for state in RunState)}", name="state"),
        CheckConstraint("state not in ('running', 'stopped', 'done') or started_id is not null", name="started"),
        Index("ix_bulk_run_state", "state", "made_at"),
        Index("ix_bulk_run_made_at", "made_at"),
        QUIET,
    )

    id: Mapped[Key]
    act: Mapped[str] = mapped_column(String(40))
    given: Mapped[dict[str, str]] = mapped_column(JSON)
    met: Mapped[list[list[str]]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    started_id: Mapped[int | None] = mapped_column(Big, ForeignKey("audit_entry.id"), index=True)
    made_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class BulkRow(Base):
    """One thing of a run, as it was shown; done in the transaction that says so, hence once."""

    __tablename__ = "bulk_row"
    __table_args__ = (
        UniqueConstraint("run_id", "thing_id"),
        CheckConstraint(f"state in {tuple(state.value for state in RowState)}", name="state"),
        Index("ix_bulk_row_state", "run_id", "state", "id"),
        QUIET,
    )

    id: Mapped[Key]
    run_id: Mapped[int] = mapped_column(Big, ForeignKey("bulk_run.id", ondelete="CASCADE"))
    thing_id: Mapped[int] = mapped_column(Big)
    label: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    before: Mapped[str] = mapped_column(String(400), default="")
    after: Mapped[str] = mapped_column(String(400), default="")
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(400), default="")
    done_at: Mapped[datetime | None]
