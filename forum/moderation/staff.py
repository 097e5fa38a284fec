"""The moderators' pages and buttons."""

import re

from flask import Blueprint, Response, request

from core import menus, web
from core.access import Actor, Permission, staff
from core.asking import BUTTON, GOODS, kept, noted, takes
from core.errors import Invalid
from forum import reading
from forum.here import reader
from forum.moderation import service
from forum.topics import service as topics
from forum.topics.models import Topic
from forum.topics.rules import numbers_in, post_address, topic_address

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
@takes(act=BUTTON, board=GOODS, posts=GOODS, into=GOODS, title=kept("topic.title"))
def topic_submit(topic_id: int) -> Response:
    """Lock, unlock, pin, unpin, move, split or merge a topic."""
    topic, act = topics.get_topic(reader(), topic_id), request.form.get("act", "")
    if act in {"lock", "unlock"}:
        service.set_locked(_actor(), topic_id, act == "lock")
    elif act in {"pin", "unpin"}:
        service.set_pinned(_actor(), topic_id, act == "pin")
    elif act == "split":
        topic = _split(topic_id)
    elif act == "merge":
        topic = service.merge(_actor(), topic_id, _named_topic().id)
    else:
        service.move(_actor(), topic_id, reading.get_board(reader(), request.form.get("board", "")))
    return web.see_other(topic_address(topic.id, topic.slug), "Done, and written down in the audit log.")


def _split(topic_id: int) -> Topic:
    """The topic that the named posts began."""
    board = reading.get_board(reader(), request.form.get("board", ""))
    return service.split(
        _actor(), topic_id, numbers_in(request.form.get("posts", "")), request.form.get("title", ""), board
    )


def _named_topic() -> Topic:
    """The topic whose number or address was typed. Raises Invalid, NotFound."""
    found = re.search(r"(?:/t/|^\s*)([0-9]{1,12})\b", request.form.get("into", ""), re.ASCII)
    if found is None:
        raise Invalid("Name the other topic by its number or its address. Nothing was changed.")
    return topics.get_topic(reader(), int(found[1]))


def _actor() -> Actor:
    return web.acting_staff(Permission.MODERATION)
