"""The table of boards."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key


class Board(Base):
    """A board. With `holders_only` it exists for holders of its product's license and for moderators alone. With
    `own_topics_only` everybody but moderators finds there only the topics that they began themselves.

    `topics` and `posts` count what is visible; the last_… columns name the last visible post. All change in SQL with the
    post that changes them; `forum.topics.recount` tells whether they are right.
    """

    __tablename__ = "board"

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    sentence: Mapped[str] = mapped_column(String(300))
    category: Mapped[str] = mapped_column(String(60))
    product_id: Mapped[int | None] = mapped_column(Big, ForeignKey("product.id", ondelete="SET NULL"), index=True)
    holders_only: Mapped[bool] = mapped_column(default=False)
    own_topics_only: Mapped[bool] = mapped_column(default=False, server_default=false())
    rank: Mapped[int] = mapped_column(default=0)
    topics: Mapped[int] = mapped_column(default=0)
    posts: Mapped[int] = mapped_column(default=0)
    last_topic_id: Mapped[int | None] = mapped_column(Big)
    last_at: Mapped[datetime | None]
