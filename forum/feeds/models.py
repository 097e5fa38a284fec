"""The table of feeds that only one person may read."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big
from privacy.register import Holding, declare


class FeedToken(Base):
    """A member has a feed address of their own. What stands in it is worked out from `public_id`, so that a copy of the
    database holds no address that works."""

    __tablename__ = "feed_token"
    __table_args__ = ({"info": {"public": False}},)

    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    made_at: Mapped[datetime]


declare(
    "feed_token",
    subject="account_id",
    title="Your own feed address",
    made_at=Holding(
        category="preference",
        collected_for="forum",
        keep="until you take the address back",
        correct="take it back, or make another",
        correct_at="/account/forum",
    ),
    nothing_personal=("public_id",),
)
