"""The table of bookmarks."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText
from privacy.register import Holding, declare


class Bookmark(Base):
    """A member wants to find a post again, and says why for themselves."""

    __tablename__ = "bookmark"
    __table_args__ = (
        UniqueConstraint("account_id", "post_id"),
        Index("ix_bookmark_account", "account_id", "id"),
        {"info": {"public": False}},
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(Big, ForeignKey("post.id", ondelete="CASCADE"), index=True)
    note: Mapped[Sealed | None] = mapped_column(SealedText("bookmark.note"))
    made_at: Mapped[datetime]


_OWN = Holding(
    category="preference",
    collected_for="forum",
    keep="until you take it back",
    correct="change it",
    correct_at="/account/forum/bookmarks",
)

declare("bookmark", subject="account_id", title="Posts you bookmarked", note=_OWN, made_at=_OWN)
