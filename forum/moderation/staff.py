"""The moderators' pages and buttons."""

from flask import Blueprint, Response, request

from core import menus, web
from core.access import Actor, Permission, staff
from core.asking import BUTTON, GOODS, noted, takes
from forum import reading
from forum.here import reader
from forum.moderation import service
from forum.topics import service as topics
from forum.topics.rules import post_address, topic_address

pages = Blueprint("forum_moderation", __name__)
menus.add("staff", "Reports", "/staff/reports", rank=40, permission=Permission.MODERATION)


@pages.get("/staff/reports")
@staff(Permission.MODERATION)
def queue() -> Response:
    """What members reported, the oldest first."""
    return web.render("forum/moderation/queue.html", reports=service.queue())


@pages.post("/staff/reports/<int:report_id>")
@staff(Permission.MODERATION)
@takes(outcome=noted("report.outcome"))
def settle_submit(report_id: int) -> Response:
    """Keep or hide the post."""
    outcome = request.form.get("outcome", "")
    service.settle(_actor(), report_id, outcome)
    return web.see_other("/staff/reports", f"The post was {outcome}.")


@pages.post("/staff/posts/<int:topic_id>/<int:number>")
@staff(Permission.MODERATION)
@takes(act=BUTTON)
def post_submit(topic_id: int, number: int) -> Response:
    """Hide a post or show it again."""
    post = topics.get_post(reader(), topic_id, number)
    act = service.restore if request.form.get("act") == "restore" else service.hide
    act(_actor(), post.id)
    said = "The post is shown again." if act is service.restore else "The post is hidden; its place stays."
    return web.see_other(post_address(topic_id, topics.get_topic(reader(), topic_id).slug, number), said)


@pages.post("/staff/topics/<int:topic_id>")
@staff(Permission.MODERATION)
@takes(act=BUTTON, board=GOODS)
def topic_submit(topic_id: int) -> Response:
    """Lock, unlock, pin, unpin or move a topic."""
    topic, act = topics.get_topic(reader(), topic_id), request.form.get("act", "")
    if act in {"lock", "unlock"}:
        service.set_locked(_actor(), topic_id, act == "lock")
    elif act in {"pin", "unpin"}:
        service.set_pinned(_actor(), topic_id, act == "pin")
    else:
        service.move(_actor(), topic_id, reading.get_board(reader(), request.form.get("board", "")))
    return web.see_other(topic_address(topic_id, topic.slug), "Done, and written down in the audit log.")


def _actor() -> Actor:
    return web.acting_staff(Permission.MODERATION)
