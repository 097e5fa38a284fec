"""What can be done with people: register, find, sign in and out, hand out and take back one-time links, grant."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, delete, func, select, update

from core import clock, db, keys, later
from core.access import Permission
from core.accounts import rules
from core.accounts.models import (
    Acceptance,
    Account,
    AccountSession,
    MailedLink,
    StaffGrant,
)
from core.accounts.person import Person
from core.db import session
from core.errors import NotFound
from core.events import emit
from core.sealed import Sealed, seal
from core.tokens import LinkExpired

BRIEF = timedelta(hours=12)
REMEMBERED = timedelta(days=30)
LINK_DAYS = {"confirm": 3, "reset": 1 / 24, "change_email": 1, "undo_email": 7}


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A person accepted a version of a text ("terms", "policy") at that place."""

    account_id: int
    text: str
    version: int
    place: str


def email_hash(email: str) -> str:
    """The keyed hash by which an address is found; case and the domain's spelling do not matter."""
    return keys.keyed_hash("account.email", rules.normalise_email(email))


def find_by_email(email: str) -> Account | None:
    """The account of this address."""
    return session.scalar(select(Account).where(Account.email_hash == email_hash(email), Account.closed_at.is_(None)))


def get(account_id: int) -> Account:
    """The account. Raises NotFound."""
    found = session.get(Account, account_id)
    if found is None or found.closed_at is not None:
        raise NotFound
    return found


def is_name_taken(name: str) -> bool:
    """True if somebody already shows this name, or one that looks the same."""
    return session.scalar(select(Account.id).where(Account.name_key == rules.name_key(name))) is not None


def register(*, email: str, name_shown: str, password_hash: str) -> Account:
    """Make an account whose address is not confirmed yet. The address must be new (a constraint says so)."""
    account = Account(
        number=f"C-{secrets.randbelow(10**9):09d}",
        email_hash=email_hash(email),
        name_shown=name_shown,
        name_key=rules.name_key(name_shown),
        password_hash=password_hash,
        password_at=clock.now(),
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    account.email = seal(email, "account.email", subject=account.id)
    return account


def accept(account_id: int, text: str, version: int, *, place: str) -> None:
    """Keep that this person accepted this version of a text ("terms", "policy") at that place."""
    said = Acceptance(account_id=account_id, text=text, version=version, place=place, accepted_at=clock.now())
    session.add(said)
    emit(Accepted(account_id=account_id, text=text, version=version, place=place))


def confirm(account_id: int) -> None:
    """The address is theirs: they followed the link that was mailed to it."""
    account = get(account_id)
    account.confirmed_at = account.confirmed_at or clock.now()


def make_link(account_id: int, purpose: str, address: Sealed | None = None) -> str:
    """A fresh one-time token for a purpose that has a lifetime; earlier ones for it end, but for ways back (undo)."""
    token, expires = secrets.token_urlsafe(32), clock.now() + timedelta(days=LINK_DAYS[purpose])
    if purpose != "undo_email":
        end_links(account_id, MailedLink.purpose == purpose)
    session.add(
        MailedLink(token_hash=_hash(token), account_id=account_id, purpose=purpose, address=address, expires_at=expires)
    )
    return token


def end_links(account_id: int, *which: ColumnElement[bool]) -> None:
    """End those open links of an account; the addresses that they carried go with them."""
    still_open = (MailedLink.account_id == account_id, MailedLink.used_at.is_(None), *which)
    session.execute(update(MailedLink).where(*still_open).values(used_at=clock.now(), address=None))


def check_link(token: str, purpose: str) -> int:
    """Whose link this is, without using it up. Raises LinkExpired."""
    found = session.execute(select(MailedLink.account_id).where(*_usable(token, purpose))).scalar()
    if found is None:
        raise LinkExpired
    return found


def use_link(token: str, purpose: str) -> int:
    """Use the link up and answer whose it was. Raises LinkExpired; of two at once exactly one succeeds."""
    return take_link(token, purpose).account_id


def take_link(token: str, purpose: str) -> MailedLink:
    """The same, with all that the link carried."""
    used = update(MailedLink).where(*_usable(token, purpose)).values(used_at=clock.now())
    found: MailedLink | None = session.scalar(used.returning(MailedLink))
    if found is None:
        raise LinkExpired
    return found


def set_password(account_id: int, password_hash: str) -> None:
    """Keep the new hash and end every session of the account."""
    account = get(account_id)
    account.password_hash, account.password_at = password_hash, clock.now()
    session.execute(delete(AccountSession).where(AccountSession.account_id == account_id))


def open_session(account_id: int, *, remembered: bool, browser: str, two_factors: bool = False) -> str:
    """Sign a browser in whose person has just shown who they are, by one factor or two; answers the opaque text for its
    cookie, which is kept only as a hash."""
    now, token = clock.now(), secrets.token_urlsafe(32)
    lasts = REMEMBERED if remembered else BRIEF
    session.add(
        AccountSession(
            token_hash=_hash(token),
            account_id=account_id,
            remembered=remembered,
            browser=browser[:80],
            created_at=now,
            seen_at=now,
            expires_at=now + lasts,
            proved_at=now,
            two_factors=two_factors,
        )
    )
    return token


def prove(session_id: int, *, two_factors: bool) -> None:
    """Whoever is signed in there has shown once more that it is they; a second factor, once shown, stays."""
    values: dict[str, object] = {"proved_at": clock.now(), **({"two_factors": True} if two_factors else {})}
    session.execute(update(AccountSession).where(AccountSession.id == session_id).values(**values))


def person_for(token: str, *, hold: bool = False) -> Person | None:
    """Who is signed in with this cookie, by one look-up; None if it ended, expired or never was.

    hold: keep the account from being closed until the transaction ends; whoever closes it at this moment is waited for.
    """
    rows = db.rows(_SIGNED_IN_HELD if hold else _SIGNED_IN, {"token_hash": _hash(token), "now": clock.now()})
    if not rows:
        return None
    first = rows[0]
    _note_seen(first.session_id, first.seen_at)
    return Person(
        id=first.id,
        number=first.number,
        name_shown=first.name_shown,
        confirmed=first.confirmed_at is not None,
        permissions=frozenset(Permission(row.permission) for row in rows if row.permission),
        session_id=first.session_id,
        session_hash=first.token_hash,
        policy_seen=first.policy_seen,
        proved_at=first.proved_at,
        two_factors=first.two_factors,
    )


def sessions_of(account_id: int) -> list[AccountSession]:
    """The browsers in which this person is signed in, the latest first."""
    live = (
        AccountSession.account_id == account_id,
        AccountSession.expires_at > clock.now(),
    )
    return list(session.scalars(select(AccountSession).where(*live).order_by(AccountSession.seen_at.desc())))


def end_session(account_id: int, session_id: int) -> None:
    """Sign one of one's own browsers out. Raises NotFound for somebody else's."""
    own = (AccountSession.id == session_id, AccountSession.account_id == account_id)
    gone = session.execute(delete(AccountSession).where(*own).returning(AccountSession.id)).scalar()
    if gone is None:
        raise NotFound


def grant(account_id: int, permissions: Iterable[Permission]) -> None:
    """Let a person do what these permissions say; those already granted stay."""
    held = set(session.scalars(select(StaffGrant.permission).where(StaffGrant.account_id == account_id)))
    for permission in permissions:
        if permission.value not in held:
            session.add(StaffGrant(account_id=account_id, permission=permission.value, granted_at=clock.now()))


def names_shown(account_ids: Iterable[int]) -> dict[int, str]:
    """The public names of these accounts."""
    wanted = select(Account.id, Account.name_shown).where(Account.id.in_(set(account_ids)))
    return {row.id: row.name_shown for row in session.execute(wanted)}


def count() -> int:
    """How many accounts there are: for the command line, never for drawing a page."""
    return session.scalar(select(func.count()).select_from(Account)) or 0


def write_seen(notes: dict[object, int]) -> None:
    """Store when sessions were last seen: {session number: seconds since 1970}."""
    for number, seconds in notes.items():
        moment = datetime.fromtimestamp(seconds, tz=clock.now().tzinfo)
        session.execute(update(AccountSession).where(AccountSession.id == number).values(seen_at=moment))


_SIGNED_IN = (
    select(
        Account.id,
        Account.number,
        Account.name_shown,
        Account.confirmed_at,
        Account.policy_seen,
        AccountSession.id.label("session_id"),
        AccountSession.token_hash,
        AccountSession.seen_at,
        AccountSession.proved_at,
        AccountSession.two_factors,
        StaffGrant.permission,
    )
    .join(AccountSession, AccountSession.account_id == Account.id)
    .outerjoin(StaffGrant, StaffGrant.account_id == Account.id)
    .where(
        AccountSession.token_hash == bindparam("token_hash"),
        AccountSession.expires_at > bindparam("now"),
        Account.closed_at.is_(None),
    )
)
_SIGNED_IN_HELD = _SIGNED_IN.with_for_update(read=True, key_share=True, of=Account)
"""Asked by every page of somebody signed in, and therefore written once."""


def _note_seen(session_id: int, seen_at: datetime) -> None:
    if clock.now() - seen_at > timedelta(minutes=10):
        later.note("session_seen", session_id, int(clock.now().timestamp()))


def _usable(token: str, purpose: str) -> tuple[ColumnElement[bool], ...]:
    return (
        MailedLink.token_hash == _hash(token),
        MailedLink.purpose == purpose,
        MailedLink.used_at.is_(None),
        MailedLink.expires_at > clock.now(),
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
