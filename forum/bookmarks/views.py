"""A post in one's own list: the form that keeps it, and the list."""

from flask import Blueprint, Response, request
from wtforms import StringField
from wtforms.validators import Length, Optional

from core import web
from core.access import signed_in
from core.asking import BUTTON, kept, takes
from core.errors import NotFound
from core.forms import Form
from core.limits import limited
from forum import order
from forum.bookmarks import service
from forum.drafts.service import words
from forum.here import reader
from forum.topics import service as topics
from forum.topics.models import Post
from forum.topics.pages import TopicHead, get_head

pages = Blueprint("forum_bookmarks", __name__)
HERE = "/account/forum/bookmarks"


class BookmarkForm(Form):
    """What to remember about a post."""

    ties = {"note": kept("bookmark.note")}
    note = StringField(
        "What you want to remember about it",
        description="Only you see it.",
        validators=[Optional(), Length(max=service.LONGEST_NOTE, message="At most 200 characters, please.")],
        render_kw={"maxlength": str(service.LONGEST_NOTE), "autocomplete": "off"},
    )


@pages.get("/forum/t/<int:topic_id>/<slug>/<int:number>/bookmark")
@signed_in
def bookmark(topic_id: int, slug: str, number: int) -> Response:
    """The form, with the post it is about."""
    head, post = get_head(reader(), topic_id), topics.get_post(reader(), topic_id, number)
    found, form = service.find(web.me().id, post.id), BookmarkForm(formdata=None)
    form.note.data = words(found.note if found else None, web.actor())
    return _show(head, post, form, is_kept=found is not None)


@pages.post("/forum/t/<int:topic_id>/<slug>/<int:number>/bookmark")
@signed_in
@limited("form")
@takes(BookmarkForm, act=BUTTON)
def bookmark_submit(topic_id: int, slug: str, number: int) -> Response:
    """Keep the post in the list, or take it out."""
    head, post = get_head(reader(), topic_id), topics.get_post(reader(), topic_id, number)
    address, form = head.address_of(number, newest_first=order.is_newest_first()), BookmarkForm()
    if request.form.get("act") == "drop":
        service.take_back(web.me().id, post.id)
        return web.see_other(address, "The bookmark was taken back.")
    if not form.validate():
        return _show(head, post, form, is_kept=False, status=422)
    service.keep(web.me().id, post.id, form.note.data or "")
    return web.see_other(address, "Bookmarked. You find it under Account, Forum.")


@pages.get(HERE)
@signed_in
def overview() -> Response:
    """The list, the latest first."""
    before = request.args.get("before", "0")
    if not (before.isascii() and before.isdigit() and len(before) < 16):
        raise NotFound
    found = service.of(reader(), int(before))
    older = found[service.PAGE - 1][0].id if found[service.PAGE :] else 0
    shown = [(words(row[0].note, web.actor()), *row[1:]) for row in found[: service.PAGE]]
    return web.render("forum/bookmarks/overview.html", found=shown, older=older)


def _show(head: TopicHead, post: Post, form: BookmarkForm, *, is_kept: bool, status: int = 200) -> Response:
    return web.render(
        "forum/bookmarks/bookmark.html",
        status=status,
        head=head,
        topic=head.topic,
        post=post,
        form=form,
        is_kept=is_kept,
    )
