"""Where members write: new topics, replies, previews, edits, and taking a post back."""

from urllib.parse import quote

from flask import Blueprint, Response, request

from core import web
from core.access import signed_in
from core.asking import BUTTON, nothing, takes
from core.errors import Invalid, NotFound
from core.limits import limited
from forum import order
from forum.drafts import service as drafts
from forum.here import reader
from forum.polls import service as polls
from forum.polls.rules import options_in
from forum.reading import get_board
from forum.seen import BoardSeen
from forum.topics import composing, rules, service
from forum.topics.forms import Composer, EditForm, TopicComposer, fresh_submission
from forum.topics.models import Post
from forum.topics.pages import TopicHead, get_head
from storefront.catalogue.service import shelf_names

pages = Blueprint("forum_writing", __name__)


@pages.get("/forum/<board_slug>/new")
@signed_in
def start(board_slug: str) -> Response:
    """An empty composer for a topic."""
    board, form = get_board(reader(), board_slug), TopicComposer(formdata=None)
    form.offer(shelf_names(), asked=request.args.get("about", ""))
    form.submission.data = fresh_submission()
    begun = drafts.find_for_board(web.me().id, board.id)
    if begun is not None:
        form.title.data, form.body.data = drafts.words(begun.title, web.actor()), drafts.words(begun.body, web.actor())
        form.drafted.data = "1"
    return _show_start(board, form)


@pages.post("/forum/<board_slug>/new")
@signed_in
@limited("post")
@takes(TopicComposer, act=BUTTON)
def start_submit(board_slug: str) -> Response:
    """Begin the topic, or look at it first."""
    board, form, shelf = get_board(reader(), board_slug), TopicComposer(), shelf_names()
    form.offer(shelf)
    if not form.validate():
        return _show_start(board, form, status=422)
    if composing.is_preview():
        return _show_start(board, form, preview=composing.previewed(form.body.data))
    try:
        about = next((product.id for product in shelf if product.slug == form.about.data), None)
        topic = service.start(reader(), board, form.title.data, form.body.data, form.once, product_id=about)
    except (Invalid, rules.NotConfirmed) as refused:
        composing.undo(form, refused)
        return _show_start(board, form, status=refused.status)
    polls.ask(topic.id, options_in(form.poll.data or ""), many=form.poll_many.data)
    if form.drafted.data:
        drafts.throw_away(web.me().id, board_id=board.id)
    return web.see_other(rules.topic_address(topic.id, topic.slug))


@pages.post("/forum/t/<int:topic_id>/<slug>/reply")
@signed_in
@limited("post")
@takes(Composer, act=BUTTON)
def reply_submit(topic_id: int, slug: str) -> Response:
    """Write the reply, or look at it first."""
    form = Composer()
    if not form.validate():
        return _show_reply(topic_id, form, status=422)
    if composing.is_preview():
        return _show_reply(topic_id, form, preview=composing.previewed(form.body.data))
    try:
        post = service.reply(reader(), topic_id, form.body.data, form.once)
    except (Invalid, rules.TopicLocked, rules.NotConfirmed) as refused:
        composing.undo(form, refused)
        return _show_reply(topic_id, form, status=refused.status)
    if form.drafted.data:
        drafts.throw_away(web.me().id, topic_id=topic_id)
    return _to_post(topic_id, slug, post.number)


@pages.post("/forum/preview")
@signed_in(own_transactions=True)
@limited("preview")
@takes(body=nothing("shown as it would look, and forgotten"))
def preview() -> Response:
    """The text of a composer as it would be shown, for the page's own script."""
    try:
        html = composing.previewed(request.form.get("body", ""))
    except Invalid as refused:
        return web.render("forum/topics/preview.html", preview="", refused=refused.sentence)
    return web.render("forum/topics/preview.html", preview=html, refused="")


@pages.get("/forum/t/<int:topic_id>/<slug>/<int:number>/edit")
@signed_in
def edit(topic_id: int, slug: str, number: int) -> Response:
    """One's own post in a form."""
    head, post = _own(topic_id, number)
    form = EditForm(formdata=None)
    form.body.data = post.body
    return _show_edit(head, post, form)


@pages.post("/forum/t/<int:topic_id>/<slug>/<int:number>/edit")
@signed_in
@limited("post")
@takes(EditForm, act=BUTTON)
def edit_submit(topic_id: int, slug: str, number: int) -> Response:
    """Keep the change, or look at it first."""
    (head, post), form = _own(topic_id, number), EditForm()
    if not form.validate():
        return _show_edit(head, post, form, status=422)
    if composing.is_preview():
        return _show_edit(head, post, form, preview=composing.previewed(form.body.data))
    service.edit(reader(), post, form.body.data, form.reason.data or "")
    return web.see_other(head.address_of(number, newest_first=order.is_newest_first()), "Your post was changed.")


@pages.post("/forum/t/<int:topic_id>/<slug>/<int:number>/hide")
@signed_in
@limited("post")
def hide_submit(topic_id: int, slug: str, number: int) -> Response:
    """Take one's own post back; with the only post goes the topic."""
    head, post = _own(topic_id, number)
    alone = service.hide_own(reader(), post)
    address = f"/forum/{head.board.slug}" if alone else head.address_of(number, newest_first=order.is_newest_first())
    return web.see_other(address, "Your post was taken back. Others do not see it any more.")


@pages.app_errorhandler(service.AlreadyWritten)
def sent_before(sent: service.AlreadyWritten) -> Response:
    """The same composer came twice: its post is there, so that is where it leads."""
    place = service.find_sent(sent.author_id, sent.submission)
    if place is None:
        raise NotFound
    return web.see_other(
        rules.post_address(place.topic_id, place.slug, place.number), "Your post is here already.", "info"
    )


def _own(topic_id: int, number: int) -> tuple[TopicHead, Post]:
    """One's own post that may be changed now, with its topic."""
    head = get_head(reader(), topic_id)
    post = service.get_post(reader(), topic_id, number)
    service.check_may_edit(reader(), post, head.topic)
    return head, post


def _to_post(topic_id: int, slug: str, number: int) -> Response:
    """A reply is the last post: its page follows from its number, without asking again."""
    page = 1 if order.is_newest_first() else rules.last_page(number)
    query = f"?page={page}" if page > 1 else ""
    return web.see_other(f"{rules.topic_address(topic_id, quote(slug, safe=''))}{query}#post-{number}")


def _show_reply(topic_id: int, form: Composer, *, preview: str = "", status: int = 200) -> Response:
    head = get_head(reader(), topic_id)
    last = 1 if order.is_newest_first() else rules.last_page(head.topic.last_number)
    return composing.show_page(head, last, form, preview=preview, status=status)


def _show_start(board: BoardSeen, form: TopicComposer, *, preview: str = "", status: int = 200) -> Response:
    return web.render("forum/topics/new.html", status=status, board=board, form=form, preview=preview)


def _show_edit(head: TopicHead, post: Post, form: EditForm, *, preview: str = "", status: int = 200) -> Response:
    given = {"head": head, "topic": head.topic, "board": head.board, "post": post}
    return web.render("forum/topics/edit.html", status=status, form=form, preview=preview, **given)
