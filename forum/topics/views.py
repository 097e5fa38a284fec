"""Pages of a topic: reading it, its permalinks, and the first unread post."""

from flask import Blueprint, Response, redirect, request

from core import web
from core.access import public
from core.errors import NotFound
from forum import order
from forum.here import reader
from forum.reading import posts_between
from forum.topics import composing, moving
from forum.topics.pages import TopicHead, find_head, get_head

pages = Blueprint("forum_topics", __name__)
PRINTED = 200


@pages.get("/forum/t/<int:topic_id>")
@public
def short(topic_id: int) -> Response:
    """A topic's address without its words leads to the one with them, or to where its posts went."""
    gone = moving.find_moved(reader(), topic_id, 1)
    return _moved(gone, 302) if gone else _moved(get_head(reader(), topic_id).address, 308)


@pages.get("/forum/t/<int:topic_id>/<slug>")
@public(cached=True)
def show(topic_id: int, slug: str) -> Response:
    """A page of a topic."""
    head = _head(topic_id)
    if isinstance(head, str):
        return _moved(head, 302)
    if "post" in request.args:
        return _to_post(head, _number("post"))
    if slug != head.topic.slug:
        return _moved(f"{head.address}{_query()}", 308)
    return composing.show_page(head, _number("page", 1), composing.empty(head))


@pages.get("/forum/t/<int:topic_id>/<slug>/<int:number>")
@public(cached=True)
def permalink(topic_id: int, slug: str, number: int) -> Response:
    """The page on which a post stands, in this reader's order; for one that was moved, where it is now."""
    gone = moving.find_moved(reader(), topic_id, number)
    return _moved(gone, 302) if gone else _to_post(get_head(reader(), topic_id), number)


@pages.get("/forum/t/<int:topic_id>/<slug>/unread")
@public(cached=True)
def unread(topic_id: int, slug: str) -> Response:
    """The first post the reader has not seen, or the last one where all were seen."""
    head = _head(topic_id)
    if isinstance(head, str):
        return _moved(head, 302)
    return _to_post(head, min(head.read_number + 1, head.topic.last_number))


@pages.get("/forum/t/<int:topic_id>/<slug>/print")
@public(cached=True)
def printed(topic_id: int, slug: str) -> Response:
    """Many posts of a topic on one plain page, as paper wants them."""
    head = _head(topic_id)
    if isinstance(head, str):
        return _moved(head, 302)
    page, last = _number("page", 1), -(-head.topic.last_number // PRINTED)
    if not 1 <= page <= last:
        raise NotFound
    posts = posts_between(reader(), head.topic.id, (page - 1) * PRINTED + 1, page * PRINTED)
    return web.render(
        "forum/topics/print.html",
        head=head,
        topic=head.topic,
        board=head.board,
        posts=posts,
        page=page,
        last_page=last,
    )


def _head(topic_id: int) -> TopicHead | str:
    """The topic; or the address to which its posts went, if none are here any more. Raises NotFound."""
    found = find_head(reader(), topic_id)
    if found is not None and found.topic.posts:
        return found
    gone = moving.find_moved(reader(), topic_id, 1)
    if gone is None and found is None:
        raise NotFound
    return gone or get_head(reader(), topic_id)


def _to_post(head: TopicHead, number: int) -> Response:
    if not 1 <= number <= head.topic.last_number:
        raise NotFound
    return web.see_other(head.address_of(number, newest_first=order.is_newest_first()))


def _number(name: str, default: int = 0) -> int:
    """A number from the query. Raises NotFound for anything that is none, as for a page that is not there."""
    text = request.args.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound
    return int(text)


def _query() -> str:
    return f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""


def _moved(address: str, status: int) -> Response:
    return redirect(address, status)  # type: ignore[return-value]
