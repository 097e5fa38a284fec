"""Mails as strangers and customers send them, and doors to hand them in."""

from email.message import EmailMessage

from sqlalchemy import select

from core.access import PROGRAM
from core.db import session
from privacy.mailbox import service
from privacy.tickets import service as tickets
from privacy.tickets.models import Ticket
from tests.shop import Shop

SUPPORT = "support@licensepal.example.com"


def written(
    text: str, *, subject: str = "A question", sender: str = "Ada <ada@example.com>", to: str = SUPPORT, **headers: str
) -> EmailMessage:
    """A mail as a mail program writes it; headers with underscores for dashes."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<{abs(hash((text, subject, sender)))}@mail.example.com>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def arrives(shop: Shop, message: EmailMessage | bytes, *, returns_nowhere: bool = False) -> None:
    """The mail comes in, and the worker reads it."""
    raw = message if isinstance(message, bytes) else message.as_bytes()
    with shop.transaction():
        service.receive(raw, returns_nowhere=returns_nowhere)
    shop.work()


def all_tickets(shop: Shop) -> list[Ticket]:
    """All there are, the oldest first."""
    with shop.transaction():
        return list(session.scalars(select(Ticket).order_by(Ticket.id)))


def letters_of(shop: Shop, ticket: Ticket) -> list[tuple[str, str]]:
    """Direction and text of a ticket's letters, as the program may read them."""
    with shop.transaction():
        opened = tickets.open_for(ticket, PROGRAM)
        return [(one.direction, one.text) for one in opened.letters]
