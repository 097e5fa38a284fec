"""Tables of polls."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import Holding, declare


class Poll(Base):
    """A topic has a poll; `many` lets a member choose several of its options."""

    __tablename__ = "poll"

    topic_id: Mapped[int] = mapped_column(Big, ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    many: Mapped[bool]
    closed_at: Mapped[datetime | None]


class PollOption(Base):
    """What may be chosen, and by how many it was."""

    __tablename__ = "poll_option"
    __table_args__ = (UniqueConstraint("topic_id", "position"), CheckConstraint("votes >= 0", name="votes"))

    id: Mapped[Key]
    topic_id: Mapped[int] = mapped_column(Big, ForeignKey("poll.topic_id", ondelete="CASCADE"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(120))
    votes: Mapped[int] = mapped_column(default=0, server_default=sql("0"))


class PollVote(Base):
    """A member has chosen an option. Others see how many, and not who."""

    __tablename__ = "poll_vote"
    __table_args__ = ({"info": {"public": False}},)

    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    option_id: Mapped[int] = mapped_column(
        Big, ForeignKey("poll_option.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    voted_at: Mapped[datetime]


declare(
    "poll_option",
    subject="topic_id.topic_id.author_id",
    title="Choices of polls that you began",
    columns={
        "text": Holding(
            category="post",
            collected_for="forum",
            keep="as long as its topic",
            read_by=("everybody",),
            correct="ask a moderator",
            erase="removed, or kept without the name: the author's choice",
        )
    },
    nothing_personal=("position", "votes"),
)
declare(
    "poll_vote",
    subject="account_id",
    title="What you chose in polls",
    voted_at=Holding(
        category="post", collected_for="forum", keep="until you choose nothing there", correct="choose again"
    ),
)
