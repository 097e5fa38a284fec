"""What a license allows to the programs that check it, and what a check answers. Pure."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from core.errors import Conflict, Invalid
from storefront.licenses.rules import LicenseConflict

START = "0" * 64
MOST_FINGERPRINT = 200
MOST_NAME = 80
HEARTBEAT_SECONDS = 600
"""How long a device counts as alive after its last sign, where the policy names no time of its own."""


class Lock(StrEnum):
    """What a license is bound to."""

    NODE = "node"
    FLOATING = "floating"
    USERS = "users"
    DOMAINS = "domains"


class AfterEnd(StrEnum):
    """What the end of a license means for programs: no more use; not even an answer; use as before; use and everything new."""

    RESTRICT = "restrict"
    REVOKE = "revoke"
    MAINTAIN = "maintain"
    ALLOW = "allow"


class Begins(StrEnum):
    """From when a trial's days are counted."""

    ISSUE = "issue"
    ACTIVATION = "activation"
    DOWNLOAD = "download"


class Overage(StrEnum):
    """How far over its limits a license may go before a device is refused."""

    NONE = "none"
    QUARTER = "quarter"
    HALF = "half"
    DOUBLE = "double"
    ALWAYS = "always"


_SHARES = {Overage.NONE: (1, 1), Overage.QUARTER: (5, 4), Overage.HALF: (3, 2), Overage.DOUBLE: (2, 1)}


class Pulse(StrEnum):
    """Whether a device gives signs of life."""

    NOT_STARTED = "NOT_STARTED"
    ALIVE = "ALIVE"
    DEAD = "DEAD"
    RESURRECTED = "RESURRECTED"


class DeviceLimit(Conflict):
    """Every device that the license allows is in use."""

    code = "device_limit"


class DeviceKnown(Conflict):
    """The device is on the license already; it is not counted twice."""

    code = "device_known"
    sentence = "This device is on the license already."


class UseLimit(LicenseConflict):
    """Every use that the license allows is used."""

    code = "use_limit"
    sentence = "Every use that this license allows has been used. Nothing was counted."


class BadFingerprint(Invalid):
    """A device's fingerprint is missing, too long, or no domain where one is asked for."""

    code = "bad_fingerprint"
    sentence = "A device is known by a fingerprint of 1 to 200 characters."


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What an edition allows. None means: no limit, or none asked for. Times are whole seconds or days."""

    lock: Lock = Lock.FLOATING
    max_machines: int | None = 1
    max_users: int | None = None
    max_processes: int | None = None
    max_cores: int | None = None
    max_uses: int | None = None
    strict: bool = False
    heartbeat_seconds: int | None = None
    check_in_days: int | None = None
    after_end: AfterEnd = AfterEnd.RESTRICT
    begins: Begins = Begins.ISSUE
    overage: Overage = Overage.NONE
    transferable: bool = True
    offline_days: int = 30
    entitlements: tuple[str, ...] = ()

    @property
    def is_floating(self) -> bool:
        """Whether it is made for more than one device."""
        return self.lock is not Lock.NODE

    @property
    def heartbeat(self) -> int:
        """For how many seconds a sign of life counts."""
        return self.heartbeat_seconds or HEARTBEAT_SECONDS

    def allowed(self, limit: int | None) -> int | None:
        """How many are let in where so many were sold; None for as many as come."""
        if limit is None or self.overage is Overage.ALWAYS:
            return None
        times, parts = _SHARES[self.overage]
        return limit * times // parts


def pulse_of(beat: datetime | None, revived: datetime | None, seconds: int, now: datetime) -> Pulse:
    """How a device whose last sign of life was then counts now. revived: when it came back after being dead."""
    if beat is None:
        return Pulse.NOT_STARTED
    if now - beat > timedelta(seconds=seconds):
        return Pulse.DEAD
    return Pulse.RESURRECTED if revived == beat else Pulse.ALIVE


def written(fingerprint: object, lock: Lock) -> str:
    """A fingerprint in its one form; a domain without case, scheme, `www.` and final dot. Refuses with BadFingerprint."""
    if not isinstance(fingerprint, str):
        raise BadFingerprint
    text = fingerprint.strip()
    if lock is Lock.DOMAINS:
        text = text.lower().partition("://")[2] or text.lower()
        text = text.split("/")[0].split(":")[0].removeprefix("www.").rstrip(".")
    if not 0 < len(text.encode(errors="replace")) <= MOST_FINGERPRINT or not text.isprintable():
        raise BadFingerprint
    return text


def hashed(fingerprint: str, salt: str, key: bytes) -> str:
    """What a fingerprint is known by: HMAC-SHA-256 under the shop's key, salted for one license."""
    return hmac.new(key, f"{salt}\n{fingerprint}".encode(), hashlib.sha256).hexdigest()


def link(before: str, entry: Mapping[str, Any]) -> str:
    """The next link of a license's history: it changes with any word of the entry and with anything before it."""
    words = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{before}\n{words}".encode()).hexdigest()
