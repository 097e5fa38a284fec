"""Tables of requests: what somebody asked for, the steps it took, and what was corrected because of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText
from privacy.register import Holding, declare
from privacy.requests.rules import Door, Kind, State

QUIET = {"info": {"public": False}}


class Request(Base):
    """Something asked for by right. `wish`: what exactly shall be corrected, as JSON; `proof`: by what the letter or
    call, and who sent it, is known; `outcome` is "granted" or "declined" once it is decided."""

    __tablename__ = "request"
    __table_args__ = (
        CheckConstraint(f"kind in {tuple(one.value for one in Kind)}", name="kind"),
        CheckConstraint(f"door in {tuple(one.value for one in Door)}", name="door"),
        CheckConstraint(f"state in {tuple(one.value for one in State)}", name="state"),
        CheckConstraint("outcome in ('', 'granted', 'declined')", name="outcome"),
        Index("ix_request_account_id", "account_id", "id"),
        Index("ix_request_queue", "state", "due_at"),
        QUIET,
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(20))
    door: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    outcome: Mapped[str] = mapped_column(String(10))
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    text: Mapped[Sealed | None] = mapped_column(SealedText("request.text", kept_as="requests"))
    wish: Mapped[Sealed | None] = mapped_column(SealedText("request.wish", kept_as="requests"))
    proof: Mapped[Sealed | None] = mapped_column(SealedText("request.proof", kept_as="requests"))
    delay: Mapped[Sealed | None] = mapped_column(SealedText("request.delay", kept_as="requests"))
    answer: Mapped[Sealed | None] = mapped_column(SealedText("request.answer", kept_as="requests"))


class RequestEvent(Base):
    """One step of a request: by which verb, when, and who did it. Rows are added, never changed."""

    __tablename__ = "request_event"
    __table_args__ = (QUIET,)

    id: Mapped[Key]
    request_id: Mapped[int] = mapped_column(Big, ForeignKey("request.id", ondelete="CASCADE"), index=True)
    verb: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    actor_kind: Mapped[str] = mapped_column(String(10))
    role: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]


class Correction(Base):
    """One value that was corrected: on which paper, what it said, what it says now, and why. Rows are added, never changed.

    It stays as long as that paper, so an erasure takes the request away and leaves it.
    """

    __tablename__ = "correction"
    __table_args__ = (QUIET,)

    id: Mapped[Key]
    request_id: Mapped[int | None] = mapped_column(Big, ForeignKey("request.id", ondelete="SET NULL"), index=True)
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id"), index=True)
    thing: Mapped[str] = mapped_column(String(40), index=True)
    field: Mapped[str] = mapped_column(String(20))
    old: Mapped[Sealed] = mapped_column(SealedText("correction.old", kept_as="invoice"))
    new: Mapped[Sealed] = mapped_column(SealedText("correction.new", kept_as="invoice"))
    why: Mapped[Sealed] = mapped_column(SealedText("correction.why", kept_as="invoice"))
    actor_kind: Mapped[str] = mapped_column(String(10))
    role: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]


def _asked(category: str = "choice") -> Holding:
    return Holding(
        category=category,
        collected_for="privacy_requests",
        keep="three years from the end of the year, as proof that it was answered",
        read_by=("self", "staff:privacy"),
        correct="never: it is a record of what happened",
        erase="with the account",
    )


def _corrected(category: str = "transaction") -> Holding:
    return Holding(
        category=category,
        collected_for="privacy_requests",
        keep="as long as the paper that was corrected: an invoice 10 years, as tax law asks",
        read_by=("self", "staff:privacy"),
        correct="never: it is a record of what happened",
        erase="with the paper: of an invoice after the years for which tax law asks, of a certificate at once",
    )


declare(
    "request",
    subject="account_id",
    title="What you asked of us",
    number=_asked("identifier"),
    kind=_asked(),
    door=_asked(),
    state=_asked(),
    outcome=_asked(),
    received_at=_asked("time"),
    due_at=_asked("time"),
    text=_asked("communication"),
    wish=_asked("communication"),
    proof=_asked("communication"),
    delay=_asked("communication"),
    answer=_asked("communication"),
)
declare(
    "request_event",
    subject="request_id.account_id",
    title="What happened to your requests",
    verb=_asked(),
    state=_asked(),
    actor_kind=_asked(),
    role=_asked(),
    at=_asked("time"),
)
declare(
    "correction",
    subject="account_id",
    title="What was corrected",
    thing=_corrected(),
    field=_corrected(),
    old=_corrected(),
    new=_corrected(),
    why=_corrected("communication"),
    actor_kind=_corrected("choice"),
    role=_corrected("choice"),
    at=_corrected("time"),
)
