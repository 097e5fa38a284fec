"""What goes out because of a ticket: one acknowledgement, our answers, and the link that asks whether it was you."""

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import func, select

from core import clock, web
from core.access import PROGRAM
from core.accounts.rules import EmailRefused, read_email
from core.db import session
from core.outbox.models import Mail
from privacy.contact.service import Letter, send, send_to_stranger
from privacy.tickets import rules, service
from privacy.tickets.models import Ticket

PURPOSE = "support"


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was done at once because a letter asked for it; the acknowledgement says so, in the same words to everybody."""

    stopped: bool = False
    original_only: bool = False
    no_calls: bool = False
    asks_identity: bool = False


def acknowledge(ticket: Ticket, address: str, done: Done, answers: str = "") -> None:
    """Say once that the letter arrived; not more than a few times an hour to one address."""
    if ticket.acknowledged_at is not None or _has_had_enough(ticket):
        return
    ticket.acknowledged_at = clock.now()
    headers = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All", **_threaded(answers)}
    once = f"ticket:{ticket.number}:received"
    context = {"number": ticket.number, "done": done}
    _send(ticket, address, Letter(name="ticket_received", context=context, once=once, headers=headers))


def answer(ticket: Ticket, text: str, message_id: int) -> int | None:
    """Send our answer to the ticket's own address, signed by the shop; the number of the mail."""
    address = "" if ticket.account_id else service.address_of(ticket, PROGRAM)
    once = f"ticket:{ticket.number}:answer:{message_id}"
    _send(ticket, address, Letter(name="ticket_answer", context={"number": ticket.number, "text": text}, once=once))
    return session.scalar(select(Mail.id).where(Mail.once == once))


def _send(ticket: Ticket, address: str, letter: Letter) -> None:
    reply = rules.reply_address(web.settings().support_email, ticket.number, service.proof_of(ticket.number))
    letter = replace(letter, headers={"Reply-To": reply, **letter.headers})
    if ticket.account_id is not None:
        send(ticket.account_id, PURPOSE, letter)
        return
    try:
        send_to_stranger(read_email(address), PURPOSE, letter)
    except EmailRefused:
        return  # an address to which no mail can be sent; the ticket is there all the same


def _has_had_enough(ticket: Ticket) -> bool:
    since = clock.now() - timedelta(hours=1)
    own = (Ticket.address_hash == ticket.address_hash, Ticket.created_at > since - timedelta(hours=1))
    counted = select(func.count()).select_from(Ticket).where(*own, Ticket.acknowledged_at > since)
    return (session.scalar(counted) or 0) >= rules.ACKNOWLEDGED_AN_HOUR


def _threaded(answers: str) -> dict[str, str]:
    """So that mail programs show it below the letter that it acknowledges."""
    if not (answers and answers.isascii() and answers.isprintable()):
        return {}
    return {"In-Reply-To": f"<{answers}>", "References": f"<{answers}>"}
