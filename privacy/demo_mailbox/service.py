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


def latest(most: int = 50) -> list[Shown]:
    """The latest mails to invented people, the newest first."""
    mails = session.scalars(select(Mail).order_by(Mail.id.desc()).limit(most))
    return [shown for mail in mails if (shown := _open(mail)) is not None]


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
