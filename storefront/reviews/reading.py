"""Reviews as pages show them: the latest as a part of a product's own select, all of them page by page, and for staff."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, select, tuple_

from core import db
from core.accounts.models import Account
from core.db import session
from storefront.catalogue.models import Product
from storefront.reviews.models import Review, ReviewRevision, ReviewVote
from storefront.reviews.rules import NOBODY, Order, Place

LATEST, PER_PAGE, QUEUE = 3, 20, 40


class Said(NamedTuple):
    """A review as it is shown; `name` is empty for somebody who left, `is_mine` and `is_voted` are the reader's."""

    id: int
    rating: int
    html: str
    name: str
    day: str
    is_edited: bool
    answer_html: str
    helpful: int
    is_mine: bool = False
    is_voted: bool = False

    @property
    def author(self) -> str:
        """Who is shown as its author."""
        return self.name or NOBODY


class Listed(NamedTuple):
    """A page of reviews, and where the next one begins; empty where there is none."""

    reviews: tuple[Said, ...]
    next: str


def latest_of(product_id: Any) -> ColumnElement[str]:
    """The latest reviews of the product that a select names, as a column of that select: JSON, see `read_latest`."""
    many, one = ("json_group_array", "json_array") if _is_sqlite() else ("json_agg", "json_build_array")
    names = ("id", "rating", "html", "name", "day", "edited", "answer_html", "helpful")
    newest = _columns().where(Review.product_id == product_id, Review.hidden_at.is_(None))
    shown = newest.order_by(Review.id.desc()).limit(LATEST).correlate(Product).subquery("latest")
    said = getattr(func, one)(*(shown.c[name] for name in names))
    return cast(select(getattr(func, many)(said)).select_from(shown).scalar_subquery(), Text)


def read_latest(text: str | None) -> tuple[Said, ...]:
    """What `latest_of` answered."""
    rows = sorted(json.loads(text or "[]") or (), key=lambda row: -row[0])
    return tuple(_said(row) for row in rows)


def page(product_id: int, reader: int, order: Order, place: Place | None) -> Listed:
    """Reviews of a product in that order; `reader` is 0 for a stranger."""
    key: Any = Review.helpful if order is Order.HELPFUL else Review.id
    votes = and_(ReviewVote.review_id == Review.id, ReviewVote.account_id == reader)
    wanted = _columns().add_columns(Review.account_id == reader, ReviewVote.account_id.is_not(None), Review.helpful)
    wanted = wanted.outerjoin(ReviewVote, votes).where(Review.product_id == product_id, Review.hidden_at.is_(None))
    if place is not None:
        below = (
            tuple_(key, Review.id) < tuple_(place.value, place.id) if order is Order.HELPFUL else Review.id < place.id
        )
        wanted = wanted.where(below)
    rows = session.execute(wanted.order_by(key.desc(), Review.id.desc()).limit(PER_PAGE + 1)).all()
    shown = tuple(_said(row[:8])._replace(is_mine=bool(row[8]), is_voted=bool(row[9])) for row in rows[:PER_PAGE])
    last = shown[-1] if len(rows) > PER_PAGE else None
    return Listed(shown, f"{last.helpful}~{last.id}" if last else "")


def revisions_of(review_id: int) -> Sequence[ReviewRevision]:
    """What a review said before, the latest first."""
    wanted = select(ReviewRevision).where(ReviewRevision.review_id == review_id)
    return session.scalars(wanted.order_by(ReviewRevision.id.desc()).limit(PER_PAGE)).all()


def queue(before: int = 0) -> Sequence[Any]:
    """Reviews for staff, the latest first, hidden ones too: the review, its product's slug and name, its author's name."""
    wanted = (
        select(Review, Product.slug, Product.name, Account.name_shown)
        .join(Product, Product.id == Review.product_id)
        .outerjoin(Account, Account.id == Review.account_id)
        .order_by(Review.id.desc())
        .limit(QUEUE + 1)
    )
    return session.execute(wanted.where(Review.id < before) if before else wanted).all()


def _columns() -> Select[Any]:
    utc = func.timezone("UTC", Review.created_at)
    day = func.date(Review.created_at) if _is_sqlite() else func.to_char(utc, "YYYY-MM-DD")
    return select(
        Review.id,
        Review.rating,
        Review.html,
        Account.name_shown.label("name"),
        day.label("day"),
        (Review.edited_at.is_not(None)).label("edited"),
        Review.answer_html,
        Review.helpful,
    ).outerjoin(Account, Account.id == Review.account_id)


def _said(row: Sequence[Any]) -> Said:
    id_, rating, html, name, day, edited, answer, helpful = row
    return Said(id_, rating, html, name or "", day, bool(edited), answer, helpful)


def when(day: str) -> datetime:
    """A day as dates are written on pages."""
    return datetime.fromisoformat(f"{day}T12:00:00+00:00")


def _is_sqlite() -> bool:
    return db.current().dialect == "sqlite"
