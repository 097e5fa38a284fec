"""Keeping a post in one's own list. What one may not see any more is not shown there."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select

from core import clock
from core.accounts.models import Account
from core.db import session
from core.errors import Conflict
from core.sealed import seal
from core.text import clean_line
from forum import reading
from forum.bookmarks.models import Bookmark
from forum.seen import Reader
from forum.topics.models import Post, Topic

PAGE, LONGEST_NOTE, MOST = 50, 200, 2000


class TooManyBookmarks(Conflict):
    """A list that long is not a list of what one wants to find again."""

    code = "bookmarks_full"
    title = "Your list is full"
    sentence = f"You have {MOST:,} bookmarks, which is all that we keep. Take some back first; nothing was changed."


def keep(account_id: int, post_id: int, note: str) -> None:
    """Put a post that the member sees into their list, or change what they say about it. Raises TooManyBookmarks."""
    said, found = clean_line(note)[:LONGEST_NOTE], find(account_id, post_id)
    sealed = seal(said, "bookmark.note", subject=account_id) if said else None
    if found is not None:
        found.note = sealed
        return
    own = select(Bookmark.id).where(Bookmark.account_id == account_id).order_by(Bookmark.id).offset(MOST - 1).limit(1)
    if session.scalar(own) is not None:
        raise TooManyBookmarks
    session.add(Bookmark(account_id=account_id, post_id=post_id, note=sealed, made_at=clock.now()))


def take_back(account_id: int, post_id: int) -> None:
    """Take a post out of the list; a second time changes nothing."""
    session.execute(delete(Bookmark).where(Bookmark.account_id == account_id, Bookmark.post_id == post_id))


def find(account_id: int, post_id: int) -> Bookmark | None:
    """The member's bookmark of this post, or None."""
    return session.scalar(select(Bookmark).where(Bookmark.account_id == account_id, Bookmark.post_id == post_id))


def of(reader: Reader, before: int) -> Sequence[Any]:
    """Bookmarks made before that one (0 for the latest), at most PAGE and one more: bookmark, post, title, slug, author."""
    wanted = (
        select(Bookmark, Post, Topic.title, Topic.slug, Account.name_shown)
        .join(Post, Post.id == Bookmark.post_id)
        .join(Topic, Topic.id == Post.topic_id)
        .outerjoin(Account, Account.id == Post.author_id)
        .where(Bookmark.account_id == reader.account_id, reading.sees_topic(reader), reading.sees_post(reader))
        .order_by(Bookmark.id.desc())
        .limit(PAGE + 1)
    )
    return session.execute(wanted.where(Bookmark.id < before) if before else wanted).all()
