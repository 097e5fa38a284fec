"""What a demonstration has mailed to its invented people. Mails to real-looking addresses stay closed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.access import PROGRAM
from core.db import session
from core.errors import NotFound
from core.outbox.models import Mail
from privacy.gate import disclose, disclose_all

RESERVED = ("example.com", "example.org", "example.net", ".example", ".test", ".invalid", ".localhost")
"""Domains that can belong to nobody (RFC 2606), and those below them."""
PURPOSE = "demo_mailbox"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A mail to an invented person, opened."""

    id: int
    address: str
    subject: str
    text: str
    html: str
    state: str
    created_at: datetime


def is_invented(address: str) -> bool:
    """True for an address at a domain that is reserved for examples."""
    domain = f".{address.rpartition('@')[2].lower()}"
    return any(domain.endswith(name if name.startswith(".") else f".{name}") for name in RESERVED)


def latest(before: int = 0, most: int = 50) -> tuple[list[Shown], int]:
    """The latest mails to invented people, the newest first; `before` is the last id already shown. And where older ones
    begin, 0 if there are none.
    """
    wanted = select(Mail).order_by(Mail.id.desc()).limit(most + 1)
    mails = list(session.scalars(wanted.where(Mail.id < before) if before else wanted))
    older = mails[most - 1].id if len(mails) > most else 0
    return [shown for mail in mails[:most] if (shown := _open(mail)) is not None], older


def get(number: int) -> Shown:
    """One mail to an invented person. Raises NotFound for any other."""
    mail = session.get(Mail, number)
    shown = _open(mail) if mail is not None else None
    if shown is None:
        raise NotFound
    return shown


def _open(mail: Mail) -> Shown | None:
    address = disclose(mail.address, purpose=PURPOSE, actor=PROGRAM)
    if not is_invented(address):
        return None
    subject, text, html = disclose_all([mail.subject, mail.text, mail.html], purpose=PURPOSE, actor=PROGRAM)
    return Shown(
        id=mail.id,
        address=address,
        subject=subject,
        text=text,
        html=html,
        state=mail.state,
        created_at=mail.created_at,
    )
