"""The lists as tabs of the forum, and the button after which nothing is unread."""

from flask import Blueprint, Response, request

from core import web
from core.access import public, signed_in
from core.errors import NotFound
from forum.boards.rules import read_cursor
from forum.here import reader
from forum.lists import service
from forum.reading import boards_of
from forum.tabs import List, tabs
from forum.topics import marks

pages = Blueprint("forum_lists", __name__)


@pages.get("/forum/topics/<which>")
@public(cached=True)
def everybodys(which: str) -> Response:
    """A list that everybody has."""
    named = next((one for one in List if one.value == which and not one.is_own), None)
    if named is None:
        raise NotFound
    return _show(named)


@pages.get("/forum/topics/unread")
@signed_in
def unread() -> Response:
    """What there is that the reader has not seen."""
    return _show(List.UNREAD)


@pages.get("/forum/topics/mine")
@signed_in
def mine() -> Response:
    """Topics in which the reader wrote."""
    return _show(List.MINE)


@pages.post("/forum/read")
@signed_in
def read_submit() -> Response:
    """Everything counts as read."""
    if not marks.is_noted(web.me().id):
        return web.see_other(List.UNREAD.address)
    marks.mark_all_read(web.me().id)
    return web.see_other(List.UNREAD.address, "Everything that was written until now counts as read.")


def _show(which: List) -> Response:
    before, after = read_cursor(request.args.get("before", "")), read_cursor(request.args.get("after", ""))
    shown = service.page(reader(), which, before=before, after=after)
    boards = {board.id: board for board in boards_of(reader())}
    return web.render(
        "forum/lists/list.html",
        which=which,
        shown=shown,
        topics=tuple((topic, boards.get(topic.board_id)) for topic in shown.topics),
        tabs=tabs(signed_in=web.person() is not None),
        is_first=not before and not after,
        is_noted=which is not List.UNREAD or bool(shown.topics) or marks.is_noted(web.me().id),
    )
