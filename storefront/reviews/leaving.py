"""Reviews in an erasure, and in the export."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update

from core.db import session
from privacy.erasure.parts import Part, on_erase
from privacy.erasure.rules import Fate, Leaving, Line, Posts, Share
from privacy.export import telling
from privacy.export.telling import Values
from storefront.catalogue.service import product_names
from storefront.reviews import markup, rules, service
from storefront.reviews.models import Review, ReviewRevision, ReviewVote

TABLES = ("review", "review_revision", "review_vote")
KEPT = "They stay for those who read them, written by “a former member”; nothing leads from them to you."
GONE = "Deleted, with the answers to them, and the ratings count without them."


def listen() -> None:
    """Take part in every erasure and export."""
    on_erase(Part(name="reviews", tables=TABLES, preview=preview, erase=erase, rank=55))
    telling.chapter("reviews", "Reviews", TABLES, sentence="What you wrote about products that you hold.", rank=45)
    telling.describe("review", reading=_told, unprinted=("html", "answer_html"), words={"answer": "What we answered."})


def preview(account_id: int) -> Share:
    """Reviews for either choice; earlier versions and votes go."""
    written = session.scalar(select(func.count()).where(Review.account_id == account_id)) or 0
    votes = session.scalar(select(func.count()).where(ReviewVote.account_id == account_id)) or 0
    return Share(
        lines=(
            Line(title="Your reviews", count=written, fate=Fate.NAMELESS, sentence=KEPT, choice=Posts.KEEP),
            Line(title="Your reviews", count=written, fate=Fate.GOES, sentence=GONE, choice=Posts.REMOVE),
            Line(title="Reviews you found helpful", count=votes, fate=Fate.GOES, sentence="Deleted.", weighs=False),
        )
    )


def erase(leaving: Leaving) -> None:
    """Reviews without their author, or none; hidden ones go in any case. Done twice it changes nothing."""
    _take_votes_back(leaving.account_id)
    mine = select(Review).where(Review.account_id == leaving.account_id).order_by(Review.product_id)
    for review in list(session.scalars(mine.with_for_update())):
        if leaving.posts is Posts.REMOVE or review.hidden_at is not None:
            service.delete_review(review)
        else:
            _take_name_off(review, leaving.name)


def _take_votes_back(account_id: int) -> None:
    mine = select(ReviewVote.review_id).where(ReviewVote.account_id == account_id)
    session.execute(update(Review).where(Review.id.in_(mine)).values(helpful=Review.helpful - 1))
    session.execute(delete(ReviewVote).where(ReviewVote.account_id == account_id))


def _take_name_off(review: Review, name: str) -> None:
    """The name goes, also where its owner signed with it or was addressed by it in the answer."""
    session.execute(delete(ReviewRevision).where(ReviewRevision.review_id == review.id))
    review.account_id = None
    review.body, review.answer = rules.without_name(review.body, name), rules.without_name(review.answer, name)
    review.html = markup.render(review.body)
    review.answer_html = markup.render(review.answer) if review.answer else ""


def _told(_account_id: int, rows: Sequence[Values]) -> list[dict[str, str]]:
    wanted = select(Review.id, Review.product_id).where(Review.id.in_({row["id"] for row in rows}))
    products = {id_: product for id_, product in session.execute(wanted)}
    names = product_names(products.values())
    return [
        {"title": f"About {names.get(products.get(row['id'], 0), ('', 'a product'))[1]}, {row['rating']} of 5 stars"}
        for row in rows
    ]
