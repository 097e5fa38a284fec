"""Who follows a topic, and telling them: visibility is checked when told, when sent, and when the page is opened.

Nobody is followed up without their switch: mails go out for `forum_notifications` only, which is off until a member
turns it on. A member gets one mail for each topic they have not read since the last.
"""

from collections.abc import Sequence

from sqlalchemy import delete, insert, literal, or_, select, update

from core import clock, web
from core.db import session
from core.events import on
from core.jobs.service import job, start
from forum import reading, watermarks
from forum.notifications.models import Watch
from forum.topics.models import Post, Topic
from forum.topics.rules import PostWritten, TopicMerged, post_address
from privacy.consent import service as consent
from privacy.contact import service as contact
from privacy.contact.service import Letter

PURPOSE = "forum_notifications"
JOB = "forum.tell"


def follow(account_id: int, topic_id: int) -> None:
    """Follow a topic; a second time changes nothing."""
    if not is_following(account_id, topic_id):
        row = {"account_id": account_id, "topic_id": topic_id, "mailed_number": 0, "since": clock.now()}
        session.execute(insert(Watch), [row])


def unfollow(account_id: int, topic_id: int) -> None:
    """Follow it no more."""
    session.execute(delete(Watch).where(Watch.account_id == account_id, Watch.topic_id == topic_id))


def is_following(account_id: int, topic_id: int) -> bool:
    """True if this member follows the topic."""
    mine = (Watch.account_id == account_id, Watch.topic_id == topic_id)
    return session.scalar(select(Watch.topic_id).where(*mine)) is not None


def listen() -> None:
    """Tell after each post, and ask once more before each mail."""
    on(PostWritten, _written)
    on(TopicMerged, _merged)
    contact.ask_before_sending(PURPOSE, may_still_see)


def may_still_see(account_id: int, once: str) -> bool:
    """True if this account still sees the topic its mail is about; the mail's cause names it."""
    topic_id, number = (int(part) for part in once.split(":")[1:3])
    reader = reading.reader_of_account(account_id)
    seen = reading.posts_visible(reader).where(Post.topic_id == topic_id, Post.number == number)
    return reader.account_id is not None and session.scalar(seen) is not None


@job(JOB)
def tell(topic_id: int, post_id: int) -> None:
    """Mail those who follow the topic and have read it since they were last told. The author follows from now on."""
    post = session.get(Post, post_id)
    if post is None or post.author_id is None:
        return
    if consent.is_given(post.author_id, PURPOSE):
        follow(post.author_id, topic_id)
    for account_id in _to_be_told(post):
        _tell_one(account_id, post)


def _written(event: PostWritten) -> None:
    start(JOB, topic_id=event.topic_id, post_id=event.post_id)


def _merged(event: TopicMerged) -> None:
    """Whoever followed the one follows the other; whether they see it is asked before every mail."""
    already = select(Watch.account_id).where(Watch.topic_id == event.into_id)
    rows = select(Watch.account_id, literal(event.into_id), literal(0), literal(clock.now()))
    more = rows.where(Watch.topic_id == event.topic_id, Watch.account_id.not_in(already))
    session.execute(insert(Watch).from_select(["account_id", "topic_id", "mailed_number", "since"], more))
    session.execute(delete(Watch).where(Watch.topic_id == event.topic_id))


def _to_be_told(post: Post) -> Sequence[int]:
    """Who followed before the post was written, and has been told of nothing yet or read up to what they were told of.

    Of whom nothing is noted, it is not known: they are told of every post.
    """
    me = Watch.account_id
    caught_up = or_(Watch.mailed_number == 0, ~watermarks.is_noted(), watermarks.number_read(me) >= Watch.mailed_number)
    followed = (Watch.topic_id == post.topic_id, Watch.since <= post.created_at, Watch.account_id != post.author_id)
    marked = watermarks.joined(select(Watch.account_id).join(Topic, Topic.id == Watch.topic_id), me)
    return session.scalars(marked.where(*followed, caught_up), {"since": watermarks.since()}).all()


def _tell_one(account_id: int, post: Post) -> None:
    once = f"topic:{post.topic_id}:{post.number}:{account_id}"
    if not may_still_see(account_id, once):
        return
    topic = session.get_one(Topic, post.topic_id)
    base = web.settings().base_url.rstrip("/")
    context = {
        "title": topic.title,
        "excerpt": post.excerpt,
        "number": post.number,
        "address": base + post_address(topic.id, topic.slug, post.number),
    }
    if contact.send(account_id, PURPOSE, Letter(name="reply", context=context, once=once)):
        told = update(Watch).where(Watch.account_id == account_id, Watch.topic_id == post.topic_id)
        session.execute(told.values(mailed_number=post.number))
