"""The table of drafts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText
from privacy.register import Holding, declare


class Draft(Base):
    """What a member has typed and not sent: a reply in a topic, or a new topic for a board. One for each place."""

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("account_id", "topic_id"),
        UniqueConstraint("account_id", "board_id"),
        CheckConstraint("(topic_id is null) <> (board_id is null)", name="one_place"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"))
    topic_id: Mapped[int | None] = mapped_column(Big, ForeignKey("topic.id", ondelete="CASCADE"), index=True)
    board_id: Mapped[int | None] = mapped_column(Big, ForeignKey("board.id", ondelete="CASCADE"), index=True)
    title: Mapped[Sealed | None] = mapped_column(SealedText("draft.title"))
    body: Mapped[Sealed] = mapped_column(SealedText("draft.body"))
    saved_at: Mapped[datetime] = mapped_column(index=True)


_DRAFT = Holding(
    category="post",
    collected_for="forum",
    keep="until you send it or throw it away, 60 days at most",
    correct="write on",
    correct_at="/account/forum/drafts",
)

declare(
    "draft",
    subject="account_id",
    title="Drafts of what you want to post",
    columns={"title": _DRAFT},
    body=_DRAFT,
    saved_at=_DRAFT,
)
