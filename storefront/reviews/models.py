"""Tables of reviews, their earlier versions, and who found which of them helpful."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from privacy.register import Holding, declare


class Review(Base):
    """What somebody who held a license when writing says of a product: one a person. Without `account_id` its author left.

    `helpful` counts the votes, `answer` is the shop's; both change in SQL. A hidden one is seen by its author and staff.
    """

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("product_id", "account_id"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        Index("ix_review_newest", "product_id", "id"),
        Index("ix_review_helpful", "product_id", "helpful", "id"),
    )

    id: Mapped[Key]
    product_id: Mapped[int] = mapped_column(Big, ForeignKey("product.id", ondelete="CASCADE"))
    account_id: Mapped[int | None] = mapped_column(Big, ForeignKey("account.id"), index=True)
    rating: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    helpful: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    hidden_reason: Mapped[str] = mapped_column(String(300), default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    answer_html: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]


class ReviewRevision(Base):
    """What a review said before it was changed."""

    __tablename__ = "review_revision"
    __table_args__ = ({"info": {"public": False}},)

    id: Mapped[Key]
    review_id: Mapped[int] = mapped_column(Big, ForeignKey("review.id", ondelete="CASCADE"), index=True)
    rating: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    replaced_at: Mapped[datetime]


class ReviewVote(Base):
    """Somebody found a review helpful."""

    __tablename__ = "review_vote"
    __table_args__ = ({"info": {"public": False}},)

    review_id: Mapped[int] = mapped_column(Big, ForeignKey("review.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id"), primary_key=True, index=True)
    voted_at: Mapped[datetime]


_PUBLIC = Holding(
    category="post",
    collected_for="reviews",
    keep="until its author removes it",
    read_by=("everybody",),
    correct="edit",
    erase="removed, or kept without the name: the author's choice",
)
_EARLIER = Holding(
    category="post",
    collected_for="reviews",
    keep="as long as the review",
    read_by=("self", "staff:support"),
    correct="edit",
    erase="with the account",
)

declare(
    "review",
    subject="account_id",
    title="Reviews you wrote",
    rating=_PUBLIC,
    body=_PUBLIC,
    html=_PUBLIC,
    created_at=_PUBLIC,
    edited_at=_PUBLIC,
    hidden_at=_EARLIER,
    hidden_reason=_EARLIER,
    answer=_PUBLIC,
    answer_html=_PUBLIC,
    nothing_personal=("helpful", "answered_at"),
)
declare(
    "review_revision",
    subject="review_id.account_id",
    title="Earlier versions of your reviews",
    rating=_EARLIER,
    body=_EARLIER,
    replaced_at=_EARLIER,
)
declare(
    "review_vote",
    subject="account_id",
    title="Reviews you found helpful",
    voted_at=Holding(category="preference", collected_for="reviews", keep="until you take it back"),
)
