"""The table of what members follow."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big
from privacy.register import Holding, declare


class Watch(Base):
    """A member follows a topic. `mailed_number` is the post they were last told of: one mail for each unread topic."""

    __tablename__ = "watch"
    __table_args__ = ({"info": {"public": False}},)

    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(Big, ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True, index=True)
    mailed_number: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime]


_FOLLOWED = Holding(category="preference", collected_for="forum_notifications", keep="until you stop following it")

declare(
    "watch",
    subject="account_id",
    title="Topics you follow",
    since=_FOLLOWED,
    nothing_personal=("mailed_number",),
)
