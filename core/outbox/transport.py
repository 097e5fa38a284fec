"""A mail as it is written for the server, handed over through the one outgoing module."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from core import clock, outgoing
from core.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """An opened mail on its way to the server."""

    number: int
    purpose: str
    address: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]


def send(parcel: Parcel, settings: Settings) -> None:
    """Give the mail to the server. Raises outgoing.NotTaken. Without a server (demo) the outbox is the mailbox."""
    if settings.smtp_host:
        outgoing.hand_mail(_message(parcel, settings), settings, purpose=parcel.purpose)


def _message(parcel: Parcel, settings: Settings) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"{settings.site_name} <{settings.support_email}>"
    message["To"] = parcel.address
    message["Subject"] = " ".join(parcel.subject.split())
    message["Date"] = format_datetime(clock.now())
    domain = settings.support_email.rpartition("@")[2]
    message["Message-ID"] = f"<mail-{parcel.number}@{domain}>" if parcel.number else make_msgid(domain=domain)
    for name, value in parcel.headers.items():
        message[name] = value
    message.set_content(parcel.text)
    message.add_alternative(parcel.html, subtype="html")
    return message
