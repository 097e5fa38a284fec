"""The door for mail: an SMTP or LMTP server behind the mail server of the house, which does the encryption (P19).

It listens on this machine only, takes mail for the support address and nobody else, says 250 after the mail is stored and
not before, 552 to what is too large, and 451 where it cannot store: then the sender keeps the mail and tries again.
"""

import asyncio
import ipaddress
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from core import db, logs
from core.settings import MissingSetting, Settings
from privacy.mailbox import service
from privacy.mailbox.rules import MOST_BYTES

TAKEN = "250 2.0.0 Taken"
NOT_NOW = "451 4.3.0 Not stored, please try again later"
TOO_LARGE = "552 5.3.4 Larger than 10 MB; please send large files in another way"
NOBODY = "550 5.1.1 Nobody here has that address"


class Door:
    """What the server does with a mail: the words of aiosmtpd."""

    def __init__(self, context: Callable[[], AbstractContextManager[Any]], database: db.Database, own: str) -> None:
        self._context, self._database = context, database
        self._local, _, self._domain = own.casefold().rpartition("@")

    async def handle_RCPT(  # noqa: N802, PLR0917 (aiosmtpd's name and arguments)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The support address, with or without the ticket's reference; this is no relay."""
        local, _, domain = address.casefold().rpartition("@")
        if local.partition("+")[0] != self._local or domain != self._domain:
            return NOBODY
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Store it; the event loop goes on while the database works."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        recipients = "".join(f"Delivered-To: {one}\r\n" for one in envelope.rcpt_tos if one.isprintable())
        return await asyncio.to_thread(self._store, recipients.encode() + content, not envelope.mail_from)

    def _store(self, raw: bytes, returns_nowhere: bool) -> str:
        try:
            with self._context():
                db.use(self._database)
                with db.transaction():
                    service.receive(raw, returns_nowhere=returns_nowhere)
        except service.TooLarge:
            return TOO_LARGE
        except Exception as failed:  # whatever it is, the sender keeps the mail
            logs.log().error("mail_not_taken", error=logs.describe(failed))
            return NOT_NOW
        return TAKEN


class Listener(Controller):
    """The server in a thread of its own."""

    def __init__(self, door: Door, kind: str, host: str, port: int) -> None:
        super().__init__(door, hostname=host, port=port, data_size_limit=MOST_BYTES, ident="LicensePal")
        self._kind = LMTP if kind == "lmtp" else SMTP

    def factory(self) -> SMTP:
        """One conversation."""
        return self._kind(self.handler, **self.SMTP_kwargs)


def of_program(app: Flask) -> Listener | None:
    """The listener that the program's settings ask for, or None. Raises MissingSetting for an address elsewhere."""
    settings: Settings = app.extensions["settings"]
    if not settings.mail_listen:
        return None
    kind, host, port = read_address(settings.mail_listen)
    return Listener(Door(app.app_context, app.extensions["database"], settings.support_email), kind, host, port)


def read_address(text: str) -> tuple[str, str, int]:
    """Kind, host and port of "lmtp://127.0.0.1:2525", "smtp://…" or "127.0.0.1:2525". Raises MissingSetting."""
    kind, _, place = text.rpartition("://")
    host, _, port = place.rpartition(":")
    try:
        is_here = host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        is_here = False
    if kind not in {"", "smtp", "lmtp"} or not is_here or not (port.isascii() and port.isdigit()):
        raise MissingSetting(
            "LICENSEPAL_MAIL_LISTEN must be an address of this machine such as lmtp://127.0.0.1:2525: the mail server "
            "in front of it does the encryption."
        )
    return kind or "smtp", host.strip("[]"), int(port)
