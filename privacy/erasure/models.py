"""The record of an erasure: what was said and done, without anything that leads to the person but an empty account."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import Holding, declare


class Erasure(Base):
    """An account was erased. `reference` is the address of its receipt, `said` what the page said before.

    `due_on`: the last day of what stays only for a time; the day after, the sweep removes it and looks for the next one.
    """

    __tablename__ = "erasure"
    __table_args__ = ({"info": {"public": False}},)

    id: Mapped[Key]
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), unique=True)
    posts: Mapped[str] = mapped_column(String(10))
    said: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    actor_kind: Mapped[str] = mapped_column(String(10))
    done_at: Mapped[datetime] = mapped_column(index=True)
    due_on: Mapped[date | None] = mapped_column(Date, index=True)


_done = Holding(
    category="choice",
    collected_for="privacy_requests",
    keep="as proof, without your name",
    read_by=("self", "staff:privacy"),
    correct="never: it is a record of what happened",
    erase="stays as proof, without your name",
)
declare(
    "erasure",
    subject="account_id",
    title="The record of your erasure",
    reference=_done,
    posts=_done,
    said=_done,
    actor_kind=_done,
    done_at=_done,
    due_on=_done,
)
