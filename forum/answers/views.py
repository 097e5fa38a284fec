"""The buttons by which a reply becomes the answer, and by which the topic is open again."""

from flask import Blueprint, Response, request

from core import web
from core.access import signed_in
from core.asking import kept, nothing, takes
from core.limits import limited
from forum import order
from forum.answers import service
from forum.here import reader
from forum.topics.pages import get_head

pages = Blueprint("forum_answers", __name__)


@pages.post("/forum/t/<int:topic_id>/<slug>/same")
@signed_in
@limited("form")
@takes(act=kept("same_problem.since"))
def same_submit(topic_id: int, slug: str) -> Response:
    """The reader has the problem, too, or has it no more."""
    head = get_head(reader(), topic_id)
    if request.form.get("act") == "stop":
        service.have_no_more(reader(), head.topic)
        return web.see_other(head.address, "You are not counted any more.")
    service.have_too(reader(), head.topic)
    return web.see_other(head.address, "You are counted. Others see how many have the problem, and not who.")


@pages.post("/forum/t/<int:topic_id>/<slug>/<int:number>/answer")
@signed_in
@limited("form")
@takes(act=nothing("that a post solved its topic, or that it did not; kept with the topic, and not by whom"))
def answer_submit(topic_id: int, slug: str, number: int) -> Response:
    """This post solved the topic, or did not."""
    head = get_head(reader(), topic_id)
    address = head.address_of(number, newest_first=order.is_newest_first())
    if request.form.get("act") == "undo":
        service.choose_none(reader(), head.topic)
        return web.see_other(address, "The topic is open again.")
    service.choose(reader(), head.topic, number)
    return web.see_other(address, "The topic is solved, and says by which post.")
