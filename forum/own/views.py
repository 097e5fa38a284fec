"""/account/forum: what members decide about the forum for themselves."""

from flask import Blueprint, Response, request

from core import menus, web
from core.access import signed_in
from core.asking import kept, takes
from core.limits import limited
from forum import watermarks
from forum.feeds import service as feeds
from forum.here import reader
from forum.reading import boards_of
from forum.topics import marks

pages = Blueprint("forum_own", __name__)
HERE = "/account/forum"
menus.add("account", "Forum", HERE, rank=60)


@pages.get(HERE)
@signed_in
def overview() -> Response:
    """All of it on one page."""
    is_noted, days = marks.is_noted(web.me().id), watermarks.HORIZON.days
    token = feeds.find_token(web.me().id)
    boards = tuple(board for board in boards_of(reader()) if board.holders_only or board.own_topics_only)
    return web.render("forum/own/overview.html", is_noted=is_noted, days=days, token=token, boards=boards)


@pages.post(f"{HERE}/feed")
@signed_in
@limited("form")
@takes(act=kept("feed_token.made_at"))
def feed_submit() -> Response:
    """A feed address of one's own, another one, or none."""
    if request.form.get("act") == "drop":
        feeds.take_back(web.me().id)
        return web.see_other(f"{HERE}#feed", "Taken back. Programs that had the address get nothing any more.")
    feeds.make(web.me().id)
    return web.see_other(f"{HERE}#feed", "Here is your feed address. One that you had before works no more.")


@pages.post(f"{HERE}/reading")
@signed_in
@limited("form")
@takes(on=kept("reading_mark.is_off"))
def reading_submit() -> Response:
    """Note how far they read, or nothing."""
    if request.form.get("on") == "1":
        marks.note_again(web.me().id)
        return web.see_other(HERE, "On. What was written until now counts as read; what comes from now on is new.")
    marks.note_no_more(web.me().id)
    return web.see_other(
        HERE, "Off. What the forum had noted about your reading was deleted, and nothing is noted now."
    )
