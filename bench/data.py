"""The data that is measured: the demo, grown by many topics and one long one, and members who are signed in."""

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from core import clock, db
from core.accounts import service as accounts
from core.accounts.models import Account
from core.db import session
from forum.boards.models import Board
from forum.topics import service as topics
from forum.topics.models import Topic
from forum.topics.rules import PlannedPost, PlannedTopic
from privacy.policies import service as policies

ROOT = Path(__file__).parent.parent
MEMBERS, TOPICS, LONG = 300, 1000, 5000


@dataclass(frozen=True, kw_only=True)
class Known:
    """What requests need to know: addresses, session cookies, and a stranger's filled cart."""

    board: str
    topic: str
    long_topic: str
    last_page: int
    sessions: list[str]


def prepare(environment: dict[str, str]) -> None:
    """Migrate and plant the demo, as a newcomer would."""
    for words in (("db", "upgrade"), ("demo",)):
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=True, stdout=subprocess.DEVNULL)


def grow(app: Flask) -> Known:
    """Add topics, a long topic and sessions."""
    with app.app_context():
        db.use(app.extensions["database"])
        with db.transaction():
            board = session.scalars(select(Board).where(Board.holders_only.is_(False)).order_by(Board.rank)).all()[1]
            author = session.scalars(select(Account.id).limit(1)).one()
            numbers = topics.plant_topics([_plan(board.id, author, number, 12) for number in range(TOPICS)])
            long = topics.plant_topics([_plan(board.id, author, TOPICS, LONG)])[0]
        with db.transaction():
            sessions = [_session(number) for number in range(MEMBERS)]
            short, tall = session.get_one(Topic, numbers[0]), session.get_one(Topic, long)
        return Known(
            board=f"/forum/{board.slug}",
            topic=f"/forum/t/{short.id}/{short.slug}",
            long_topic=f"/forum/t/{tall.id}/{tall.slug}",
            last_page=-(-LONG // 25),
            sessions=sessions,
        )


def _plan(board_id: int, author_id: int, number: int, posts: int) -> PlannedTopic:
    start = clock.now() - timedelta(days=300, minutes=-number)
    return PlannedTopic(
        board_id=board_id,
        title=f"Measured topic {number:05d}",
        posts=tuple(
            PlannedPost(
                author_id=author_id,
                body=f"Post {count} of topic {number}: the kiln held its temperature and the log says so.",
                at=start + timedelta(seconds=count),
            )
            for count in range(1, posts + 1)
        ),
    )


def _session(number: int) -> str:
    account = accounts.register(email=f"bench{number}@example.com", name_shown=f"Bench {number}", password_hash="-")
    accounts.confirm(account.id)
    policies.see_all(account.id)
    return f"lp_session={accounts.open_session(account.id, remembered=True, browser='Bench')}"
