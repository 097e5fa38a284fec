"""Tables of the programs that are told of events, and of what each was told."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from storefront.webhooks.rules import State

QUIET = {"info": {"public": False}}


class Endpoint(Base):
    """A program's address. locked: the secret, closed under the master key; `before` the one before it, until then.

    misses: how many events in a row were given up; paused_at: since when nothing is sent.
    """

    __tablename__ = "webhook_endpoint"
    __table_args__ = (CheckConstraint("misses >= 0", name="misses"), QUIET)

    id: Mapped[Key]
    address: Mapped[str] = mapped_column(String(500))
    kinds: Mapped[list[str]] = mapped_column(JSON)
    locked: Mapped[str] = mapped_column(String(200))
    before: Mapped[str] = mapped_column(String(200), default="", server_default="")
    before_until: Mapped[datetime | None]
    misses: Mapped[int] = mapped_column(default=0, server_default="0")
    made_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]


class Delivery(Base):
    """One event for one program. event: the same for each program and each try, by which it knows what it had."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "event"),
        CheckConstraint(f"state in {tuple(state.value for state in State)}", name="state"),
        CheckConstraint("(state = 'waiting') = (due_at is not null)", name="due"),
        Index("ix_webhook_delivery_due", "due_at"),
        Index("ix_webhook_delivery_endpoint_id", "endpoint_id", "id"),
        QUIET,
    )

    id: Mapped[Key]
    endpoint_id: Mapped[int] = mapped_column(Big, ForeignKey("webhook_endpoint.id", ondelete="CASCADE"))
    event: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    due_at: Mapped[datetime | None]
    status: Mapped[int | None]
    words: Mapped[str] = mapped_column(String(400), default="", server_default="")
    made_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
