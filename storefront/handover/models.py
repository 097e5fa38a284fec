"""Table of licenses that change hands."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText
from privacy.register import Holding, declare
from storefront.handover.rules import HandoverState

QUIET = {"info": {"public": False}}


class Handover(Base):
    """An offer of a license to whoever opens its link. Address and words are there only until it ends.

    `deliver_at` is when the link may be mailed, `told_at` when it was.
    """

    __tablename__ = "handover"
    __table_args__ = (
        CheckConstraint(f"state in {tuple(state.value for state in HandoverState)}", name="state"),
        CheckConstraint("(ended_at is null) = (state = 'offered')", name="ended"),
        CheckConstraint("state = 'offered' or (address is null and words is null)", name="forgotten"),
        Index(
            "uq_handover_open",
            "license_id",
            unique=True,
            sqlite_where=text("state = 'offered'"),
            postgresql_where=text("state = 'offered'"),
        ),
        Index("ix_handover_license_id", "license_id", "id"),
        Index("ix_handover_giver_id", "giver_id", "offered_at"),
        Index("ix_handover_waiting", "state", "deliver_at"),
        QUIET,
    )

    id: Mapped[Key]
    license_id: Mapped[int] = mapped_column(Big, ForeignKey("license.id", ondelete="CASCADE"))
    giver_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id"))
    taker_id: Mapped[int | None] = mapped_column(Big, ForeignKey("account.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    address: Mapped[Sealed | None] = mapped_column(SealedText("handover.address", "licenses"))
    words: Mapped[Sealed | None] = mapped_column(SealedText("handover.words", "licenses"))
    deliver_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    offered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


def _given(category: str, keep: str) -> Holding:
    return Holding(category=category, collected_for="licenses", keep=keep, correct="request", erase="at once")


UNTIL = "until the offer is accepted, declined, taken back or over, at most 30 days after it was mailed"
declare(
    "handover",
    subject="giver_id",
    title="Licenses that you passed on",
    state=_given("license", "as long as the license lasts"),
    address=_given("email", UNTIL),
    words=_given("message", UNTIL),
    deliver_at=_given("time", "as long as the license lasts"),
    told_at=_given("time", "as long as the license lasts"),
    offered_at=_given("time", "as long as the license lasts"),
    ended_at=_given("time", "as long as the license lasts"),
)
