"""Whom not to mail and whom not to call: keyed hashes that outlive an account."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Key
from privacy.register import declare


class Suppression(Base):
    """Somebody wants no more mail of this purpose ("" for all that can be stopped). Kept as a hash, so that the wish
    survives an erasure without the address surviving it. `lifted_at`: the owner, signed in, asked for it again."""

    __tablename__ = "suppression"
    __table_args__ = (
        UniqueConstraint("form_hash", "purpose"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    form_hash: Mapped[str] = mapped_column(String(32))
    purpose: Mapped[str] = mapped_column(String(40))
    how: Mapped[str] = mapped_column(String(40))
    since: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class StoppedNumber(Base):
    """A telephone number that is on no shared list and is not called: a keyed hash of its E.164 form."""

    __tablename__ = "stopped_number"
    __table_args__ = ({"info": {"public": False}},)

    id: Mapped[Key]
    number_hash: Mapped[str] = mapped_column(String(64), unique=True)
    how: Mapped[str] = mapped_column(String(40))
    since: Mapped[datetime]


declare("suppression", subject="", nothing_personal=("purpose", "how", "since", "lifted_at"))
declare("stopped_number", subject="", nothing_personal=("how", "since"))
