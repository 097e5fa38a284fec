"""Putting mails down and picking up those that are due. Only `privacy.contact` puts and sends (an import contract)."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import or_, select, update

from core import clock, db
from core.db import session
from core.events import emit
from core.outbox.models import Mail
from core.sealed import seal

FIRST_WAIT = timedelta(seconds=30)
STUCK = timedelta(minutes=5)
MOST_ATTEMPTS = 12


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A mail before it is put down: `once` names its cause, so that the same cause never mails twice."""

    account_id: int | None
    purpose: str
    name: str
    address: str
    subject: str
    text: str
    html: str
    once: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class MailLeft:
    """Nothing more will be tried with this mail: it was sent, or given up."""

    number: int


def put(draft: Draft) -> int | None:
    """Queue the mail in the present transaction; its number, or None if its cause has been mailed before."""
    once = draft.once or f"{draft.name}:{secrets.token_hex(12)}"
    if session.scalar(select(Mail.id).where(Mail.once == once)) is not None:
        return None
    subject = draft.account_id or 0
    mail = Mail(
        account_id=draft.account_id,
        purpose=draft.purpose,
        name=draft.name,
        once=once,
        address=seal(draft.address, "mail.address", subject=subject),
        subject=seal(draft.subject, "mail.subject", subject=subject),
        text=seal(draft.text, "mail.text", subject=subject),
        html=seal(draft.html, "mail.html", subject=subject),
        headers=draft.headers,
        due_at=clock.now(),
        created_at=clock.now(),
        sent_at=None,
    )
    session.add(mail)
    session.flush()
    return mail.id


def claim() -> Mail | None:
    """Take the next due mail for sending, so that no other worker takes it. One stuck in sending is taken again."""
    now = clock.now()
    due = or_(Mail.state == "queued", Mail.state == "sending")
    wanted = select(Mail.id).where(due, Mail.due_at <= now).order_by(Mail.due_at, Mail.id).limit(1)
    if db.current().dialect == "postgresql":
        wanted = wanted.with_for_update(skip_locked=True)
    taken = (
        update(Mail)
        .where(Mail.id == wanted.scalar_subquery())
        .values(state="sending", due_at=now + STUCK, attempts=Mail.attempts + 1)
    )
    number = session.execute(taken.returning(Mail.id)).scalar()
    return session.get(Mail, number) if number is not None else None


def mark_sent(number: int) -> None:
    """The server took it."""
    session.execute(update(Mail).where(Mail.id == number).values(state="sent", sent_at=clock.now()))
    emit(MailLeft(number=number))


def mark_suppressed(number: int) -> None:
    """The person does not want it (any more); it is kept as a fact and never sent."""
    session.execute(update(Mail).where(Mail.id == number).values(state="suppressed"))


def mark_unsent(number: int, *, attempts: int, for_good: bool) -> None:
    """The server did not take it: try again later with growing waits, or give up and keep it as failed."""
    over = for_good or attempts >= MOST_ATTEMPTS
    wait = FIRST_WAIT * 2 ** min(attempts, 10)
    values = {"state": "failed"} if over else {"state": "queued", "due_at": clock.now() + wait}
    session.execute(update(Mail).where(Mail.id == number).values(**values))
    if over:
        emit(MailLeft(number=number))
