"""What the forum says and does when a member is erased."""

from sqlalchemy import ColumnElement, delete, func, select, update

from core.accounts.service import names_shown
from core.db import session
from forum import markup
from forum.answers import service as answers
from forum.answers.models import SameProblem
from forum.leaving import rules, texts
from forum.leaving.rules import Traces
from forum.moderation.models import Report
from forum.polls import service as polls
from forum.polls.models import Poll, PollOption, PollVote
from forum.topics import hiding
from forum.topics.models import Post, PostRevision, Topic
from forum.topics.rules import slug_of
from privacy.erasure.parts import Part, on_erase
from privacy.erasure.rules import Fate, Leaving, Line, Posts, Share

TABLES = ("topic", "post", "post_revision", "report", "same_problem", "poll_option", "poll_vote")
KEPT = "They stay for those who read them, written by “a former member”; nothing leads from them to you."
GONE = (
    "Their words are deleted. Their numbers stay, so that links to the answers of others keep working. Where others "
    "quoted them, the quoted words go, too; mails that told others of them were sent and cannot be called back."
)
NAMED = (
    "Your name and your e-mail address are taken out where they are quoted or addressed: it says “former member” there."
)


def listen() -> None:
    """Take part in every erasure."""
    on_erase(Part(name="forum", tables=TABLES, preview=preview, erase=erase, rank=60))


def preview(account_id: int) -> Share:
    """Posts for either choice, and where the name stands in the posts of others."""
    mine, shown = Post.author_id == account_id, Post.hidden_at.is_(None)
    posts, begun = _count(mine & shown), _count(Topic.author_id == account_id)
    asked = _count(PollOption.topic_id.in_(select(Topic.id).where(Topic.author_id == account_id)))
    versions = _count(PostRevision.post_id.in_(select(Post.id).where(mine)))
    named = len(texts.mentioning(_traces(account_id, names_shown([account_id])[account_id])))
    told, open_ = Report.reporter_id == account_id, Report.settled_at.is_(None)
    return Share(
        lines=(
            Line(title="Your posts", count=posts, fate=Fate.NAMELESS, sentence=KEPT, choice=Posts.KEEP),
            Line(title="Topics you began", count=begun, fate=Fate.NAMELESS, sentence=_BEGUN_KEPT, choice=Posts.KEEP),
            Line(title="Your posts", count=posts, fate=Fate.GOES, sentence=GONE, choice=Posts.REMOVE),
            Line(title="Topics you began", count=begun, fate=Fate.GOES, sentence=_BEGUN_GONE, choice=Posts.REMOVE),
            Line(title="Choices of your polls", count=asked, fate=Fate.NAMELESS, sentence=_ASKED, choice=Posts.KEEP),
            Line(title="Choices of your polls", count=asked, fate=Fate.GOES, sentence=_UNASKED, choice=Posts.REMOVE),
            _goes("Posts that were taken back", _count(mine & ~shown), "Their words are deleted."),
            _goes("Earlier versions of your posts", versions, "Deleted, whatever you choose for the posts."),
            Line(
                title="Posts in which your name stands", count=named, fate=Fate.NAMELESS, sentence=NAMED, weighs=False
            ),
            _goes("What you chose in polls", _count(PollVote.account_id == account_id), "Deleted; the numbers follow."),
            _goes(
                "Problems that you have, too", _count(SameProblem.account_id == account_id), "You are counted no more."
            ),
            _goes("Reports you made, settled", _count(told & ~open_), "Deleted."),
            Line(title="Reports you made, still open", count=_count(told & open_), fate=Fate.NAMELESS, sentence=_OPEN),
        )
    )


def erase(leaving: Leaving) -> None:
    """Topics are locked first and in their order, so that nobody who writes meanwhile waits in a circle."""
    account_id = leaving.account_id
    _lock_topics(account_id)
    traces = _traces(account_id, leaving.name, leaving.email, removed=leaving.posts is Posts.REMOVE)
    _forget_earlier(account_id)
    if traces.removed:
        _remove_posts(account_id)
    _empty_hidden(account_id)
    _take_name_off(account_id)
    answers.forget(account_id)
    polls.forget(account_id)
    texts.rewrite(traces)


_ASKED = "They stay with the topic, for those who choose among them."
_UNASKED = "They go, with what others chose among them."
_BEGUN_KEPT = "They stay with their titles, begun by “a former member”."
_BEGUN_GONE = "Their titles go. A topic in which others wrote stays for their posts; any other goes with yours."
_OPEN = "They stay without your name until a moderator has answered them."


def _traces(account_id: int, name: str, email: str = "", *, removed: bool = False) -> Traces:
    written = session.execute(select(Post.topic_id, Post.number).where(Post.author_id == account_id))
    return Traces(name=name, email=email, posts=frozenset((row[0], row[1]) for row in written), removed=removed)


def _lock_topics(account_id: int) -> None:
    wrote = select(Post.topic_id).where(Post.author_id == account_id)
    theirs = Topic.id.in_(wrote) | (Topic.author_id == account_id)
    session.execute(select(Topic.id).where(theirs).order_by(Topic.id).with_for_update()).all()


def _forget_earlier(account_id: int) -> None:
    own = select(Post.id).where(Post.author_id == account_id)
    session.execute(delete(PostRevision).where(PostRevision.post_id.in_(own)))


def _remove_posts(account_id: int) -> None:
    shown = select(Post.id).where(Post.author_id == account_id, Post.hidden_at.is_(None)).order_by(Post.id)
    for post_id in list(session.scalars(shown)):
        hiding.hide_post(post_id)
    begun = select(Topic.id).where(Topic.author_id == account_id)
    session.execute(delete(PollOption).where(PollOption.topic_id.in_(begun)))
    session.execute(delete(Poll).where(Poll.topic_id.in_(begun)))
    bare = {"title": rules.REMOVED_TITLE, "slug": slug_of(rules.REMOVED_TITLE)}
    session.execute(update(Topic).where(Topic.author_id == account_id).values(bare))


def _empty_hidden(account_id: int) -> None:
    """What nobody may read any more need not be kept: taken back before, or removed just now."""
    made = markup.render(rules.REMOVED)
    bare = {"body": rules.REMOVED, "html": made.html, "excerpt": made.excerpt, "edit_reason": ""}
    mine = (Post.author_id == account_id, Post.hidden_at.is_not(None))
    session.execute(update(Post).where(*mine).values(bare))


def _take_name_off(account_id: int) -> None:
    nobody = {"author_id": None, "submission": ""}
    session.execute(update(Post).where(Post.author_id == account_id).values(nobody))
    session.execute(update(Topic).where(Topic.author_id == account_id).values(author_id=None))
    session.execute(update(Topic).where(Topic.last_author_id == account_id).values(last_author_id=None))
    told = Report.reporter_id == account_id
    session.execute(delete(Report).where(told, Report.settled_at.is_not(None)))
    session.execute(update(Report).where(told).values(reporter_id=None))
    session.execute(update(Report).where(Report.settled_by == account_id).values(settled_by=None))


def _goes(title: str, count: int, sentence: str) -> Line:
    return Line(title=title, count=count, fate=Fate.GOES, sentence=sentence)


def _count(about: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(about)) or 0
