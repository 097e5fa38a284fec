"""Handing a mail to the server: with P19, TLS or not at all. One of the few modules that open sockets."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from core import clock
from core.settings import Environment, Settings


class NotTaken(Exception):
    """The server did not take the mail; `for_good` if asking again is useless."""

    def __init__(self, *, for_good: bool) -> None:
        super().__init__("the mail server did not take the mail")
        self.for_good = for_good


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """An opened mail on its way to the server."""

    number: int
    address: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]


def send(parcel: Parcel, settings: Settings) -> None:
    """Give the mail to the server over TLS. Raises NotTaken. Without a server (demo) the outbox is the mailbox."""
    if not settings.smtp_host:
        return
    try:
        with _connect(settings) as server:
            server.send_message(_message(parcel, settings))
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _text in refused.recipients.values()]
        raise NotTaken(for_good=all(500 <= code < 600 for code in codes)) from None
    except (smtplib.SMTPException, OSError):
        raise NotTaken(for_good=False) from None


def _connect(settings: Settings) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if settings.environment is Environment.TEST:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if settings.smtp_tls == "implicit":
        server: smtplib.SMTP = smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, timeout=20, context=context)
    else:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=20)
        server.starttls(context=context)
    if settings.smtp_username:
        server.login(settings.smtp_username, settings.smtp_password)
    return server


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
