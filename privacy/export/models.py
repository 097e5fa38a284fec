"""The table of exports: one for each person who asked, until it expires."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText
from privacy.export.rules import State
from privacy.register import Holding, declare


class DataExport(Base):
    """A person's export. `file` names its encrypted file in the instance folder, whose key is sealed for the person.

    `done` of `steps` entries are written; `touched_at` is when the worker last said so. `mailed`: the person asked by
    mail and gets a one-time link; `link_hash` is that link's, good until `link_until` and for `link_tries` attempts.
    """

    __tablename__ = "data_export"
    __table_args__ = (
        CheckConstraint(f"state in {tuple(state.value for state in State)}", name="state"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), unique=True)
    state: Mapped[str] = mapped_column(String(10))
    file: Mapped[str] = mapped_column(String(40), default="")
    file_key: Mapped[Sealed | None] = mapped_column(SealedText("data_export.file_key"))
    done: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(Big, default=0)
    asked_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    downloads: Mapped[int] = mapped_column(default=0)
    mailed: Mapped[bool] = mapped_column(default=False)
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    link_until: Mapped[datetime | None]
    link_tries: Mapped[int] = mapped_column(default=0)


_asked = Holding(
    category="choice",
    collected_for="privacy_requests",
    keep="seven days from when it is ready",
    correct="yourself: delete it or have a fresh one made",
    correct_at="/account/privacy/export",
)
declare(
    "data_export",
    subject="account_id",
    title="Exports like this one",
    state=_asked,
    asked_at=_asked,
    ready_at=_asked,
    expires_at=_asked,
    size=_asked,
    downloads=_asked,
    file_key=Holding(
        category="identifier",
        collected_for="privacy_requests",
        keep="seven days from when it is ready",
        read_by=(),
        export="never: it is the key of the file you are reading, which is deleted with it",
    ),
    nothing_personal=("file", "done", "steps", "attempts", "touched_at", "mailed", "link_until", "link_tries"),
)
