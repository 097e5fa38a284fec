"""The tables of published policies and of who has heard of which."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import Holding, declare


class PolicyVersion(Base):
    """One published version, word for word. `chain` is its fingerprint over text, times and the version before."""

    __tablename__ = "policy_version"

    id: Mapped[Key]
    number: Mapped[int] = mapped_column(unique=True)
    text: Mapped[str] = mapped_column(Text)
    posted_at: Mapped[datetime]
    effective_at: Mapped[datetime]
    chain: Mapped[str] = mapped_column(String(64))


class PolicyNotice(Base):
    """How the notice of a version went to a person. handled_at: the mail's turn came; mailed_at: the mail server took
    it; seen_at: they said that they have seen it. Either of the last two means that it has reached them."""

    __tablename__ = "policy_notice"
    __table_args__ = (UniqueConstraint("account_id", "version"), {"info": {"public": False}})

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(index=True)
    handled_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]


declare("policy_version", subject="", nothing_personal=("number", "text", "posted_at", "effective_at"))

_notice = Holding(
    category="choice",
    collected_for="policy_notice",
    keep="as long as the account",
    read_by=("self", "staff:privacy"),
    correct="never: it is a record of what happened",
)
declare(
    "policy_notice",
    subject="account_id",
    title="Notices of changes to this policy",
    version=_notice,
    handled_at=_notice,
    mailed_at=_notice,
    seen_at=_notice,
)
