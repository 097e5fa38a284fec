"""Boards, topics, posts and licenses for tests, made through the services."""

from datetime import timedelta

from sqlalchemy import update

from core import clock
from core.db import session
from forum import reading
from forum.boards.service import BoardDraft, open_boards
from forum.seen import Reader
from forum.topics import service as topics
from forum.topics.rules import PlannedPost, PlannedTopic
from storefront.licenses import service as licenses
from storefront.licenses.models import License
from storefront.orders.models import Order, OrderLine
from tests.shop import Shop
from tests.storefront.builders import Made, make_product


def make_board(
    shop: Shop,
    slug: str = "lounge",
    *,
    product: Made | None = None,
    holders_only: bool = False,
    own_topics_only: bool = False,
) -> int:
    """Open a board; its number."""
    draft = BoardDraft(
        slug=slug,
        name=slug.replace("-", " ").capitalize(),
        sentence=f"All about {slug}.",
        category="Programs" if product else "The house",
        product_id=product.id if product else None,
        holders_only=holders_only,
        own_topics_only=own_topics_only,
    )
    with shop.transaction():
        return open_boards([draft])[slug]


def make_private_board(shop: Shop, slug: str = "cellar") -> tuple[int, Made]:
    """A board for holders of a product's license, and the product."""
    product = make_product(shop, f"{slug}-program")
    return make_board(shop, slug, product=product, holders_only=True), product


def writer(account_id: int, *, may_moderate: bool = False) -> Reader:
    """An account as its own pages see it, inside a transaction."""
    found = reading.reader_of_account(account_id)
    return Reader(account_id=account_id, boards=found.boards, may_moderate=may_moderate or found.may_moderate)


def make_topic(
    shop: Shop, author_id: int, board: str = "lounge", title: str = "Cold kilns", body: str = "Hello."
) -> int:
    """Start a topic as that account; its number."""
    with shop.transaction():
        reader = writer(author_id, may_moderate=True)
        reader = Reader(account_id=author_id, boards=reading.everything().boards, may_moderate=reader.may_moderate)
        return topics.start(reader, reading.get_board(reader, board), title, body, f"made-{clock.now().timestamp()}").id


def make_reply(shop: Shop, author_id: int, topic_id: int, body: str = "An answer.") -> int:
    """Reply as that account; the post's number in the topic."""
    with shop.transaction():
        reader = Reader(account_id=author_id, boards=reading.everything().boards, may_moderate=True)
        return topics.reply(reader, topic_id, body, f"made-{clock.now().timestamp()}").number


def plant(shop: Shop, board_id: int, author_id: int, *, topics_wanted: int = 1, posts: int = 1) -> list[int]:
    """Many topics with so many posts each, a minute apart; their numbers."""
    start = clock.now() - timedelta(days=30)
    batch = [
        PlannedTopic(
            board_id=board_id,
            title=f"Planted topic {index:05d}",
            posts=tuple(
                PlannedPost(
                    author_id=author_id,
                    body=f"Post {number} of topic {index}.",
                    at=start + timedelta(minutes=index, seconds=number),
                )
                for number in range(1, posts + 1)
            ),
        )
        for index in range(topics_wanted)
    ]
    with shop.transaction():
        return topics.plant_topics(batch)


def give_license(shop: Shop, account_id: int, product: Made) -> None:
    """Let an account hold a license of the product, by a paid order."""
    now = clock.now()
    with shop.transaction():
        number = f"T-{account_id}-{product.id}-{int(now.timestamp() * 1000)}"
        order = Order(number=number, account_id=account_id, placed_with=number, state="paid", currency="EUR", total=100)
        order.tax, order.country, order.terms_version, order.created_at = 0, "AT", 1, now
        order.expires_at, order.paid_at = now + timedelta(days=1), now
        session.add(order)
        session.flush()
        line = OrderLine(order_id=order.id, position=1, product_id=product.id, edition_id=product.editions["solo"])
        line.title, line.edition_title, line.source, line.term = product.slug, "Solo", "own", "perpetual"
        line.unit, line.usual, line.quantity, line.amount, line.tax_permille = 100, 100, 1, 100, 0
        session.add(line)
        session.flush()
        licenses.issue(order)


def let_lapse(shop: Shop, account_id: int) -> None:
    """All licenses of the account ended yesterday."""
    with shop.transaction():
        past = clock.now() - timedelta(days=1)
        session.execute(update(License).where(License.account_id == account_id).values(expires_at=past))
