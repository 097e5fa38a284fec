"""Drafts: kept by the composer's button, or by the page's script as one types; found again on one's own page."""

from flask import Blueprint, Response, request

from core import web
from core.access import signed_in
from core.asking import BUTTON, GOODS, kept, nothing, takes
from core.errors import NotFound
from core.limits import limited
from forum.drafts import service
from forum.here import reader
from forum.reading import boards_of, get_board
from forum.topics.pages import find_head, get_head

pages = Blueprint("forum_drafts", __name__)
HERE = "/account/forum/drafts"
_TYPED = {
    "title": kept("draft.title"),
    "body": kept("draft.body"),
    "about": GOODS,
    "poll": nothing("a draft has no poll yet"),
    "poll_many": nothing("a draft has no poll yet"),
    "reason": nothing("drafts are of posts not sent yet"),
    "submission": nothing("a word that writes the post once"),
    "drafted": nothing("whether there is a draft to throw away"),
    "act": BUTTON,
}


@pages.post("/forum/<board_slug>/new/draft")
@signed_in
@limited("draft")
@takes(**_TYPED)
def topic_submit(board_slug: str) -> Response:
    """Keep a new topic as far as it is typed."""
    board = get_board(reader(), board_slug)
    service.save(web.me().id, board_id=board.id, title=request.form.get("title", ""), body=request.form.get("body", ""))
    return _kept()


@pages.post("/forum/t/<int:topic_id>/<slug>/draft")
@signed_in
@limited("draft")
@takes(**_TYPED)
def reply_submit(topic_id: int, slug: str) -> Response:
    """Keep a reply as far as it is typed."""
    head = get_head(reader(), topic_id)
    service.save(web.me().id, topic_id=head.topic.id, title="", body=request.form.get("body", ""))
    return _kept()


@pages.post(f"{HERE}/<int:draft_id>/drop")
@signed_in
@limited("form")
def drop_submit(draft_id: int) -> Response:
    """Throw one away, wherever it was meant for, also where one may not write any more."""
    draft = next((one for one in service.of(web.me().id) if one.id == draft_id), None)
    if draft is None:
        raise NotFound
    service.throw_away(web.me().id, topic_id=draft.topic_id, board_id=draft.board_id)
    return web.see_other(HERE, "The draft was thrown away.")


@pages.get(HERE)
@signed_in
def overview() -> Response:
    """All of one's drafts, with the way to where each was meant for, if that is still open to its writer."""
    boards = {board.id: board for board in boards_of(reader())}
    shown = []
    for draft in service.of(web.me().id):
        head = find_head(reader(), draft.topic_id) if draft.topic_id else None
        board = boards.get(draft.board_id or 0)
        place = head.topic.title if head else board.name if board else ""
        way = f"{head.address}#composer" if head else f"/forum/{board.slug}/new" if board else ""
        said = (service.words(draft.title, web.actor()), service.words(draft.body, web.actor()))
        shown.append((draft, *said, place, way))
    return web.render("forum/drafts/overview.html", drafts=shown, days=service.KEPT.days)


def _kept() -> Response:
    """The list of drafts; the page's script, which stays where it is, gets no page."""
    if request.form.get("act") == "quietly":
        return Response(status=204)
    return web.see_other(HERE, "Your draft is kept here, and in the form where you wrote it.")
