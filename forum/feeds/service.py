"""What feeds hold, and the addresses by which a program reads what one member may read."""

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select

from core import clock, keys
from core.accounts.models import Account
from core.db import session
from core.errors import NotFound
from forum import reading
from forum.boards.models import Board
from forum.feeds.models import FeedToken
from forum.seen import Reader
from forum.topics.models import Post, Topic

ENTRIES = 30
PURPOSE = "forum feed"


def latest(reader: Reader, boards: frozenset[int]) -> Sequence[Any]:
    """The latest posts on these boards that the reader may see and that are not hidden: post, title, slug, board, author."""
    wanted = (
        select(Post, Topic.title, Topic.slug, Board.name, Account.name_shown)
        .join(Topic, Topic.id == Post.topic_id)
        .join(Board, Board.id == Topic.board_id)
        .outerjoin(Account, Account.id == Post.author_id)
        .where(reading.sees_topic(reader), reading.sees_post(reader), Topic.board_id.in_(sorted(boards)))
        .where(Topic.hidden_at.is_(None), Post.hidden_at.is_(None))
        .order_by(Post.id.desc())
        .limit(ENTRIES)
    )
    return session.execute(wanted).all()


def make(account_id: int) -> None:
    """Give the account a feed address; one that it had works no more."""
    take_back(account_id)
    session.add(FeedToken(account_id=account_id, public_id=secrets.token_urlsafe(16), made_at=clock.now()))


def take_back(account_id: int) -> None:
    """The account's feed address works no more."""
    session.execute(delete(FeedToken).where(FeedToken.account_id == account_id))


def find_token(account_id: int) -> str | None:
    """What stands in the account's feed address, or None."""
    public_id = session.scalar(select(FeedToken.public_id).where(FeedToken.account_id == account_id))
    return _token(public_id) if public_id else None


def get_reader(token: str) -> Reader:
    """Whose feed address it is, as a reader with present access. Raises NotFound, also for closed accounts."""
    public_id = token.partition(".")[0]
    account_id = session.scalar(select(FeedToken.account_id).where(FeedToken.public_id == public_id))
    if account_id is None or not keys.same(_token(public_id), token):
        raise NotFound
    reader = reading.reader_of_account(account_id)
    if reader.account_id is None:
        raise NotFound
    return reader


def _token(public_id: str) -> str:
    return f"{public_id}.{keys.keyed_hash(PURPOSE, public_id)[:32]}"
