"""Who has heard of which version of the policy: nobody is bound, and no new use starts, before (clause P12)."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, func, or_, select, update

from core import clock
from core.accounts.models import Acceptance, Account
from core.db import session
from core.inserting import insert_or
from privacy.policies.models import PolicyNotice

FIRST = 1
"""Nobody was there before version 1, so nobody needs a notice of it."""


def has_been_told(account_id: int, number: int) -> bool:
    """True if the notice of that version reached the person: by mail, on a page, or because they joined under it."""
    reached = or_(PolicyNotice.mailed_at.is_not(None), PolicyNotice.seen_at.is_not(None))
    return number <= FIRST or _is_so(account_id, number, reached)


def see(account_id: int, numbers: Iterable[int], *, at_sign_up: bool = False) -> None:
    """The person says that they have seen these versions; who is told while signing up needs no mail about it."""
    now, news = clock.now(), [number for number in numbers if number > FIRST]
    rows = [
        {"account_id": account_id, "version": one, "seen_at": now, "handled_at": now if at_sign_up else None}
        for one in news
    ]
    if rows:
        added = insert_or(PolicyNotice)
        keys = ["account_id", "version"]
        seen = func.coalesce(PolicyNotice.seen_at, added.excluded.seen_at)
        session.execute(added.on_conflict_do_update(index_elements=keys, set_={"seen_at": seen}), rows)
        older = (Account.id == account_id, Account.policy_seen < max(news))
        session.execute(update(Account).where(*older).values(policy_seen=max(news)))


def untold(number: int, most: int) -> list[int]:
    """Accounts whose turn for a mail about that version has not come yet, oldest first."""
    handled = select(PolicyNotice.id).where(
        PolicyNotice.account_id == Account.id, PolicyNotice.version == number, PolicyNotice.handled_at.is_not(None)
    )
    wanted = select(Account.id).where(Account.confirmed_at.is_not(None), Account.closed_at.is_(None))
    return list(session.scalars(wanted.where(~handled.exists()).order_by(Account.id).limit(most)))


def take_turn(account_id: int, number: int) -> bool:
    """Mark that the person's turn came; of two workers at once one gets True."""
    added = insert_or(PolicyNotice).values(account_id=account_id, version=number, handled_at=clock.now())
    taken = added.on_conflict_do_update(
        index_elements=["account_id", "version"],
        set_={"handled_at": added.excluded.handled_at},
        where=PolicyNotice.handled_at.is_(None),
    )
    return session.execute(taken.returning(PolicyNotice.id)).scalar() is not None


def mailed(account_id: int, number: int) -> None:
    """The mail server took the notice for this person."""
    row = {"account_id": account_id, "version": number, "mailed_at": clock.now(), "handled_at": clock.now()}
    added = insert_or(PolicyNotice)
    first = func.coalesce(PolicyNotice.mailed_at, added.excluded.mailed_at)
    session.execute(
        added.on_conflict_do_update(index_elements=["account_id", "version"], set_={"mailed_at": first}), [row]
    )


def _is_so(account_id: int, number: int, heard: ColumnElement[bool]) -> bool:
    """One statement, because pages ask: heard of it like this, or joined under it."""
    notice = select(PolicyNotice.id).where(PolicyNotice.account_id == account_id, PolicyNotice.version == number, heard)
    own = (Acceptance.account_id == account_id, Acceptance.text == "policy", Acceptance.version >= number)
    return bool(session.scalar(select(or_(notice.exists(), select(Acceptance.id).where(*own).exists()))))
