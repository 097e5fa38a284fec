"""Erasing a person: `preview` says what would happen, `erase` does exactly that, in one transaction."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from core import clock, db, web
from core.access import PROGRAM, Actor, actor_of
from core.accounts import closing, passwords
from core.accounts import service as accounts
from core.accounts.models import Account
from core.accounts.rules import PASSWORD_MOST
from core.audit import service as audit
from core.db import session
from core.errors import Conflict, Invalid, NotFound
from privacy.contact import farewell
from privacy.contact.service import Letter
from privacy.erasure import forgetting, parts, rest, rules
from privacy.erasure.models import Erasure
from privacy.erasure.rules import Leaving, Posts, Preview
from privacy.gate import disclose
from privacy.requests import service as requests
from privacy.requests.models import Request
from privacy.requests.rules import Door, Kind
from privacy.requests.service import Granted, Opening

PURPOSE = "privacy_requests"
LATE = timedelta(days=2)


class NotNow(Conflict):
    """Something has to be settled first; the sentence says what."""

    code = "erasure_not_now"
    title = "Not just now"


class LooksDifferent(Conflict):
    """What would happen is not what the person saw."""

    code = "erasure_looks_different"
    title = "Please look once more"
    sentence = "Something changed since you opened this page, so nothing was erased. Please look once more at what would happen."


class WrongPassword(Invalid):
    code = "wrong_password"
    sentence = "This is not your password. Nothing was erased."


def preview(account_id: int) -> Preview:
    """What would happen now, for either choice about posts. Raises NotFound for an account that is closed."""
    accounts.get(account_id)
    shares = (part.preview(account_id) for part in parts.every())
    return rules.joined([*shares, rest.preview(account_id), forgetting.obstacles(account_id)])


def erase(account_id: int, *, posts: str, actor: Actor, seen: str = "") -> Erasure:
    """Erase the person. seen: what `Preview.seen` was when they confirmed, "" where nobody could look.

    Raises NotFound if they are erased already, NotNow, LooksDifferent; then nothing was changed.
    """
    account, choice = closing.hold(account_id), Posts(posts)
    leaving = _leaving(account, choice)
    record = _carry_out(account, leaving, actor, seen)
    _say_goodbye(leaving, record)
    forgetting.note(account, choice)
    return record


def fulfill(granted: Granted) -> str:
    """A request by mail, letter or telephone that staff granted. Who says nothing of their posts keeps them, nameless."""
    erase(granted.account_id, posts=granted.wish.get("posts", Posts.KEEP.value), actor=granted.actor)
    return "You were erased."


def keep_wish(account_id: int, posts: str) -> Request:
    """Something stands in the way: their wish stays, as a request that staff grant once it is settled."""
    found = requests.lock_open(account_id, Kind.ERASURE, Door.PANEL)
    wish, actor = {"posts": Posts(posts).value}, actor_of(account_id)
    if found is None:
        return requests.enter(account_id, Opening(kind=Kind.ERASURE, door=Door.PANEL, wish=wish), actor)
    requests.set_wish(found, wish, actor)
    return found


def replay(lines: Sequence[Mapping[str, Any]]) -> int:
    """Erase again whom the ledger names, after a backup brought them back; how many that were."""
    wanted = {str(line["mark"]): str(line["posts"]) for line in lines}
    if not wanted:
        return 0
    there = session.execute(select(Account.id, Account.number).where(Account.closed_at.is_(None))).all()
    back = [(row.id, wanted.get(forgetting.mark_of(row.number))) for row in there]
    for account_id, posts in back:
        if posts:
            account = closing.hold(account_id)
            _carry_out(account, _leaving(account, Posts(posts)), PROGRAM, "")
    return sum(1 for _account_id, posts in back if posts)


def erase_own(account_id: int, password: str, *, posts: str, seen: str, cost: int) -> Erasure:
    """The person erases themselves and proves with the password that it is they. Opens its own transactions.

    Raises WrongPassword and what `erase` raises.
    """
    with db.transaction(reading=True):
        kept = accounts.get(account_id).password_hash
    if not passwords.matches(password[: PASSWORD_MOST + 1], kept, cost=cost):
        raise WrongPassword
    with db.transaction():
        if closing.hold(account_id).password_hash != kept:
            raise WrongPassword("Your password was changed in another window a moment ago. Nothing was erased.")
        return erase(account_id, posts=posts, actor=actor_of(account_id), seen=seen)


def find_account(number: str) -> Account:
    """The open account with this customer number. Raises NotFound."""
    found = session.scalar(select(Account).where(Account.number == number, Account.closed_at.is_(None)))
    if found is None:
        raise NotFound("There is no open account with this customer number.")
    return found


def get_receipt(reference: str) -> Erasure:
    """What was said and done, for whoever has the receipt's address. Raises NotFound."""
    found = session.scalar(select(Erasure).where(Erasure.reference == reference))
    if found is None:
        raise NotFound("There is no receipt at this address.")
    return found


def sweep(account_id: int, today: date) -> None:
    """Remove what had to stay for a time and has stayed for long enough."""
    record = session.scalars(select(Erasure).where(Erasure.account_id == account_id).with_for_update()).one()
    days = [part.sweep(account_id, today) for part in parts.every()]
    record.due_on = min((day for day in days if day), default=None)
    forgetting.destroy_keys(account_id, papers_stay=record.due_on is not None)


def due(today: date, most: int = 200) -> list[int]:
    """The erased accounts of which something has stayed long enough."""
    wanted = select(Erasure.account_id).where(Erasure.due_on < today).order_by(Erasure.due_on, Erasure.id)
    return list(session.scalars(wanted.limit(most)))


def just_erased() -> list[int]:
    """Who was erased within the last days: what was noted about them while it happened may have come late."""
    since = clock.now() - LATE
    return list(session.scalars(select(Erasure.account_id).where(Erasure.done_at > since).order_by(Erasure.id)))


def _carry_out(account: Account, leaving: Leaving, actor: Actor, seen: str) -> Erasure:
    audit.record(_witness(actor, account.id), "erase", "account", account.id, posts=leaving.posts.value)
    shown = preview(account.id)
    if shown.obstacles:
        raise NotNow(" ".join([*shown.obstacles, "Nothing was erased."]))
    if seen and seen != shown.seen:
        raise LooksDifferent
    record = _record(account.id, shown, leaving.posts, actor)
    rest.erase(account.id)
    for part in parts.every():
        part.erase(leaving)
    closing.close(account)
    forgetting.destroy_keys(account.id, papers_stay=record.due_on is not None)
    return record


def _leaving(account: Account, choice: Posts) -> Leaving:
    email = disclose(account.email, purpose=PURPOSE, actor=actor_of(account.id)) if account.email else ""
    return Leaving(account_id=account.id, posts=choice, name=account.name_shown, email=email)


def _witness(actor: Actor, account_id: int) -> Actor:
    """Who did it, for the audit log: people who erase themselves leave no number there."""
    return Actor(kind="person") if actor.account_id == account_id else actor


def _record(account_id: int, shown: Preview, choice: Posts, actor: Actor) -> Erasure:
    record = Erasure(
        reference=secrets.token_urlsafe(18),
        account_id=account_id,
        posts=choice.value,
        said=rules.as_said(shown, choice),
        actor_kind=actor.kind,
        done_at=clock.now(),
        due_on=shown.first_day(),
    )
    session.add(record)
    session.flush()
    return record


def _say_goodbye(leaving: Leaving, record: Erasure) -> None:
    if not leaving.email:
        return
    stays = [line for line in record.said if line["until"]]
    context = {"address": f"{web.settings().base_url.rstrip('/')}/privacy/erased/{record.reference}", "stays": stays}
    farewell.send(leaving.email, Letter(name=farewell.NAME, context=context, once=f"erased:{record.id}"))
