"""Table of seats: to whom one was offered, and who has it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText
from privacy.register import Holding, declare
from storefront.seats.rules import SeatState

QUIET = {"info": {"public": False}}


class LicenseSeat(Base):
    """A seat of a license, offered by mail. Name and address are there only until it is taken or the offer ends.

    `held_id`: the license of whoever took it.
    """

    __tablename__ = "license_seat"
    __table_args__ = (
        CheckConstraint(f"state in {tuple(state.value for state in SeatState)}", name="state"),
        CheckConstraint("state = 'offered' or (address is null and name is null)", name="forgotten"),
        CheckConstraint("state not in ('offered', 'declined', 'lapsed') or held_id is null", name="held"),
        Index("ix_license_seat_license_id", "license_id", "state"),
        Index("ix_license_seat_lapsing", "state", "offered_at"),
        Index("ix_license_seat_given_by", "given_by", "offered_at"),
        QUIET,
    )

    id: Mapped[Key]
    license_id: Mapped[int] = mapped_column(Big, ForeignKey("license.id", ondelete="CASCADE"))
    held_id: Mapped[int | None] = mapped_column(Big, ForeignKey("license.id", ondelete="SET NULL"), unique=True)
    given_by: Mapped[int] = mapped_column(Big, ForeignKey("account.id"))
    state: Mapped[str] = mapped_column(String(12))
    name: Mapped[Sealed | None] = mapped_column(SealedText("license_seat.name", "licenses"))
    address: Mapped[Sealed | None] = mapped_column(SealedText("license_seat.address", "licenses"))
    offered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


def _given(category: str, keep: str) -> Holding:
    return Holding(
        category=category,
        collected_for="licenses",
        keep=keep,
        read_by=("self", "organization"),
        correct="request",
        erase="at once",
    )


UNTIL = "until the seat is taken, declined, taken back or the offer is over, at most 30 days"
LASTS = "as long as the license lasts"
declare(
    "license_seat",
    subject="given_by",
    title="Seats that you gave to people",
    name=_given("name", UNTIL),
    address=_given("email", UNTIL),
    state=_given("license", LASTS),
    offered_at=_given("time", LASTS),
    ended_at=_given("time", LASTS),
)
