"""Sums of opened pages, and the lists of those who switched one on."""

import secrets
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import cast

from sqlalchemy import ColumnElement, delete, insert, select, update

from core import clock, later
from core.db import session
from core.errors import NotFound
from core.inserting import insert_or
from privacy.consent import service as consent
from privacy.pageviews import rules
from privacy.pageviews.counting import KIND as COUNTS
from privacy.pageviews.models import PageCount, Visit, VisitTrail

COOKIE = "lp_visit"
PURPOSE = "page_history"
VISITS = "visits"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A page that a visitor with a list opened. at: seconds since 1970."""

    token_hash: str
    visitor: int | None
    route: str
    at: int


@dataclass(frozen=True, kw_only=True)
class Trail:
    """A browser's list, and whose it is (None: nobody's we know)."""

    id: int
    account_id: int | None


def start_trail(account_id: int | None) -> str:
    """Begin a list in this browser; answers the opaque text for its cookie, which is kept only as a hash."""
    token = secrets.token_urlsafe(24)
    session.add(VisitTrail(token_hash=hash_of(token), account_id=account_id, started_at=clock.now()))
    session.flush()
    return token


def find_trail(token: str | None) -> Trail | None:
    """The list that this cookie leads to."""
    if not token:
        return None
    wanted = select(VisitTrail.id, VisitTrail.account_id).where(VisitTrail.token_hash == hash_of(token))
    row = session.execute(wanted).first()
    return Trail(id=row.id, account_id=row.account_id) if row else None


def note_visit(token: str, visitor: int | None, route: str) -> None:
    """Remember a page for the list; written a moment later, if the list exists, is theirs and is still wanted."""
    seen = Seen(token_hash=hash_of(token), visitor=visitor, route=route, at=int(clock.now().timestamp()))
    later.note(VISITS, seen, 1)


def visits_of(account_id: int, most: int = 100) -> list[Visit]:
    """A person's own list, the latest first; what is past its last day is not read, whether it was swept or not."""
    return _visits(VisitTrail.account_id == account_id, most)


def visits_on(trail: Trail, most: int = 100) -> list[Visit]:
    """The list of a browser that belongs to nobody we know."""
    return _visits((VisitTrail.id == trail.id) & VisitTrail.account_id.is_(None), most)


def forget_visit(account_id: int, visit_id: int) -> None:
    """Delete one entry of one's own. Raises NotFound for somebody else's."""
    own = select(VisitTrail.id).where(VisitTrail.account_id == account_id)
    gone = delete(Visit).where(Visit.id == visit_id, Visit.trail_id.in_(own)).returning(Visit.id)
    if session.execute(gone).scalar() is None:
        raise NotFound


def forget_visits(account_id: int) -> None:
    """Empty one's own list; the browsers that keep one begin anew, and what they remember from before counts no more."""
    own = select(VisitTrail.id).where(VisitTrail.account_id == account_id)
    session.execute(delete(Visit).where(Visit.trail_id.in_(own)))
    session.execute(update(VisitTrail).where(VisitTrail.account_id == account_id).values(started_at=clock.now()))


def end_trails(account_id: int) -> None:
    """Delete the lists of all of a person's browsers."""
    forget_visits(account_id)
    session.execute(delete(VisitTrail).where(VisitTrail.account_id == account_id))


def end_trail(token: str | None) -> None:
    """Delete the list of a browser that belongs to nobody we know."""
    trail = find_trail(token)
    if trail is not None and trail.account_id is None:
        session.execute(delete(Visit).where(Visit.trail_id == trail.id))
        session.execute(delete(VisitTrail).where(VisitTrail.id == trail.id))


def on_switched(event: consent.PurposeSwitched) -> None:
    """A list that is no longer wanted is deleted, not merely hidden."""
    if event.purpose == PURPOSE and not event.on:
        end_trails(event.account_id)


def counts(first: date, until: date, route: str = "") -> dict[str, dict[date, int]]:
    """How often each kind of page was opened on each day before `until`; with a route, that kind alone. What is past
    its last day is not read, whether it was swept or not."""
    own = [PageCount.day >= first, PageCount.day < until, PageCount.discard_on > clock.now().date()]
    if route:
        own.append(PageCount.route == route)
    found: dict[str, dict[date, int]] = {}
    for row in session.execute(select(PageCount.route, PageCount.day, PageCount.times).where(*own)):
        found.setdefault(row.route, {})[row.day] = row.times
    return found


def sweep() -> int:
    """Delete the visits whose last day is over; how many."""
    gone = delete(Visit).where(Visit.discard_at <= clock.now()).returning(Visit.id)
    return len(session.scalars(gone).all())


def sweep_counts() -> int:
    """Delete the counts of days that are long over; how many."""
    gone = delete(PageCount).where(PageCount.discard_on <= clock.now().date()).returning(PageCount.id)
    return len(session.scalars(gone).all())


def write_counts(notes: dict[Hashable, int]) -> None:
    """Add what was counted: {(day, route): times}."""
    for key, times in notes.items():
        day, route = cast(tuple[date, str], key)
        added = insert_or(PageCount).values(day=day, route=route[:80], times=times, discard_on=rules.counted_until(day))
        more = {"times": PageCount.times + added.excluded.times}
        session.execute(added.on_conflict_do_update(index_elements=["day", "route"], set_=more))


def write_visits(notes: dict[Hashable, int]) -> None:
    """Put the pages onto their lists; those without a list that may follow them are dropped."""
    rows = [row for seen in notes for row in _row(cast(Seen, seen))]
    if rows:
        session.execute(insert(Visit), rows)


def hash_of(token: str) -> str:
    """What is kept of a cookie's text: only what stands before its first dot leads to a list."""
    return sha256(token.partition(".")[0].encode()).hexdigest()


def _row(seen: Seen) -> list[dict[str, object]]:
    wanted = select(VisitTrail.id, VisitTrail.account_id).where(VisitTrail.token_hash == seen.token_hash)
    found = session.execute(wanted).first()
    if found is None or not rules.is_followed(found.account_id, seen.visitor):
        return []
    if found.account_id is not None and not consent.is_given(found.account_id, PURPOSE):
        return []
    at = datetime.fromtimestamp(seen.at, tz=UTC)
    return [{"trail_id": found.id, "route": seen.route[:80], "at": at, "discard_at": rules.discard_at(at)}]


def _visits(whose: ColumnElement[bool], most: int) -> list[Visit]:
    wanted = select(Visit).join(VisitTrail, VisitTrail.id == Visit.trail_id)
    live = wanted.where(whose, Visit.discard_at > clock.now())
    return list(session.scalars(live.order_by(Visit.id.desc()).limit(most)))


later.writes(COUNTS, write_counts)
later.writes(VISITS, write_visits)
