"""Where members report a post."""

from flask import Blueprint, Response
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from core import web
from core.access import signed_in
from core.asking import kept, takes
from core.errors import Invalid
from core.forms import Form
from core.limits import limited
from forum.here import reader
from forum.moderation import service
from forum.topics import service as topics
from forum.topics.models import Post
from forum.topics.rules import post_address

pages = Blueprint("forum_reports", __name__)


class ReportForm(Form):
    """What is wrong with a post."""

    ties = {"reason": kept("report.reason")}
    reason = TextAreaField("What is wrong with this post?", validators=[InputRequired()], render_kw={"rows": "4"})


@pages.get("/forum/report/<int:topic_id>/<int:number>")
@signed_in
def report(topic_id: int, number: int) -> Response:
    """The form, with the post it is about."""
    return _show(topics.get_post(reader(), topic_id, number), ReportForm(formdata=None))


@pages.post("/forum/report/<int:topic_id>/<int:number>")
@signed_in
@limited("form")
@takes(ReportForm)
def report_submit(topic_id: int, number: int) -> Response:
    """Put it into the moderators' queue."""
    form, post = ReportForm(), topics.get_post(reader(), topic_id, number)
    try:
        is_new = service.report(reader(), post, form.reason.data or "")
    except Invalid as refused:
        form.reason.errors = [refused.sentence]
        return _show(post, form, status=422)
    said = "Thank you: a moderator will look at it." if is_new else "You reported this post before; it is in the queue."
    return web.see_other(post_address(topic_id, topics.get_topic(reader(), topic_id).slug, number), said)


def _show(post: Post, form: ReportForm, status: int = 200) -> Response:
    topic = topics.get_topic(reader(), post.topic_id)
    return web.render("forum/moderation/report.html", status=status, form=form, post=post, topic=topic)
