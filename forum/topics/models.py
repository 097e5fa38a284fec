"""Tables of topics and posts, of what readers have seen, and what the forum holds about people."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import Holding, declare


def _only(condition: str) -> dict[str, Any]:
    """An index over some rows."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Topic(Base):
    """A topic, about a product or about none. Numbers of its posts are handed out by `last_number`; `posts` counts the visible ones.

    `answer_number` is the post that solved it. `same_problem` counts who has it, too. `warm_until` are minutes since 1970; see `rules.warmed`.
    """

    __tablename__ = "topic"
    __table_args__ = (
        Index("ix_topic_board_last", "board_id", "pinned", "last_at", "id"),
        Index("ix_topic_last", "last_at", "id"),
        Index("ix_topic_product", "product_id", "last_at"),
        Index("ix_topic_warm_until", "warm_until", "id"),
        Index("ix_topic_unanswered", "last_at", "id", **_only("posts = 1")),
        Index("ix_topic_solved", "last_at", "id", **_only("answer_number is not null")),
    )

    id: Mapped[Key]
    board_id: Mapped[int] = mapped_column(Big, ForeignKey("board.id"))
    product_id: Mapped[int | None] = mapped_column(Big, ForeignKey("product.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(160))
    slug: Mapped[str] = mapped_column(String(90))
    author_id: Mapped[int | None] = mapped_column(Big, ForeignKey("account.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]
    last_at: Mapped[datetime]
    last_number: Mapped[int] = mapped_column(default=0)
    last_author_id: Mapped[int | None] = mapped_column(Big, ForeignKey("account.id", ondelete="SET NULL"))
    posts: Mapped[int] = mapped_column(default=0)
    locked: Mapped[bool] = mapped_column(default=False)
    pinned: Mapped[bool] = mapped_column(default=False)
    hidden_at: Mapped[datetime | None]
    answer_number: Mapped[int | None]
    warm_until: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    same_problem: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class Post(Base):
    """A post. Its number in the topic never changes; `html` is sanitized and belongs to `render_version`."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("topic_id", "number"),
        UniqueConstraint("author_id", "submission"),
        Index("ix_post_author", "author_id", "id"),
        Index("ix_post_topic_created", "topic_id", "created_at", "number"),
    )

    id: Mapped[Key]
    topic_id: Mapped[int] = mapped_column(Big, ForeignKey("topic.id", ondelete="CASCADE"))
    number: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(Big, ForeignKey("account.id", ondelete="SET NULL"))
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    excerpt: Mapped[str] = mapped_column(String(300))
    render_version: Mapped[int]
    submission: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    edits: Mapped[int] = mapped_column(default=0)
    edit_reason: Mapped[str] = mapped_column(String(160), default="")
    hidden_at: Mapped[datetime | None]


class PostAlias(Base):
    """An address at which a post stood before it was moved; it leads to where the post is now."""

    __tablename__ = "post_alias"

    topic_id: Mapped[int] = mapped_column(Big, ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(Big, ForeignKey("post.id", ondelete="CASCADE"), index=True)


class PostRevision(Base):
    """How a post read before an edit."""

    __tablename__ = "post_revision"
    __table_args__ = ({"info": {"public": False}},)

    id: Mapped[Key]
    post_id: Mapped[int] = mapped_column(Big, ForeignKey("post.id", ondelete="CASCADE"), index=True)
    body: Mapped[str] = mapped_column(Text)
    replaced_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(160))


class TopicRead(Base):
    """Up to which post a member has read a topic."""

    __tablename__ = "topic_read"
    __table_args__ = ({"info": {"public": False}},)

    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(Big, ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int]


class BoardRead(Base):
    """Until when a member has marked a whole board as read."""

    __tablename__ = "board_read"
    __table_args__ = ({"info": {"public": False}},)

    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    board_id: Mapped[int] = mapped_column(Big, ForeignKey("board.id", ondelete="CASCADE"), primary_key=True)
    read_at: Mapped[datetime]


class ReadingMark(Base):
    """Until when a member has marked everything as read, or that nothing is to be noted about what they read."""

    __tablename__ = "reading_mark"
    __table_args__ = (
        CheckConstraint("not is_off or read_at is null", name="nothing_while_off"),
        {"info": {"public": False}},
    )

    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    read_at: Mapped[datetime | None]
    is_off: Mapped[bool] = mapped_column(default=False)


_PUBLIC = Holding(
    category="post",
    collected_for="forum",
    keep="until its author removes it",
    read_by=("everybody",),
    correct="edit",
    erase="removed, or kept without the name: the author's choice",
)
_SEEN = Holding(
    category="behaviour",
    collected_for="forum",
    keep="90 days after the last post there, until you mark everything as read, or until you switch it off",
    correct="mark as read",
    correct_at="/account/forum",
    erase="with the account, or at once by your switch",
)
_CHOSEN = Holding(
    category="preference",
    collected_for="forum",
    keep="as long as the account",
    correct="switch it on or off",
    correct_at="/account/forum",
)

declare(
    "topic",
    subject="author_id",
    title="Topics you started",
    columns={"title": _PUBLIC},
    created_at=_PUBLIC,
    nothing_personal=(
        "slug",
        "last_at",
        "last_number",
        "posts",
        "locked",
        "pinned",
        "hidden_at",
        "answer_number",
        "warm_until",
        "same_problem",
    ),
)
declare(
    "post",
    subject="author_id",
    title="Posts you wrote",
    body=_PUBLIC,
    html=_PUBLIC,
    excerpt=_PUBLIC,
    created_at=_PUBLIC,
    edited_at=_PUBLIC,
    edit_reason=_PUBLIC,
    nothing_personal=("number", "render_version", "submission", "edits", "hidden_at"),
)
declare(
    "post_revision",
    subject="post_id.author_id",
    title="Earlier versions of your posts",
    body=_PUBLIC,
    reason=_PUBLIC,
    replaced_at=_PUBLIC,
)
declare("topic_read", subject="account_id", title="How far you have read topics", number=_SEEN)
declare("board_read", subject="account_id", title="Boards you marked as read", read_at=_SEEN)
declare(
    "reading_mark", subject="account_id", title="What the forum notes about your reading", read_at=_SEEN, is_off=_CHOSEN
)
