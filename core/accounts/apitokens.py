"""Tokens by which programs act for people: made, shown once, read from a header, revoked."""

import secrets
from collections.abc import Hashable
from dataclasses import replace
from datetime import date, timedelta
from typing import cast

from sqlalchemy import bindparam, delete, func, select, update

from core import clock, db, keys, later
from core.access import Permission, Scope, staff_actor
from core.accounts.models import Account, ApiToken, StaffGrant
from core.accounts.person import Person
from core.audit import service as audit
from core.db import session
from core.errors import BadToken, Invalid, NotAllowed, NotFound
from core.sealed import seal

PREFIX = "lpat_"
USED = "api_token_used"
DAYS = (30, 90, 365)
MOST = 20
NEEDS = {Scope.RELEASES_READ: Permission.CATALOGUE, Scope.RELEASES_WRITE: Permission.CATALOGUE}
"""What the owner of a token must be allowed to do for a scope to count; scopes that are not here are everybody's."""
WORDS = {
    Scope.FORUM_READ: "Read the forum, as you may read it",
    Scope.FORUM_POST: "Write in the forum, under your name",
    Scope.RELEASES_READ: "Read releases of products, drafts included",
    Scope.RELEASES_WRITE: "Upload files of products and publish releases",
}


class ScopeMissing(NotAllowed):
    """The token works, but not for this; or its owner may not do it any more."""

    code = "scope_missing"
    title = "This token may not do that"


def scopes_for(person: Person) -> list[Scope]:
    """What this person may let a program do."""
    return [scope for scope in Scope if scope not in NEEDS or person.may(NEEDS[scope])]


def tokens_of(account_id: int) -> list[ApiToken]:
    """The tokens of an account that have not ended, the latest first."""
    own = (ApiToken.account_id == account_id, ApiToken.expires_at > clock.now())
    return list(session.scalars(select(ApiToken).where(*own).order_by(ApiToken.id.desc())))


def make(person: Person, name: str, wanted: list[str], days: int) -> str:
    """A token with a name, scopes and an end: the text to be shown this once. Refuses with Invalid."""
    scopes = _checked(person, name, wanted, days)
    token, now = PREFIX + secrets.token_hex(24), clock.now()
    made = ApiToken(
        account_id=person.id,
        token_hash=_hash(token),
        name=seal(name.strip(), "api_token.name", subject=person.id),
        scopes=" ".join(scopes),
        last_four=token[-4:],
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(made)
    session.flush()
    _tell(person, "made", made)
    return token


def revoke(person: Person, token_id: int) -> None:
    """End one of one's own tokens at once. Raises NotFound for somebody else's."""
    own = (ApiToken.id == token_id, ApiToken.account_id == person.id)
    found = session.scalar(select(ApiToken).where(*own))
    if found is None:
        raise NotFound
    _tell(person, "revoked", found)
    session.execute(delete(ApiToken).where(*own))


def bearer(header: str, scope: Scope | None, *, hold: bool = False) -> Person:
    """Whose token stands in an Authorization header, by one look-up. Raises BadToken, ScopeMissing.

    hold: keep the account from being closed until the transaction ends."""
    kind, _, token = header.partition(" ")
    if kind.lower() != "bearer" or not token.strip().startswith(PREFIX):
        raise BadToken
    rows = db.rows(_OWNER_HELD if hold else _OWNER, {"token_hash": _hash(token.strip()), "now": clock.now()})
    if not rows:
        raise BadToken
    first = rows[0]
    person = Person(
        id=first.id,
        number=first.number,
        name_shown=first.name_shown,
        confirmed=first.confirmed_at is not None,
        permissions=frozenset(Permission(row.permission) for row in rows if row.permission),
        session_id=0,
        session_hash="",
        policy_seen=first.policy_seen,
    )
    today = clock.now().date()
    if first.used_on != today:
        later.note(USED, first.token_id, today.toordinal())
    return _within(person, first.scopes.split(), scope)


def write_used(notes: dict[Hashable, int]) -> None:
    """Store on which day tokens were last used: {token: day}."""
    for number, day in notes.items():
        session.execute(update(ApiToken).where(ApiToken.id == number).values(used_on=date.fromordinal(day)))


def _checked(person: Person, name: str, wanted: list[str], days: int) -> list[Scope]:
    allowed = scopes_for(person)
    scopes = [scope for scope in allowed if scope in wanted]
    if not 1 <= len(name.strip()) <= 60:
        raise Invalid("Give the token a name of up to 60 letters, so that you know it again.")
    if not scopes:
        raise Invalid("Choose at least one thing that the token may do.")
    if days not in DAYS:
        raise Invalid("Choose how long the token works.")
    count = select(func.count()).where(ApiToken.account_id == person.id, ApiToken.expires_at > clock.now())
    if cast(int, session.scalar(count)) >= MOST:
        raise Invalid(f"You have {MOST} tokens already. Revoke one that is not used any more first.")
    return scopes


def _within(person: Person, scopes: list[str], scope: Scope | None) -> Person:
    """The person with no more permissions than the token's scopes ask for."""
    if scope is not None and (scope.value not in scopes or (scope in NEEDS and not person.may(NEEDS[scope]))):
        raise ScopeMissing(f"This needs a token with the scope {scope}, made by somebody who may do it.")
    lent = {NEEDS[one] for one in NEEDS if one.value in scopes}
    return replace(person, permissions=person.permissions & lent)


def _tell(person: Person, verb: str, token: ApiToken) -> None:
    """What a token of staff may do for the shop stands in the log of what staff does."""
    needed = {NEEDS[scope] for scope in NEEDS if scope.value in token.scopes.split()}
    for permission in sorted(needed & person.permissions):
        audit.record(staff_actor(person.id, permission), verb, "api_token", token.id, scopes=token.scopes)


def _hash(token: str) -> str:
    return keys.keyed_hash("api token", token)


_OWNER = (
    select(
        Account.id,
        Account.number,
        Account.name_shown,
        Account.confirmed_at,
        Account.policy_seen,
        ApiToken.id.label("token_id"),
        ApiToken.scopes,
        ApiToken.used_on,
        StaffGrant.permission,
    )
    .join(ApiToken, ApiToken.account_id == Account.id)
    .outerjoin(StaffGrant, StaffGrant.account_id == Account.id)
    .where(
        ApiToken.token_hash == bindparam("token_hash"),
        ApiToken.expires_at > bindparam("now"),
        Account.closed_at.is_(None),
    )
)
_OWNER_HELD = _OWNER.with_for_update(read=True, key_share=True, of=Account)
later.writes(USED, write_used)
