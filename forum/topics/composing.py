"""Composers on pages: filled with a quote, shown with a preview, or shown again with what is wrong."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Response, g, request

from core import web
from core.accounts.service import names_shown
from core.errors import NotFound, Refusal
from forum import markup, order
from forum.drafts import service as drafts
from forum.here import reader
from forum.polls import service as polls
from forum.reading import boards_of
from forum.seen import BoardSeen, PostSeen
from forum.topics import rules, service
from forum.topics.forms import Composer, fresh_submission
from forum.topics.pages import TopicHead, read_page


def empty(head: TopicHead) -> Composer | None:
    """A fresh reply, or the one that was begun, with the post that `?quote=` names where the reader sees it; None for
    strangers, who write none."""
    if not web.person():
        return None
    form = Composer(formdata=None)
    form.submission.data = fresh_submission()
    draft = drafts.words(head.draft, web.actor())
    if draft:
        form.body.data, form.drafted.data = draft, "1"
    wanted = request.args.get("quote", "")
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 10:
        begun = f"{draft.rstrip()}\n\n" if draft else ""
        form.body.data = begun + _quoted(head, int(wanted))
    return form


def show_page(head: TopicHead, page: int, form: Composer | None, *, preview: str = "", status: int = 200) -> Response:
    """A topic's page with its composer."""
    seen = read_page(reader(), head, page, newest_first=order.is_newest_first())
    asks = head.poll_many is not None and page == 1
    return web.render(
        "forum/topics/topic.html",
        choices=polls.choices(head.topic.id, reader().account_id) if asks else [],
        status=status,
        seen=seen,
        head=head,
        topic=head.topic,
        board=head.board,
        form=form,
        preview=preview,
        acts=_acts(head, seen.posts),
    )


@dataclass(frozen=True, kw_only=True)
class Acts:
    """What this reader may do on the page. may_choose: say which post solved it; may_say_same: that they have its problem, too; own: their posts' numbers; boards: where a moderator may move the topic.

    It names nobody, so that what is drawn from it is kept for all readers who may do the same.
    """

    signed_in: bool
    may_reply: bool
    may_moderate: bool
    may_choose: bool
    may_say_same: bool
    own: tuple[int, ...]
    boards: tuple[BoardSeen, ...]


def _acts(head: TopicHead, posts: Iterable[PostSeen]) -> Acts:
    seen = reader()
    return Acts(
        signed_in=web.person() is not None,
        may_reply=may_reply(head),
        may_moderate=seen.may_moderate,
        may_say_same=rules.may_say_same(seen, head.topic),
        may_choose=rules.may_choose(seen, head.topic),
        own=tuple([post.number for post in posts if seen.account_id and post.author_id == seen.account_id]),
        boards=tuple(boards_of(seen)) if seen.may_moderate else (),
    )


def may_reply(head: TopicHead) -> bool:
    """Whether this reader's reply would be taken."""
    seen = reader()
    return seen.may_write and not head.topic.hidden_at and (seen.may_moderate or not head.topic.locked)


def previewed(body: str) -> str:
    """The text as it would be shown; sanitized. Raises Invalid."""
    return markup.render(rules.check_body(body)).html


def is_preview() -> bool:
    """Whether the button was the one that only looks."""
    return request.form.get("act") == "preview"


def undo(form: Composer, refused: Refusal) -> None:
    """Nothing of this request is stored, and the form says why."""
    g.undo = True
    form.body.errors = [*form.body.errors, refused.sentence]


def _quoted(head: TopicHead, number: int) -> str:
    """The quoted post in the composer; nothing where the reader does not see that post."""
    try:
        post = service.get_post(reader(), head.topic.id, number)
    except NotFound:
        return ""
    names = names_shown([post.author_id] if post.author_id else [])
    return markup.quote_block(names.get(post.author_id or 0, markup.FORMER), number, head.topic.id, post.body)
