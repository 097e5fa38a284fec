"""Keeping what was typed and not sent: one draft for each place, until it is sent, thrown away, or KEPT is over."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from core import clock, db
from core.access import Actor
from core.db import session
from core.sealed import Sealed, seal
from core.text import clean_line, without_controls
from forum.drafts.models import Draft
from privacy import gate
from privacy.retention.service import Expiry, expires

KEPT = timedelta(days=60)
LONGEST = 64_000
"""Characters that are kept of a draft: more than a post may have, so that nobody loses what they have to shorten."""


def save(account_id: int, *, topic_id: int | None = None, board_id: int | None = None, title: str, body: str) -> None:
    """Keep the text for this topic or board in place of what was kept before; nothing at all is no draft."""
    text, named = without_controls(body.replace("\r\n", "\n"))[:LONGEST], clean_line(title)[:150]
    if not text.strip() and not named:
        throw_away(account_id, topic_id=topic_id, board_id=board_id)
        return
    values = {"account_id": account_id, "topic_id": topic_id, "board_id": board_id}
    kinds: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
    put = kinds.get(db.current().dialect, insert)(Draft).values(
        **values,
        title=seal(named, "draft.title", subject=account_id) if named else None,
        body=seal(text, "draft.body", subject=account_id),
        saved_at=clock.now(),
    )
    place = ["account_id", "topic_id" if topic_id else "board_id"]
    fresh = {name: put.excluded[name] for name in ("title", "body", "saved_at")}
    session.execute(put.on_conflict_do_update(index_elements=place, set_=fresh))


def throw_away(account_id: int, *, topic_id: int | None = None, board_id: int | None = None) -> None:
    """Keep nothing for this place any more."""
    there = Draft.topic_id == topic_id if topic_id else Draft.board_id == board_id
    session.execute(delete(Draft).where(Draft.account_id == account_id, there))


def find_for_board(account_id: int, board_id: int) -> Draft | None:
    """The member's topic that was begun for this board."""
    return session.scalar(select(Draft).where(Draft.account_id == account_id, Draft.board_id == board_id))


def of(account_id: int) -> Sequence[Draft]:
    """All drafts of a member, the latest first."""
    return session.scalars(select(Draft).where(Draft.account_id == account_id).order_by(Draft.saved_at.desc())).all()


def words(sealed: Sealed | None, actor: Actor) -> str:
    """What a draft says, for whoever wrote it."""
    return gate.disclose(sealed, purpose="forum", actor=actor) if sealed else ""


def discard() -> int:
    """Delete drafts that nobody went back to; how many."""
    old = delete(Draft).where(Draft.saved_at < clock.now() - KEPT)
    return len(session.execute(old.returning(Draft.id)).all())


def listen() -> None:
    """Let old drafts go."""
    after = f"{KEPT.days} days after you wrote on it last"
    expires(Expiry(kind="drafts", title="Drafts in the forum", after=after, discard=discard))
