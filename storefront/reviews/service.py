"""What can be done with reviews: write, change, remove, find helpful, answer, hide, show again, count anew."""

from sqlalchemy import delete, func, or_, select, update

from core import clock, db, logs
from core.access import Actor
from core.audit.service import record
from core.db import session
from core.errors import NextStep, NotFound
from core.inserting import insert_or
from core.jobs.service import job
from storefront.catalogue.models import Product
from storefront.licenses.service import held_products
from storefront.reviews import markup, rules
from storefront.reviews.models import Review, ReviewRevision, ReviewVote
from storefront.reviews.rules import NotAHolder

NIGHT = 3


def check_holder(account_id: int, product: Product) -> None:
    """Raises NotAHolder for somebody without a license of the product that counts now."""
    if product.id not in held_products(account_id):
        raise NotAHolder(
            f"Only those who hold a license of {product.name} can write about it, so that a review says what somebody saw.",
            next_steps=(NextStep(label=f"See {product.name}", address=f"/shop/{product.slug}"),),
        )


def own(account_id: int, product_id: int) -> Review | None:
    """What this person wrote about the product."""
    wanted = select(Review).where(Review.product_id == product_id, Review.account_id == account_id)
    return session.scalar(wanted)


def write(account_id: int, product: Product, rating: int, body: str) -> Review:
    """Say it, or say it anew: there is one review a person and product. Raises NotAHolder, Invalid."""
    check_holder(account_id, product)
    body = rules.check_body(body)
    found = _locked(product.id, account_id)
    if found is None:
        found = _first(account_id, product.id, rating, body)
    elif (found.rating, found.body) != (rating, body):
        _replace(found, rating, body)
    return found


def remove(account_id: int, product_id: int) -> None:
    """Take one's own review back, with its earlier versions and votes. Raises NotFound."""
    found = _locked(product_id, account_id)
    if found is None:
        raise NotFound("There is no review of yours about this product.")
    delete_review(found)


def delete_review(review: Review) -> None:
    """Delete it and count the product's ratings without it."""
    if review.hidden_at is None:
        _count(review.product_id, -review.rating, -1)
    session.delete(review)
    session.flush()


def find_helpful(account_id: int, review_id: int, *, yes: bool) -> Review:
    """Say that a review of somebody else helped, or take that back; twice changes nothing. Raises NotFound."""
    review = session.get(Review, review_id)
    if review is None or review.hidden_at is not None or review.account_id == account_id:
        raise NotFound("There is no such review of somebody else.")
    mine = {"review_id": review_id, "account_id": account_id}
    new = insert_or(ReviewVote).values(**mine, voted_at=clock.now()).on_conflict_do_nothing()
    put = new if yes else delete(ReviewVote).filter_by(**mine)
    changed = len(session.execute(put.returning(ReviewVote.review_id)).all())
    by = Review.helpful + (changed if yes else -changed)
    session.execute(update(Review).where(Review.id == review_id).values(helpful=by))
    return review


def answer(actor: Actor, review_id: int, text: str) -> Review:
    """Say in the shop's name what there is to say; an empty text takes the answer back. Raises NotFound, Invalid."""
    review = get(review_id)
    body = rules.check_body(text) if text.strip() else ""
    review.answer, review.answer_html = body, markup.render(body) if body else ""
    review.answered_at = clock.now() if body else None
    record(actor, "answer" if body else "take the answer back", "review", review.id)
    return review


def hide(actor: Actor, review_id: int, reason: str) -> Review:
    """Show it to its author and staff only, and let its rating not count. Raises NotFound, Invalid."""
    review, reason = get(review_id), rules.check_reason(reason)
    if review.hidden_at is None:
        review.hidden_at, review.hidden_reason = clock.now(), reason
        _count(review.product_id, -review.rating, -1)
        record(actor, "hide", "review", review.id, reason=reason)
    return review


def restore(actor: Actor, review_id: int) -> Review:
    """Show it again. Raises NotFound."""
    review = get(review_id)
    if review.hidden_at is not None:
        review.hidden_at, review.hidden_reason = None, ""
        _count(review.product_id, review.rating, 1)
        record(actor, "show again", "review", review.id)
    return review


def get(review_id: int) -> Review:
    """The review of this number, to be changed. Raises NotFound."""
    found = session.scalar(select(Review).where(Review.id == review_id).with_for_update())
    if found is None:
        raise NotFound("There is no such review; its author may have removed it.")
    return found


def recount() -> None:
    """Set sums, counts and votes to what the reviews say."""
    shown = (Review.product_id == Product.id, Review.hidden_at.is_(None))
    total = select(func.coalesce(func.sum(Review.rating), 0)).where(*shown).scalar_subquery()
    count = select(func.count()).where(*shown).scalar_subquery()
    session.execute(update(Product).values(rating_sum=total, rating_count=count))
    votes = select(func.count()).where(ReviewVote.review_id == Review.id).scalar_subquery()
    session.execute(update(Review).values(helpful=votes))


@job("reviews.drift", own_transactions=True, every=60)
def report_drift() -> None:
    """Once a night (UTC), write into the log how many are wrong; `recount` sets them right."""
    if clock.now().hour != NIGHT:
        return
    with db.transaction(reading=True):
        found = drift()
    if any(found):
        logs.log().error("counters_drifted", count=sum(found), kind="ratings helpful")


def drift() -> tuple[int, int]:
    """How many products have wrong ratings, and how many reviews a wrong number of helpful votes."""
    shown = (Review.product_id == Product.id, Review.hidden_at.is_(None))
    total = select(func.coalesce(func.sum(Review.rating), 0)).where(*shown).scalar_subquery()
    count = select(func.count()).where(*shown).scalar_subquery()
    votes = select(func.count()).where(ReviewVote.review_id == Review.id).scalar_subquery()
    products = select(func.count(Product.id)).where(or_(Product.rating_sum != total, Product.rating_count != count))
    reviews = select(func.count(Review.id)).where(Review.helpful != votes)
    return session.scalar(products) or 0, session.scalar(reviews) or 0


def _locked(product_id: int, account_id: int) -> Review | None:
    """One's own review; the product waits, so that two tabs write one review."""
    session.execute(select(Product.id).where(Product.id == product_id).with_for_update()).all()
    return own(account_id, product_id)


def _first(account_id: int, product_id: int, rating: int, body: str) -> Review:
    written = Review(
        product_id=product_id,
        account_id=account_id,
        rating=rating,
        body=body,
        html=markup.render(body),
        created_at=clock.now(),
    )
    session.add(written)
    session.flush()
    _count(product_id, rating, 1)
    return written


def _replace(review: Review, rating: int, body: str) -> None:
    before = ReviewRevision(review_id=review.id, rating=review.rating, body=review.body, replaced_at=clock.now())
    session.add(before)
    if review.hidden_at is None:
        _count(review.product_id, rating - review.rating, 0)
    review.rating, review.body, review.html, review.edited_at = rating, body, markup.render(body), clock.now()
    session.flush()


def _count(product_id: int, total: int, count: int) -> None:
    sums = {"rating_sum": Product.rating_sum + total, "rating_count": Product.rating_count + count}
    session.execute(update(Product).where(Product.id == product_id).values(sums))
