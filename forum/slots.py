"""What the forum shows on pages of the shop: latest topics, hits, addresses for the site map. Open boards only."""

from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import Select, bindparam, select

from core import db, menus, web
from core.accounts.models import Account
from core.db import session
from forum import reading
from forum.boards.models import Board
from forum.search import views as search
from forum.seen import Kind, Reader
from forum.topics.models import Topic

LATEST = 5
MAPPED = 5000


class Latest(NamedTuple):
    """A topic as a line of a list."""

    id: int
    slug: str
    title: str
    posts: int
    last_at: datetime
    board_slug: str
    board_name: str
    last_name: str | None


def fill() -> None:
    """Put the forum's parts into the slots of pages below."""
    menus.fill("product.below", product_below)
    menus.fill("home.below", home_below)
    menus.fill("search.results", search.beside)
    menus.fill("sitemap.addresses", sitemap_addresses)


def product_below(product: Any) -> str:
    """The latest topics about a product, and where to ask."""
    stranger = reading.reader_for(None)
    topics, boards = latest(stranger, product_id=product.id), reading.boards_of(stranger)
    own = next((board for board in boards if board.product_id == product.id and not board.own_topics_only), None)
    talk = next((board.slug for board in boards if not board.own_topics_only), "")
    where = own.slug if own else next((topic.board_slug for topic in topics), talk)
    return web.part("forum/slots/product.html", product=product, board=where, own=own, topics=topics)


def home_below() -> str:
    """The latest topics of all open boards."""
    return web.part("forum/slots/home.html", topics=latest(reading.reader_for(None)))


def sitemap_addresses() -> Markup:
    """A line of the site map for each open topic, the newest first, at most MAPPED."""
    stranger = reading.reader_for(None)
    wanted = select(Topic.id, Topic.slug, Topic.last_at).where(reading.sees_topic(stranger))
    rows = session.execute(wanted.order_by(Topic.last_at.desc()).limit(MAPPED))
    line = Markup("<url><loc>{}/forum/t/{}/{}</loc><lastmod>{}</lastmod></url>\n")
    base = web.settings().base_url.rstrip("/")
    return Markup("").join(line.format(base, row.id, row.slug, row.last_at.date().isoformat()) for row in rows)


def latest(reader: Reader, *, product_id: int | None = None) -> tuple[Latest, ...]:
    """The topics that were written in last, about this product or about anything, of all that the reader sees."""
    about = {"product": product_id} if product_id is not None else {}
    wanted = _latest(reader.kind, about_product=product_id is not None)
    return tuple(Latest(*row) for row in db.rows(wanted, reading.given(reader, **about)))


@lru_cache
def _latest(kind: Kind, *, about_product: bool) -> Select[Any]:
    topic: list[Any] = [getattr(Topic, name) for name in Latest._fields[:-3]]
    wanted = (
        select(*topic, Board.slug, Board.name, Account.name_shown)
        .join(Board, Board.id == Topic.board_id)
        .outerjoin(Account, Account.id == Topic.last_author_id)
        .where(*reading.sees(kind))
        .order_by(Topic.last_at.desc(), Topic.id.desc())
        .limit(LATEST)
    )
    return wanted.where(Topic.product_id == bindparam("product")) if about_product else wanted
