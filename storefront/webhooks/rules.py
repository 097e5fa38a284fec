"""What is told, how it is signed, and when it is told again. Pure. Source: the Standard Webhooks specification, 1.0."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from core.errors import Conflict, Invalid

WAITS = (
    timedelta(0),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=24),
)
"""How long after the one before each try follows; as the page says it. After the last one it is given up."""
PAUSED_AFTER = 5
"""After so many events in a row were given up, nothing more is sent until staff say so."""
OVERLAP = timedelta(hours=24)
"""For how long events are signed under the secret before a new one as well."""
SECRET_BYTES = 32
LONGEST = 500
GONE = 410


class Kind(StrEnum):
    """What programs can be told of."""

    LICENSE_CREATED = "license.created"
    LICENSE_ACTIVE = "license.active"
    LICENSE_EXPIRED = "license.expired"
    LICENSE_SUSPENDED = "license.suspended"
    LICENSE_REVOKED = "license.revoked"
    LICENSE_TRANSFERRED = "license.transferred"
    LICENSE_RENEWED = "license.renewed"
    LICENSE_CHANGED = "license.plan_changed"
    LICENSE_KEY = "license.key_replaced"
    DEVICE_ADDED = "device.added"
    DEVICE_REMOVED = "device.removed"
    ORDER_PAID = "order.paid"
    ORDER_REFUNDED = "order.refunded"
    RELEASE_PUBLISHED = "release.published"
    TEST = "test"


CHOICES = tuple(kind for kind in Kind if kind is not Kind.TEST)
OF_VERB: Mapping[str, Kind] = MappingProxyType(
    {
        "issue": Kind.LICENSE_CREATED,
        "now issued": Kind.LICENSE_ACTIVE,
        "now active": Kind.LICENSE_ACTIVE,
        "now expired": Kind.LICENSE_EXPIRED,
        "now suspended": Kind.LICENSE_SUSPENDED,
        "now revoked": Kind.LICENSE_REVOKED,
        "now transferred": Kind.LICENSE_TRANSFERRED,
        "renewed": Kind.LICENSE_RENEWED,
        "plan changed": Kind.LICENSE_CHANGED,
        "key renewed": Kind.LICENSE_KEY,
        "activate": Kind.DEVICE_ADDED,
        "deactivate": Kind.DEVICE_REMOVED,
    }
)
"""What an entry of a license's history is told as."""


class State(StrEnum):
    """How it stands with one event for one program."""

    WAITING = "waiting"
    TAKEN = "taken"
    GIVEN_UP = "given up"


class AddressRefused(Invalid):
    """Events cannot be sent there."""

    code = "webhook_address"
    sentence = "Please give an https address of at most 500 characters, without a name and password in it."


class NothingChosen(Invalid):
    """A program that is told nothing needs no address."""

    code = "webhook_events"
    sentence = "Please choose at least one event."


class Paused(Conflict):
    """Nothing is sent there at the moment."""

    code = "webhook_paused"
    sentence = "Nothing is sent there at the moment. Let it go on first."


def secret_text(raw: bytes) -> str:
    """The secret as it is shown, once."""
    return "whsec_" + base64.b64encode(raw).decode()


def signature(secrets: Iterable[bytes], id: str, timestamp: int, body: bytes) -> str:
    """`webhook-signature`: HMAC-SHA-256 over id, timestamp and body, once for each secret that counts."""
    signed = f"{id}.{timestamp}.".encode() + body
    marks = (base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode() for secret in secrets)
    return " ".join(f"v1,{mark}" for mark in marks)


def is_taken(status: int) -> bool:
    """Whether the program took it."""
    return 200 <= status < 300


def next_wait(attempts: int) -> timedelta | None:
    """How long to wait after so many tries; None: give it up."""
    return WAITS[attempts] if attempts < len(WAITS) else None


def read_kinds(given: Iterable[str]) -> list[str]:
    """The chosen kinds, in their order. Refuses with NothingChosen."""
    wanted = set(given)
    found = [kind.value for kind in CHOICES if kind.value in wanted]
    if not found:
        raise NothingChosen
    return found
