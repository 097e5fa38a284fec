"""Choosing in a topic's poll, and closing it."""

from flask import Blueprint, Response, request

from core import web
from core.access import signed_in
from core.asking import BUTTON, kept, takes
from core.errors import NotAllowed, NotFound
from core.limits import limited
from forum.here import reader
from forum.polls import service
from forum.topics import rules
from forum.topics.pages import TopicHead, get_head

pages = Blueprint("forum_polls", __name__)


@pages.post("/forum/t/<int:topic_id>/<slug>/poll")
@signed_in
@limited("form")
@takes(choice=kept("poll_vote.voted_at"))
def choose_submit(topic_id: int, slug: str) -> Response:
    """These choices and no others."""
    head = _head(topic_id)
    if not reader().may_write:
        raise rules.NotConfirmed
    if head.topic.locked and not reader().may_moderate:
        raise rules.TopicLocked
    asked = [int(one) for one in request.form.getlist("choice") if one.isascii() and one.isdigit() and len(one) < 16]
    service.choose(web.me().id, head.topic.id, asked)
    said = "Counted. You may choose otherwise as long as the poll is open." if asked else "Your choice was taken back."
    return web.see_other(f"{head.address}#poll", said)


@pages.post("/forum/t/<int:topic_id>/<slug>/poll/close")
@signed_in
@limited("form")
@takes(act=BUTTON)
def close_submit(topic_id: int, slug: str) -> Response:
    """Who began the topic, or a moderator, ends the poll."""
    head = _head(topic_id)
    if not rules.may_choose(reader(), head.topic):
        raise NotAllowed("Who began a topic closes its poll, and moderators do. Nothing was changed.")
    service.close(head.topic.id)
    return web.see_other(f"{head.address}#poll", "The poll is closed. What was chosen stays.")


def _head(topic_id: int) -> TopicHead:
    head = get_head(reader(), topic_id)
    if head.poll_many is None:
        raise NotFound
    return head
