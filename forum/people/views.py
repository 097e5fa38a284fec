"""A member's public page: the name they chose, since which month, and their posts that the reader may see."""

from flask import Blueprint, Response
from sqlalchemy import select

from core import web
from core.access import public
from core.accounts import rules
from core.accounts.models import Account
from core.db import session
from core.errors import NotFound
from forum import reading
from forum.boards.models import Board
from forum.here import reader
from forum.topics.models import Post, Topic

pages = Blueprint("forum_people", __name__)
SHOWN = 20


@pages.get("/u/<name>")
@public(cached=True)
def profile(name: str) -> Response:
    """Nothing but what is public anyway."""
    wanted = select(Account).where(Account.name_key == rules.name_key(name), Account.closed_at.is_(None))
    account = session.scalar(wanted)
    if account is None:
        raise NotFound
    here = reader()
    posts = (
        select(Post, Topic.title, Topic.slug, Board.slug, Board.name)
        .join(Topic, Topic.id == Post.topic_id)
        .join(Board, Board.id == Topic.board_id)
        .where(Post.author_id == account.id, reading.sees_topic(here), reading.sees_post(here))
        .where(Post.hidden_at.is_(None))
        .order_by(Post.id.desc())
        .limit(SHOWN)
    )
    return web.render("forum/people/profile.html", account=account, posts=session.execute(posts).all())
