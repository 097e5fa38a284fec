"""The shop's keys: which signs now, which are published, and the next one."""

from collections.abc import Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select

from core import clock, db, keys, snapshot
from core.access import Actor
from core.audit import service as audit
from core.db import session
from storefront.signing import rules
from storefront.signing.locking import lock, unlock
from storefront.signing.models import SigningKeyRow
from storefront.signing.rules import SigningKey

Ring = Sequence[tuple[SigningKey, str]]
"""Keys in their order, each with its locked private half."""
TABLE = SigningKeyRow.__tablename__


def ring() -> list[SigningKey]:
    """Every key that ever signed or will, in their order."""
    return [key for key, _locked in _kept()]


def current() -> SigningKey:
    """The key that signs now."""
    return rules.signing_at(ring(), clock.now())


def asked_for(id: str) -> SigningKey:
    """The key by that name where a program may still ask for it, else the one that signs now."""
    return rules.asked_for(ring(), id, clock.now())


def sign(data: bytes, key: SigningKey | None = None) -> bytes:
    """The signature (Ed25519) over these bytes, under that key or the one that signs now."""
    wanted = key or current()
    locked = next(locked for one, locked in _kept() if one.number == wanted.number)
    return _private(locked, wanted.number).sign(data)


def rotate(actor: Actor, begins_at: datetime | None = None) -> SigningKey:
    """Publish the next key; it signs after the notice, or from that moment on. Refuses with RotationRunning."""
    known, now = ring(), clock.now()
    rules.check_rotation(known, now)
    if session.get(SigningKeyRow, 1) is None:
        session.add(SigningKeyRow(number=1, public=known[0].public, locked="", published_at=now, begins_at=None))
    private = Ed25519PrivateKey.generate()
    number = known[-1].number + 1
    row = SigningKeyRow(
        number=number,
        public=_public(private),
        locked=lock(private.private_bytes_raw(), f"signing {number}"),
        published_at=now,
        begins_at=begins_at or now + rules.NOTICE,
    )
    session.add(row)
    session.flush()
    audit.record(actor, "publish", "signing key", number, public=row.public)
    db.current().snapshots.pop(TABLE, None)
    return _told(row)


def _kept() -> Ring:
    """From the last look, which programs' doors take at each request; outside of one, as it was then."""
    if db.in_transaction():
        return snapshot.keep(TABLE, _load, tables=(TABLE,))
    found = db.current().snapshots.get(TABLE)
    return found[1] if found is not None else [(_first(), "")]  # type: ignore[return-value]


def _load() -> Ring:
    rows = session.execute(select(SigningKeyRow).order_by(SigningKeyRow.number)).scalars().all()
    return [(_told(row), row.locked) for row in rows] or [(_first(), "")]


def _told(row: SigningKeyRow) -> SigningKey:
    return SigningKey(number=row.number, public=row.public, begins_at=row.begins_at, published_at=row.published_at)


def _first() -> SigningKey:
    return SigningKey(number=1, public=_public(_private("", 1)), begins_at=None)


def _private(locked: str, number: int) -> Ed25519PrivateKey:
    if not locked:
        return Ed25519PrivateKey.from_private_bytes(keys.derived("licenses signing 1"))
    return Ed25519PrivateKey.from_private_bytes(unlock(locked, f"signing {number}"))


def _public(private: Ed25519PrivateKey) -> str:
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
