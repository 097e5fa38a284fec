"""The table of those who have the problem that a topic tells of."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big
from privacy.register import Holding, declare


class SameProblem(Base):
    """A member has this problem, too. Others see how many, and not who."""

    __tablename__ = "same_problem"
    __table_args__ = ({"info": {"public": False}},)

    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(Big, ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True, index=True)
    since: Mapped[datetime]


declare(
    "same_problem",
    subject="account_id",
    title="Problems that you have, too",
    since=Holding(category="post", collected_for="forum", keep="until you take it back", correct="take it back"),
)
