"""Reports and what staff do about them; every act of staff is in the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from core import clock
from core.access import Actor
from core.accounts.models import Account
from core.audit import service as audit
from core.db import session
from core.errors import Conflict, Invalid, NotFound
from core.text import clean_lines
from forum.boards.models import Board
from forum.moderation.models import Report
from forum.seen import BoardSeen, Reader
from forum.topics import hiding, moving
from forum.topics.models import Post, Topic

MOST = 50
LONGEST_REASON = 1000
OUTCOMES = ("kept", "hidden")


class AlreadySettled(Conflict):
    """Another moderator was faster."""

    code = "report_settled"
    title = "Somebody settled this report already"
    sentence = "Another moderator settled this report a moment ago. Nothing was changed."


@dataclass(frozen=True, kw_only=True)
class OpenReport:
    """A line of the queue."""

    id: int
    reason: str
    created_at: datetime
    reporter: str
    author: str
    title: str
    board: str
    address: str
    excerpt: str


def report(reader: Reader, post: Post, reason: str) -> bool:
    """Tell staff about a post; False if this member has told them before. Raises Invalid without a reason."""
    said = clean_lines(reason).strip()
    if not 3 <= len(said) <= LONGEST_REASON:
        raise Invalid(f"Please say in 3 to {LONGEST_REASON:,} characters what is wrong with the post.")
    mine = (Report.post_id == post.id, Report.reporter_id == reader.account_id)
    if session.scalar(select(Report.id).where(*mine)) is not None:
        return False
    session.add(Report(post_id=post.id, reporter_id=reader.account_id, reason=said, created_at=clock.now()))
    return True


def queue() -> Sequence[OpenReport]:
    """Open reports, the oldest first, at most MOST."""
    reporter, author = _named("reporter"), _named("author")
    wanted = (
        select(Report, Post, Topic, Board.name, reporter.c.name_shown, author.c.name_shown)
        .join(Post, Post.id == Report.post_id)
        .join(Topic, Topic.id == Post.topic_id)
        .join(Board, Board.id == Topic.board_id)
        .outerjoin(reporter, reporter.c.id == Report.reporter_id)
        .outerjoin(author, author.c.id == Post.author_id)
        .where(Report.settled_at.is_(None))
        .order_by(Report.id)
        .limit(MOST)
    )
    return [_line(row) for row in session.execute(wanted)]


def settle(actor: Actor, report_id: int, outcome: str) -> None:
    """Keep or hide the post of a report; all open reports of that post end with it. Raises AlreadySettled, NotFound."""
    if outcome not in OUTCOMES:
        raise Invalid("A report ends with the post kept or hidden.")
    found = session.get(Report, report_id)
    if found is None:
        raise NotFound
    values = {"settled_at": clock.now(), "settled_by": actor.account_id, "outcome": outcome}
    still_open = (Report.post_id == found.post_id, Report.settled_at.is_(None))
    ended = session.execute(update(Report).where(*still_open).values(values).returning(Report.id)).all()
    if not ended:
        raise AlreadySettled
    if outcome == "hidden":
        hiding.hide_post(found.post_id)
    audit.record(actor, f"report_{outcome}", "post", found.post_id, reports=str(len(ended)))


def hide(actor: Actor, post_id: int) -> None:
    """Hide a post."""
    hiding.hide_post(post_id)
    audit.record(actor, "hide", "post", post_id)


def restore(actor: Actor, post_id: int) -> None:
    """Show a hidden post again."""
    hiding.show_post(post_id)
    audit.record(actor, "restore", "post", post_id)


def set_locked(actor: Actor, topic_id: int, locked: bool) -> None:
    """Lock or unlock a topic."""
    session.execute(update(Topic).where(Topic.id == topic_id).values(locked=locked))
    audit.record(actor, "lock" if locked else "unlock", "topic", topic_id)


def set_pinned(actor: Actor, topic_id: int, pinned: bool) -> None:
    """Pin a topic to the top of its board, or let it go."""
    session.execute(update(Topic).where(Topic.id == topic_id).values(pinned=pinned))
    audit.record(actor, "pin" if pinned else "unpin", "topic", topic_id)


def move(actor: Actor, topic_id: int, board: BoardSeen) -> None:
    """Put a topic on another board."""
    hiding.move_topic(topic_id, board.id)
    audit.record(actor, "move", "topic", topic_id, board=board.slug)


def split(actor: Actor, topic_id: int, numbers: list[int], title: str, board: BoardSeen) -> Topic:
    """Let posts begin a topic of their own; their old addresses lead there. Raises Invalid."""
    begun = moving.split(topic_id, numbers, title, board)
    audit.record(actor, "split", "topic", topic_id, into=str(begun.id), posts=str(len(numbers)))
    return begun


def merge(actor: Actor, topic_id: int, into_id: int) -> Topic:
    """Put all posts of a topic at the end of another; their old addresses lead there. Raises Invalid, NotFound."""
    target = moving.merge(topic_id, into_id)
    audit.record(actor, "merge", "topic", topic_id, into=str(into_id))
    return target


def _named(name: str) -> Any:
    return select(Account.id, Account.name_shown).subquery(name)


def _line(row: Any) -> OpenReport:
    report, post, topic, board, reporter, author = row
    return OpenReport(
        id=report.id,
        reason=report.reason,
        created_at=report.created_at,
        reporter=reporter or "somebody who left",
        author=author or "somebody who left",
        title=topic.title,
        board=board,
        address=f"/forum/t/{topic.id}/{topic.slug}/{post.number}",
        excerpt=post.excerpt,
    )
