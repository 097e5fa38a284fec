"""Which key signs when. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import Conflict

NOTICE = timedelta(days=90)
"""How long a new key is published before it signs, so that programs can be shipped that know it."""
OVERLAP = timedelta(days=365)
"""How long after that a program may still ask for answers under the key before it."""


class RotationRunning(Conflict):
    """A next key is published already and does not sign yet."""

    code = "rotation_running"
    sentence = "A next key is published already; it has to sign first. Nothing was changed."


@dataclass(frozen=True, kw_only=True)
class SigningKey:
    """A key as it is published. public: 32 bytes in hex; begins_at: None for the first, which signed from the start."""

    number: int
    public: str
    begins_at: datetime | None
    published_at: datetime | None = None

    @property
    def id(self) -> str:
        """A short name of the key, made from the key itself."""
        return hashlib.sha256(bytes.fromhex(self.public)).hexdigest()[:16]


def signing_at(ring: Sequence[SigningKey], now: datetime) -> SigningKey:
    """The key that signs now: the latest that has begun."""
    return [one for one in ring if one.begins_at is None or one.begins_at <= now][-1]


def end_of(ring: Sequence[SigningKey], key: SigningKey) -> datetime | None:
    """When the next key began, or begins, to sign in this one's place."""
    later = [one.begins_at for one in ring if one.number > key.number and one.begins_at is not None]
    return min(later, default=None)


def asked_for(ring: Sequence[SigningKey], id: str, now: datetime) -> SigningKey:
    """The key that a program knows, while it may still ask for it; else the one that signs now."""
    current = signing_at(ring, now)
    for one in ring:
        end = end_of(ring, one)
        if one.id == id and one.number < current.number and end is not None and now < end + OVERLAP:
            return one
    return current


def check_rotation(ring: Sequence[SigningKey], now: datetime) -> None:
    """Refuses with RotationRunning while a next key waits for its day."""
    if signing_at(ring, now) is not ring[-1]:
        raise RotationRunning
