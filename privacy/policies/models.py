"""The table of published policies."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Key
from privacy.register import declare


class PolicyVersion(Base):
    """One published version, word for word. `chain` is its fingerprint over text, times and the version before."""

    __tablename__ = "policy_version"

    id: Mapped[Key]
    number: Mapped[int] = mapped_column(unique=True)
    text: Mapped[str] = mapped_column(Text)
    posted_at: Mapped[datetime]
    effective_at: Mapped[datetime]
    chain: Mapped[str] = mapped_column(String(64))


declare("policy_version", subject="", nothing_personal=("number", "text", "posted_at", "effective_at"))
