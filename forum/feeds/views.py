"""Atom feeds (RFC 4287). They are read by programs without a session, so they hold open boards only."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, render_template
from sqlalchemy import select

from core.access import public
from core.accounts.models import Account
from core.db import session
from forum import reading
from forum.boards.models import Board
from forum.seen import Reader
from forum.topics.models import Post, Topic

pages = Blueprint("forum_feeds", __name__)
ENTRIES = 30
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # what an empty feed says about its age


@pages.get("/forum/feed.atom")
@public(cached=True)
def all_boards() -> Response:
    """The latest posts of all open boards."""
    stranger = reading.reader_for(None)
    return _feed("The forum", "/forum/", "/forum/feed.atom", _latest(stranger, stranger.boards))


@pages.get("/forum/<slug>/feed.atom")
@public(cached=True)
def one_board(slug: str) -> Response:
    """The latest posts of one open board. Raises NotFound, also for boards of holders."""
    stranger = reading.reader_for(None)
    board = reading.get_board(stranger, slug)
    return _feed(board.name, f"/forum/{slug}", f"/forum/{slug}/feed.atom", _latest(stranger, frozenset({board.id})))


def _feed(title: str, page: str, address: str, entries: Sequence[Any]) -> Response:
    given = {"title": title, "page": page, "address": address, "entries": entries, "epoch": EPOCH}
    text = render_template("forum/feeds/feed.xml", **given)
    return Response(text, mimetype="application/atom+xml")


def _latest(reader: Reader, boards: frozenset[int]) -> Sequence[Any]:
    wanted = (
        select(Post, Topic.title, Topic.slug, Board.name, Account.name_shown)
        .join(Topic, Topic.id == Post.topic_id)
        .join(Board, Board.id == Topic.board_id)
        .outerjoin(Account, Account.id == Post.author_id)
        .where(reading.sees_topic(reader), reading.sees_post(reader), Topic.board_id.in_(sorted(boards)))
        .order_by(Post.id.desc())
        .limit(ENTRIES)
    )
    return session.execute(wanted).all()
