"""The forum's front page, the pages of a board, and what readers choose there."""

from flask import Blueprint, Response, request

from core import web
from core.access import public, signed_in
from core.asking import NEXT, nothing, takes
from forum import order
from forum.boards import service
from forum.boards.rules import read_cursor
from forum.here import reader
from forum.reading import boards_of, get_board
from forum.seen import BoardSeen
from forum.tabs import tabs
from forum.topics import marks

pages = Blueprint("forum_boards", __name__)


@pages.get("/forum/")
@public(cached=True)
def index() -> Response:
    """All boards by category, and where people wrote last."""
    boards = boards_of(reader())
    names = {board.id: board for board in boards}
    latest = tuple((topic, names.get(topic.board_id)) for topic in service.latest(reader()))
    offered = tabs(signed_in=web.person() is not None)
    return web.render(
        "forum/boards/index.html", shelves=_by_category(boards), latest=latest, tabs=offered, own=reader().own
    )


@pages.get("/forum/<slug>")
@public(cached=True)
def board(slug: str) -> Response:
    """A page of a board's topics."""
    found = get_board(reader(), slug)
    before, after = read_cursor(request.args.get("before", "")), read_cursor(request.args.get("after", ""))
    shown = service.page_before(reader(), found.id, before) if before else service.page_after(reader(), found.id, after)
    is_first = not before and not after
    return web.render("forum/boards/board.html", board=found, shown=shown, is_first=is_first, own=reader().own)


@pages.post("/forum/<slug>/read")
@signed_in
def read_submit(slug: str) -> Response:
    """Everything on this board counts as read."""
    found = get_board(reader(), slug)
    marks.mark_board_read(web.me().id, found.id)
    return web.see_other(f"/forum/{found.slug}", f"Everything in {found.name} counts as read now.")


@pages.post("/forum/view")
@public(own_transactions=True)
@takes(next=NEXT, order=nothing("a wish that stays in this browser, in the cookie lp_forum"))
def view_submit() -> Response:
    """The order of posts, remembered in the forum's cookie because the reader chose it here."""
    answer = web.see_other(web.local_path(request.form.get("next"), "/forum/"))
    order.remember(answer, request.form.get("order", ""))
    return answer


def _by_category(boards: list[BoardSeen]) -> tuple[tuple[str, tuple[BoardSeen, ...]], ...]:
    shelves: dict[str, list[BoardSeen]] = {}
    for one in boards:
        shelves.setdefault(one.category, []).append(one)
    return tuple((category, tuple(shelf)) for category, shelf in shelves.items())
