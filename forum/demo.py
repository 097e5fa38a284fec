"""Plants the demo's boards and conversations through the forum's own verbs."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from core import clock, db, web
from core.accounts import service as accounts
from core.db import session
from forum.boards.models import Board
from forum.boards.service import BoardDraft, open_boards
from forum.demo_content import content
from forum.demo_content.plan import TopicPlan, build_plan
from forum.demo_content.talk import Author
from forum.polls import service as polls
from forum.search import service as search
from forum.topics import service as topics
from forum.topics.models import Post, Topic
from forum.topics.rules import PlannedPost, PlannedTopic
from storefront.catalogue import service as catalogue
from storefront.demo_content import content as shop
from storefront.licenses.service import held_products

Progress = Callable[[str, int, int], None]
BATCH = 40
SAID = 60
"""Characters of a reply that says enough to have solved something."""
SILENT = ("catalogue", "support", None)


@dataclass(frozen=True, kw_only=True)
class Known:
    """Numbers by slug, address and slug."""

    boards: dict[str, int]
    people: dict[str, int]
    products: dict[str, int]


def plant(progress: Progress) -> None:
    """Boards, 400 topics and 5,000 posts; nothing if boards are there already."""
    with db.transaction(reading=True):
        if session.scalar(select(Board.id).limit(1)) is not None:
            return
    with db.transaction():
        products = {product.slug: product.id for product in catalogue.shelf_names()}
        known = Known(boards=_plant_boards(products), people=_people(), products=products)
        authors = _authors(known.people)
    plans, now = build_plan(authors), clock.now()
    for done, batch in _batches(plans):
        with db.transaction():
            planned = [_planned(plan, known, now) for plan in batch]
            _index(topics.plant_topics(planned))
        progress("forum topics", done, len(plans))
    _plant_poll(known)
    _add_to_card()


def _plant_poll(known: Known) -> None:
    """A poll in the talk of the lounge that was written in last, and what some chose."""
    talk = select(Topic.id).where(Topic.board_id == known.boards["lounge"]).order_by(Topic.last_at.desc()).limit(1)
    with db.transaction():
        topic_id = session.scalar(talk)
        if topic_id is not None:
            polls.ask(topic_id, POLL, many=False)
            options = polls.choices(topic_id, None)
            for number, account_id in enumerate(sorted(known.people.values())[:17]):
                polls.choose(account_id, topic_id, [options[number * 7 % 11 % len(options)].id])


POLL = ("Every day", "Now and then", "Only when something breaks", "I read and say nothing")
HELP = BoardDraft(
    slug="help-desk",
    name="Help desk",
    sentence="What concerns your order or your license alone: only you and our moderators read it.",
    category="The house",
    own_topics_only=True,
    rank=2,
)


def _plant_boards(products: dict[str, int]) -> dict[str, int]:
    drafts = [HELP]
    for rank, board in enumerate(content.boards()):
        drafts.append(
            BoardDraft(
                slug=board.slug,
                name=board.name,
                sentence=board.sentence,
                category=board.category,
                product_id=products.get(board.product or ""),
                holders_only=board.holders_only,
                rank=rank,
            )
        )
    return open_boards(drafts)


def _people() -> dict[str, int]:
    """Account numbers by address."""
    everybody = (*shop.members(), *shop.testers(), *shop.staff())
    found = {person.email: accounts.find_by_email(person.email) for person in everybody}
    return {email: account.id for email, account in found.items() if account is not None}


def _authors(people: dict[str, int]) -> list[Author]:
    slugs = {board.product for board in content.boards() if board.holders_only and board.product}
    products = {slug: catalogue.get_product(slug).id for slug in slugs}
    everybody = (*shop.members(), *shop.testers(), *shop.staff())
    writing = (one for one in everybody if one.role != "shopper" and one.permission in SILENT)
    return [
        Author(
            email=person.email,
            name=person.name_shown,
            language=person.language,
            holds=_held(people[person.email], products),
            staff=person.permission in ("support", "catalogue") or person.role == "moderator",
        )
        for person in writing
        if person.email in people
    ]


def _held(account_id: int, products: dict[str, int]) -> frozenset[str]:
    held = held_products(account_id)
    return frozenset(slug for slug, number in products.items() if number in held)


def _batches(plans: Sequence[TopicPlan]) -> Iterator[tuple[int, Sequence[TopicPlan]]]:
    for first in range(0, len(plans), BATCH):
        yield min(first + BATCH, len(plans)), plans[first : first + BATCH]


def _planned(plan: TopicPlan, known: Known, now: datetime) -> PlannedTopic:
    start = now - timedelta(minutes=plan.minutes_ago)
    posts = tuple(
        PlannedPost(
            author_id=known.people[post.author_email],
            body=post.body_markdown,
            at=start + timedelta(minutes=post.minutes_after),
        )
        for post in plan.posts
    )
    about = known.products.get(plan.product or "")
    return PlannedTopic(
        board_id=known.boards[plan.board],
        title=plan.title,
        posts=posts,
        product_id=about,
        answer_number=_answer(plan),
    )


def _answer(plan: TopicPlan) -> int | None:
    """The fullest reply before the asker's last word solved it, as a rule. None where people only talk or ask back."""
    own = [number for number, post in enumerate(plan.posts, 1) if post.author_email == plan.author_email]
    replies = {
        number: post.body_markdown
        for number, post in enumerate(plan.posts[: own[-1]], 1)
        if number not in own and not post.body_markdown.rstrip().endswith("?")
    }
    best = max(replies, key=lambda number: len(replies[number]), default=0)
    asked = plan.product is not None and 3 <= own[-1] <= 12
    return best if asked and best and len(replies[best]) >= SAID else None


def _index(topic_ids: Sequence[int]) -> None:
    wanted = select(Post.id, Topic.title, Post.body, Post.number).join(Topic, Topic.id == Post.topic_id)
    rows = session.execute(wanted.where(Topic.id.in_(topic_ids)))
    search.index((row.id, search.words_of(row.title, row.body, row.number)) for row in rows)


def _add_to_card() -> None:
    """The tester's card learns which boards are private."""
    place = Path(web.settings().instance) / "demo.json"
    card = json.loads(place.read_text()) if place.exists() else {}
    with db.transaction(reading=True):
        private = select(Board.slug, Board.product_id).where(Board.holders_only)
        card["private_boards"] = [
            {"address": f"/forum/{row.slug}", "product_id": row.product_id} for row in session.execute(private)
        ]
    place.write_text(json.dumps(card, indent=2))
