"""Test data of the privacy area, made through its services."""

import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core import clock
from privacy.consent import service as consent
from privacy.contact.service import Letter, send
from privacy.policies import files
from privacy.policies import service as policies
from tests.shop import Shop

NEWS = {
    "title": "Ledgerlark 4 is out",
    "text": "It reads receipts now.",
    "parts": ["It reads receipts now."],
    "address": "http://127.0.0.1:5000/newsletter/ledgerlark-4",
}


def wants(shop: Shop, account_id: int, *purposes: str) -> None:
    """The person has switched these on."""
    with shop.transaction():
        for purpose in purposes:
            consent.switch(account_id, purpose, True, how="panel")


def post_version(shop: Shop, number: int = 2) -> None:
    """Post that version of the policy (the second brought new uses) as `flask policy publish` does; `clock.moved(timedelta(days=31))` brings it into force."""
    with shop.transaction():
        policies.publish(number, files.text_of(number))


def write_news(shop: Shop, account_id: int, once: str = "") -> bool:
    """Queue a newsletter; answers whether it was queued."""
    with shop.transaction():
        return send(account_id, "newsletter", Letter(name="newsletter", context=NEWS, once=once))


def write_about_order(shop: Shop, account_id: int) -> bool:
    """Queue a mail about the person's own order (any template will do)."""
    with shop.transaction():
        return send(account_id, "orders", Letter(name="newsletter", context=NEWS))


class Inbox:
    """A real SMTP server that takes mail over TLS only and keeps what it was given."""

    def __init__(self, folder: Path) -> None:
        self.received: list[Any] = []
        self.encrypted: list[bool] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(_certificate(folder))
        self.port = _free_port()
        self._server: Controller | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        """Take one mail."""
        self.received.append(envelope)
        self.encrypted.append(session.ssl is not None)
        return "250 OK"

    def start(self) -> None:
        """Listen."""
        self._server = Controller(
            self, hostname="127.0.0.1", port=self.port, tls_context=self._context, require_starttls=True
        )
        self._server.start()

    def stop(self) -> None:
        """Be down."""
        if self._server is not None:
            self._server.stop()
            self._server = None


@contextmanager
def mailing_to(shop: Shop, inbox: Inbox) -> Iterator[None]:
    """Let the shop hand its mails to this server."""
    before = shop.app.extensions["settings"]
    shop.app.extensions["settings"] = replace(before, smtp_host="127.0.0.1", smtp_port=inbox.port)
    try:
        yield
    finally:
        shop.app.extensions["settings"] = before
        inbox.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    place = folder / "server.pem"
    place.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return place
