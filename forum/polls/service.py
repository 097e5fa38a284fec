"""Asking and choosing. Who may see the topic is asked by whoever calls."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from core import clock
from core.db import session
from core.errors import Invalid
from forum.polls import rules
from forum.polls.models import Poll, PollOption, PollVote


@dataclass(frozen=True, kw_only=True)
class Choice:
    """An option as its reader sees it."""

    id: int
    text: str
    votes: int
    percent: int
    is_mine: bool


def ask(topic_id: int, options: Sequence[str], *, many: bool) -> None:
    """Give a topic a poll; none where there are no options."""
    if options:
        session.execute(insert(Poll), [{"topic_id": topic_id, "many": many}])
        rows = [{"topic_id": topic_id, "position": place, "text": one} for place, one in enumerate(options, 1)]
        session.execute(insert(PollOption), rows)


def choices(topic_id: int, account_id: int | None) -> list[Choice]:
    """The options of a topic's poll, in their order."""
    mine = (PollVote.option_id == PollOption.id) & (PollVote.account_id == (account_id or 0))
    wanted = select(PollOption.id, PollOption.text, PollOption.votes, PollVote.option_id.is_not(None))
    rows = session.execute(
        wanted.outerjoin(PollVote, mine).where(PollOption.topic_id == topic_id).order_by(PollOption.position)
    ).all()
    total = sum(row[2] for row in rows)
    return [
        Choice(id=row[0], text=row[1], votes=row[2], percent=rules.percent_of(row[2], total), is_mine=row[3])
        for row in rows
    ]


def choose(account_id: int, topic_id: int, option_ids: Iterable[int]) -> None:
    """Choose these options and no others; none takes everything back. Raises PollClosed, and Invalid for strange options
    and for several where one is asked. The poll is held meanwhile, so that two clicks at once choose once."""
    poll = session.get(Poll, topic_id, with_for_update=True, populate_existing=True)
    there = set(session.scalars(select(PollOption.id).where(PollOption.topic_id == topic_id)))
    wanted = set(option_ids)
    if poll is None or not wanted <= there:
        raise Invalid("That is no choice of this poll. Nothing was changed.")
    if poll.closed_at is not None:
        raise rules.PollClosed
    if len(wanted) > 1 and not poll.many:
        raise Invalid("Choose one, please. Nothing was changed.")
    mine = (PollVote.account_id == account_id, PollVote.option_id.in_(sorted(there)))
    before = set(session.scalars(select(PollVote.option_id).where(*mine)))
    _count(before - wanted, -1)
    session.execute(delete(PollVote).where(*mine, PollVote.option_id.in_(sorted(before - wanted))))
    _count(wanted - before, 1)
    now = clock.now()
    for option_id in sorted(wanted - before):
        session.add(PollVote(account_id=account_id, option_id=option_id, voted_at=now))


def close(topic_id: int) -> None:
    """Let nobody choose any more; a second time changes nothing."""
    still_open = (Poll.topic_id == topic_id, Poll.closed_at.is_(None))
    session.execute(update(Poll).where(*still_open).values(closed_at=clock.now()))


def forget(account_id: int) -> None:
    """Whoever leaves has chosen nothing, and the numbers follow."""
    gone = delete(PollVote).where(PollVote.account_id == account_id).returning(PollVote.option_id)
    _count(set(session.scalars(gone)), -1)


def _count(option_ids: Iterable[int], by: int) -> None:
    session.execute(update(PollOption).where(PollOption.id.in_(sorted(option_ids))).values(votes=PollOption.votes + by))
