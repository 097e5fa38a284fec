"""The search page of the forum, and its part of the shop's search page."""

from flask import Blueprint, Response, render_template, request

from core import web
from core.access import public
from core.asking import SEARCH, takes
from core.limits import limited
from forum import reading
from forum.here import reader
from forum.search import service

pages = Blueprint("forum_search", __name__)
BESIDE = 5


@pages.get("/forum/search")
@public
@limited("search")
@takes(q=SEARCH, board=SEARCH, order=SEARCH)
def search() -> Response:
    """Posts that hold all the words."""
    here, typed = reader(), request.args.get("q", "")
    boards = reading.boards_of(here)
    slug = request.args.get("board", "")
    chosen = next((board for board in boards if board.slug == slug), None)
    before, by_age = request.args.get("before", 0, type=int), request.args.get("order") == "newest"
    before = min(max(before, 0), 2**53) if by_age else 0
    found = service.find(here, typed, board_id=chosen.id if chosen else None, before=before, by_age=by_age)
    return web.render("forum/search/search.html", query=typed, boards=boards, chosen=chosen, found=found, by_age=by_age)


def beside(query: str) -> str:
    """The first hits for the shop's own search page."""
    found = service.find(reader(), query, most=BESIDE)
    return render_template("forum/search/_beside.html", query=query, hits=found.hits)
