"""Atom feeds (RFC 4287). They are read by programs without a session: the open ones hold open boards only, and a member's own
address, which they may take back, holds what that member may read at that moment."""

from datetime import UTC, datetime

from flask import Blueprint, Response, render_template

from core.access import public
from core.limits import limited
from forum import reading
from forum.feeds import service
from forum.seen import Reader

pages = Blueprint("forum_feeds", __name__)
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # what an empty feed says about its age


@pages.get("/forum/feed.atom")
@public(cached=True)
def all_boards() -> Response:
    """The latest posts of all open boards."""
    stranger = reading.reader_for(None)
    return _feed(stranger, stranger.boards, ("The forum", "/forum/", "/forum/feed.atom"))


@pages.get("/forum/<slug>/feed.atom")
@public(cached=True)
def one_board(slug: str) -> Response:
    """The latest posts of one open board. Raises NotFound, also for boards of holders."""
    stranger = reading.reader_for(None)
    board = reading.get_board(stranger, slug)
    return _feed(stranger, frozenset({board.id}), (board.name, f"/forum/{slug}", f"/forum/{slug}/feed.atom"))


@pages.get("/forum/feeds/<token>/feed.atom")
@public
@limited("form")
def own(token: str) -> Response:
    """The latest posts of all boards that exist for the member whose address it is. Raises NotFound."""
    reader = service.get_reader(token)
    return _own(_feed(reader, reader.boards, ("Your forum", "/forum/", f"/forum/feeds/{token}/feed.atom")))


@pages.get("/forum/feeds/<token>/<slug>/feed.atom")
@public
@limited("form")
def own_board(token: str, slug: str) -> Response:
    """The latest posts of one of them. Raises NotFound."""
    reader = service.get_reader(token)
    board = reading.get_board(reader, slug)
    at = (board.name, f"/forum/{slug}", f"/forum/feeds/{token}/{slug}/feed.atom")
    return _own(_feed(reader, frozenset({board.id}), at))


def _feed(reader: Reader, boards: frozenset[int], at: tuple[str, str, str]) -> Response:
    """The feed as XML; `at` is its title, the page it follows, and where it stands itself."""
    entries = service.latest(reader, boards)
    given = {"title": at[0], "page": at[1], "address": at[2], "entries": entries, "epoch": EPOCH}
    return Response(render_template("forum/feeds/feed.xml", **given), mimetype="application/atom+xml")


def _own(answer: Response) -> Response:
    """Kept by nobody in between, and in no search engine."""
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
