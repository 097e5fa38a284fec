"""Every connection that leaves the shop for somebody else is opened here: for a declared recipient and purpose (clause
P4d), encrypted or not at all (P19).

The shop's own stores (the database and its pg_dump, Redis or Valkey) receive nothing for anybody else; they are reached
by their own libraries. Who listens (the web server, the door for mail) opens nothing outward.
"""

import http.client
import ipaddress
import json
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import stripe

from core.errors import NotAllowed
from core.settings import Environment, Settings

SECONDS = 20
LONGEST = 65_536
"""No answer of a service that is asked a short question is longer, in bytes."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way out. `recipient` is an id among the register's recipients."""

    recipient: str
    carries: str
    encrypted: str


MAIL = Way(
    recipient="mail_carrier",
    carries="one mail at a time, by SMTP",
    encrypted="TLS 1.2 or newer with a checked certificate; without it nothing is handed over",
)
PAYMENTS = Way(
    recipient="payment_service",
    carries="the amount, the currency and the number of one order at a time, by Stripe's interface",
    encrypted="TLS 1.2 or newer with a checked certificate; a plain address stops the start",
)
DISPUTES = Way(
    recipient="dispute_service",
    carries="what was bought, delivered and used, where staff answer one dispute, by Stripe's interface",
    encrypted=PAYMENTS.encrypted,
)
VAT_IDS = Way(
    recipient="vat_service",
    carries="one VAT id and the shop's own at a time, by the service's JSON interface",
    encrypted="TLS 1.2 or newer with a checked certificate; a plain address stops the start",
)
PROGRAMS = Way(
    recipient="own_programs",
    carries="one event at a time: its kind, and the numbers of a license, an order, a device or a release",
    encrypted="TLS 1.2 or newer with a checked certificate; plain addresses are refused",
)
WAYS = (MAIL, PAYMENTS, DISPUTES, VAT_IDS, PROGRAMS)
TOLD = 400
"""How much of a program's answer is kept, in bytes."""
TOLERANCE = 300
"""How old a signed message may be, in seconds; Stripe's own measure."""
PaymentService = stripe.StripeClient
stripe.enable_telemetry = False


class Undeclared(NotAllowed):
    """A connection for which the register names no recipient, or no purpose; nothing was opened."""

    sentence = "The register knows nobody who may receive this. No connection was opened."


class NoAnswer(Exception):
    """A service was asked, but no clear answer came back: what it was asked to do, it may or may not have done."""


class NotDone(Exception):
    """The payment service refused, and did nothing."""


class NotSigned(Exception):
    """A message that claims to come from the payment service, but does not, or is too old."""


class NotTaken(Exception):
    """The server did not take the mail; `for_good` if asking again is useless."""

    def __init__(self, *, for_good: bool) -> None:
        super().__init__("the mail server did not take the mail")
        self.for_good = for_good


MayReceive = Callable[[str, str], bool]


def _nobody(_recipient: str, _purpose: str) -> bool:
    return False


_may_receive: MayReceive = _nobody


def ask(may_receive: MayReceive) -> None:
    """Say who knows what the register declares: (recipient, purpose) → allowed. Until then nothing leaves."""
    global _may_receive
    _may_receive = may_receive


def check(way: Way, purpose: str) -> None:
    """Raises Undeclared unless this recipient may receive something for this purpose."""
    if not _may_receive(way.recipient, purpose):
        raise Undeclared


def hand_mail(message: EmailMessage, settings: Settings, *, purpose: str) -> None:
    """Give the mail to the server over TLS. Raises NotTaken, Undeclared."""
    check(MAIL, purpose)
    try:
        with _mail_server(settings) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _text in refused.recipients.values()]
        raise NotTaken(for_good=all(500 <= code < 600 for code in codes)) from None
    except (smtplib.SMTPException, OSError):
        raise NotTaken(for_good=False) from None


@contextmanager
def payment_service(settings: Settings, *, purpose: str, way: Way = PAYMENTS) -> Iterator[PaymentService]:
    """Stripe, for a few questions; the connection is closed after them. Raises NoAnswer, NotDone, Undeclared."""
    check(way, purpose)
    line = stripe.RequestsClient(timeout=SECONDS)
    try:
        yield PaymentService(
            settings.stripe_secret_key, http_client=line, base_addresses={"api": settings.stripe_api_base}
        )
    except (stripe.InvalidRequestError, stripe.CardError) as refused:
        raise NotDone(refused.code or "refused") from None
    except stripe.StripeError:
        raise NoAnswer from None
    finally:
        line.close()  # type: ignore[no-untyped-call]


def heard(raw: bytes, signature: str, settings: Settings) -> dict[str, Any]:
    """What the payment service says by itself, once its signature over these very bytes is checked. Raises NotSigned."""
    try:
        stripe.WebhookSignature.verify_header(raw, signature, settings.stripe_webhook_secret, TOLERANCE)
        said = json.loads(raw)
    except (stripe.SignatureVerificationError, ValueError):
        raise NotSigned from None
    if not isinstance(said, dict):
        raise NotSigned
    return said


def ask_vat_service(question: Mapping[str, str], settings: Settings, *, purpose: str) -> object:
    """What the service for VAT ids answers: some JSON that nobody has looked at. Raises NoAnswer, Undeclared."""
    check(VAT_IDS, purpose)
    line = _line(settings)
    try:
        path = urlsplit(settings.vies_url).path or "/"
        line.request("POST", path, json.dumps(question), {"Content-Type": "application/json"})
        answer = line.getresponse()
        raw = answer.read(LONGEST + 1)
        if answer.status != 200 or len(raw) > LONGEST:
            raise NoAnswer
        return json.loads(raw)
    except (OSError, http.client.HTTPException, ValueError, RecursionError):
        raise NoAnswer from None
    finally:
        line.close()


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a program answered to an event: its status (0: none came), and how its answer begins."""

    status: int
    words: str


def tell_program(address: str, body: bytes, headers: Mapping[str, str], settings: Settings, *, purpose: str) -> Told:
    """Hand an event to a program of the shop's own. Never follows to another address. Raises Undeclared.

    The name is looked up once, and the connection goes to what was found: an address of this machine or of a private
    network is refused, so that nobody reaches into it through us (tests and the demonstration talk to this machine).
    """
    check(PROGRAMS, purpose)
    place = urlsplit(address)
    try:
        line = _program_line(place.hostname or "", place.port, place.scheme, settings)
        with closing(line):
            line.request("POST", f"{place.path or '/'}{'?' * bool(place.query)}{place.query}", body, dict(headers))
            answer = line.getresponse()
            words = answer.read(TOLD).decode("utf-8", "replace")
        return Told(status=answer.status, words=words)
    except (OSError, http.client.HTTPException, ValueError) as failed:
        return Told(status=0, words=type(failed).__name__)


def is_reachable(address: str, settings: Settings) -> bool:
    """Whether events may be sent there at all: https, without a name and password in it; here also this machine."""
    try:
        place = urlsplit(address)
        port_is_fine = place.port is None or 0 < place.port < 65_536
    except ValueError:
        return False
    is_own = _may_stay_here(settings) and place.scheme == "http" and place.hostname == "127.0.0.1"
    return bool(place.hostname) and port_is_fine and "@" not in place.netloc and (place.scheme == "https" or is_own)


def _program_line(host: str, port: int | None, scheme: str, settings: Settings) -> http.client.HTTPConnection:
    found = ipaddress.ip_address(socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)[0][4][0])
    if not found.is_global and not (_may_stay_here(settings) and found.is_loopback):
        raise OSError("not a public address")
    if scheme != "https":
        return http.client.HTTPConnection(str(found), port or 80, timeout=SECONDS)
    line = http.client.HTTPSConnection(host, port or 443, timeout=SECONDS, context=_trust(settings))
    line._create_connection = lambda _named, *given: socket.create_connection((str(found), port or 443), *given)  # type: ignore[attr-defined]
    return line


def _may_stay_here(settings: Settings) -> bool:
    return settings.demo or settings.environment is Environment.TEST


def _line(settings: Settings) -> http.client.HTTPConnection:
    """To the service for VAT ids; only tests know a plain one (core/settings.py)."""
    place = urlsplit(settings.vies_url)
    if place.scheme == "https":
        trust = _trust(settings)
        return http.client.HTTPSConnection(place.hostname or "", place.port, timeout=SECONDS, context=trust)
    return http.client.HTTPConnection(place.hostname or "", place.port, timeout=SECONDS)


@contextmanager
def _mail_server(settings: Settings) -> Iterator[smtplib.SMTP]:
    """A connection on which TLS is up before anything is said; a server without it raises."""
    place, context = (settings.smtp_host, settings.smtp_port), _trust(settings)
    if settings.smtp_tls == "implicit":
        opened: smtplib.SMTP = smtplib.SMTP_SSL(*place, timeout=SECONDS, context=context)
    else:
        opened = smtplib.SMTP(*place, timeout=SECONDS)
    with opened as server:
        if settings.smtp_tls != "implicit":
            server.starttls(context=context)
        if settings.smtp_username:
            server.login(settings.smtp_username, settings.smtp_password)
        yield server


def _trust(settings: Settings) -> ssl.SSLContext:
    """What the system trusts; servers that tests start carry a certificate of their own."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.environment is Environment.TEST:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
