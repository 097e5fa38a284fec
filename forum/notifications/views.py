"""The follow button."""

from flask import Blueprint, Response, request

from core import web
from core.access import signed_in
from core.asking import kept, takes
from core.limits import limited
from forum.here import reader
from forum.notifications import service
from forum.topics import service as topics
from forum.topics.rules import topic_address
from privacy.consent import service as consent

pages = Blueprint("forum_follow", __name__)


@pages.post("/forum/follow/<int:topic_id>")
@signed_in
@limited("form")
@takes(act=kept("watch.since"))
def follow_submit(topic_id: int) -> Response:
    """Follow a topic, or stop."""
    topic = topics.get_topic(reader(), topic_id)
    account_id, address = web.me().id, topic_address(topic_id, topic.slug)
    if request.form.get("act") == "stop":
        service.unfollow(account_id, topic_id)
        return web.see_other(address, "You do not follow this topic any more.")
    service.follow(account_id, topic_id)
    if consent.is_given(account_id, service.PURPOSE):
        return web.see_other(address, "You follow this topic: a mail tells you of the next reply.")
    said = "You follow this topic. Mails about replies are switched off: turn them on in your privacy settings."
    return web.see_other(address, said, "info")
