"""Signs what a shop would sign, with a key made for the test."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = SECRET.public_key().public_bytes_raw().hex()
KEY, FINGERPRINT, NOW = "KILN-1234", "kiln-1", datetime(2030, 5, 1, 12, tzinfo=UTC)
TARGET = "/v1/licenses/actions/validate-key"


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def file(*, encrypt: bool = False, number: int = 7, issued: datetime = NOW, key: str = KEY) -> str:
    """A license file of a month."""
    meta = {"issued": issued.isoformat(), "expiry": (issued + timedelta(days=30)).isoformat()}
    body: dict[str, Any] = {"data": {"id": "l1", "attributes": {"key": key, "status": "ACTIVE", "expiry": None}}}
    body |= {"included": [], "meta": meta | {"history": {"number": number, "chain": f"chain {number}"}}}
    raw = json.dumps(body).encode()
    enc = b64(raw)
    if encrypt:
        sealed = AESGCM(hashlib.sha256(key.encode()).digest()).encrypt(bytes(12), raw, None)
        enc = ".".join(map(b64, (sealed[:-16], bytes(12), sealed[-16:])))
    alg = f"{'aes-256-gcm' if encrypt else 'base64'}+ed25519"
    inner = {"enc": enc, "sig": b64(SECRET.sign(f"license/{enc}".encode())), "alg": alg}
    return f"-----BEGIN LICENSE FILE-----\n{b64(json.dumps(inner).encode())}\n-----END LICENSE FILE-----\n"


def proof(*, number: int = 7, fingerprint: str = FINGERPRINT) -> str:
    """A short proof of a month."""
    said = {"lic": "l1", "prd": "kiln", "iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 2_592_000}
    said |= {"fp": hashlib.sha256(f"l1\n{fingerprint}".encode()).hexdigest(), "end": None, "ent": ["PRO"]}
    said |= {"kid": "0", "num": number, "top": f"chain {number}"}
    payload = base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()
    signature = base64.urlsafe_b64encode(SECRET.sign(f"proof/{payload}".encode())).rstrip(b"=").decode()
    return f"LP1.{payload}.{signature}"


def answer(host: str, *, at: datetime = NOW, expiry: str | None = None, nonce: str = "") -> dict[str, str]:
    """A good answer to a question for this device, as the client keeps it."""
    meta = {"valid": True, "code": "VALID", "detail": "is valid", "scope": {"fingerprint": FINGERPRINT}, "nonce": nonce}
    body = json.dumps({"data": {"attributes": {"key": KEY, "expiry": expiry}}, "meta": meta})
    date, digest = format_datetime(at, usegmt=True), "sha-256=" + b64(hashlib.sha256(body.encode()).digest())
    said = f"(request-target): post {TARGET}\nhost: {host}\ndate: {date}\ndigest: {digest}"
    kept = {"method": "POST", "target": TARGET, "host": host, "date": date, "digest": digest, "body": body}
    return kept | {"signature": b64(SECRET.sign(said.encode()))}
