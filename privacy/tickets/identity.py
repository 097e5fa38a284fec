"""Who asks? To see, correct or erase takes a link that was mailed to the address on file (clauses P15 to P18)."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select, update

from core import clock
from core.access import PROGRAM, actor_of
from core.accounts.models import Account
from core.db import session
from core.tokens import LinkExpired
from privacy.contact.service import Letter, send
from privacy.export import service as exports
from privacy.requests import service as requests
from privacy.tickets import rules
from privacy.tickets.meaning import Wish
from privacy.tickets.models import IdentityLink, Ticket

PURPOSE = "privacy_requests"
ASKS = {
    Wish.SEE: "to see what we keep about you",
    Wish.CORRECT: "to correct what we keep about you",
    Wish.ERASE: "to be erased here",
}


def ask(ticket: Ticket, account: Account, wish: Wish) -> None:
    """Mail a link to the address on file: one use, 15 minutes, five tries, a few of them a day and not more."""
    if _asked_today(account.id) >= rules.LINKS_A_DAY:
        return
    now, token = clock.now(), secrets.token_urlsafe(32)
    link = IdentityLink(
        ticket_id=ticket.id,
        account_id=account.id,
        kind=wish,
        token_hash=_hash(token),
        created_at=now,
        expires_at=now + rules.LINK_LIVES,
    )
    session.add(link)
    session.flush()
    if wish is Wish.SEE:
        exports.deliver_link(account.id)  # the link to the export asks the same question, so that one mail does
        return
    context = {"token": token, "asks": ASKS[wish], "number": ticket.number}
    send(account.id, PURPOSE, Letter(name="identity_link", context=context, once=f"identity:{link.id}"))


def check(token: str) -> Wish:
    """What the link is for, without using a try. Raises LinkExpired."""
    kind = session.scalar(select(IdentityLink.kind).where(*_usable(token)))
    if kind is None:
        raise LinkExpired
    return Wish(kind)


def use(token: str, wish: Mapping[str, str]) -> tuple[Ticket, Wish]:
    """The person could read the mail: the link ends, its ticket counts as theirs, and what it asks for becomes a request.

    wish: what exactly, where the page asked. Raises LinkExpired.
    """
    used = update(IdentityLink).where(*_usable(token))
    used = used.values(tries=IdentityLink.tries + 1, used_at=clock.now())
    found = session.execute(used.returning(IdentityLink.ticket_id, IdentityLink.account_id, IdentityLink.kind)).first()
    if found is None:
        raise LinkExpired
    ticket = session.get_one(Ticket, found.ticket_id)
    ticket.verified_at = ticket.changed_at = clock.now()
    text = f"By mail, as message {ticket.number}."
    opening = requests.Opening(kind=found.kind, door="mail", text=text, wish=wish)
    asked = requests.enter(found.account_id, opening, PROGRAM)
    requests.identify(asked, actor_of(found.account_id))
    return ticket, Wish(found.kind)


def _asked_today(account_id: int) -> int:
    own = (IdentityLink.account_id == account_id, IdentityLink.created_at > clock.now() - timedelta(days=1))
    return session.scalar(select(func.count()).select_from(IdentityLink).where(*own)) or 0


def _usable(token: str) -> tuple[ColumnElement[bool], ...]:
    return (
        IdentityLink.token_hash == _hash(token),
        IdentityLink.used_at.is_(None),
        IdentityLink.tries < rules.LINK_TRIES,
        IdentityLink.expires_at > clock.now(),
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
