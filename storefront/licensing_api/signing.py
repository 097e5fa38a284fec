"""The shop's signature under every answer and every offline file (Ed25519)."""

import base64
import hashlib
from email.utils import format_datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Request, Response

from core import clock, keys

ACCOUNT = "licensepal"
"""What clients call the account: this shop is the only one here."""


def sign(data: bytes) -> bytes:
    """The signature over these bytes."""
    return _private().sign(data)


def public_key() -> str:
    """The 32 bytes that check signatures, in hex, as clients are given them."""
    return _private().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def key_id() -> str:
    """A short name of the key, made from the key itself."""
    return hashlib.sha256(bytes.fromhex(public_key())).hexdigest()[:16]


def sign_answer(request: Request, response: Response) -> Response:
    """Date, digest and a signature that binds them to what was asked, as `Keygen-Signature` writes it."""
    digest = "sha-256=" + base64.b64encode(hashlib.sha256(response.get_data()).digest()).decode()
    date = format_datetime(clock.now(), usegmt=True)
    said = f"(request-target): {request.method.lower()} {_target(request)}\nhost: {request.headers.get('Host', '')}"
    signature = base64.b64encode(sign(f"{said}\ndate: {date}\ndigest: {digest}".encode())).decode()
    parts = (f'keyid="{ACCOUNT}"', 'algorithm="ed25519"', f'signature="{signature}"')
    response.headers.update({name: date for name in ("Date", "Keygen-Date")})
    response.headers.update({name: digest for name in ("Digest", "Keygen-Digest")})
    response.headers["Keygen-Signature"] = ", ".join((*parts, 'headers="(request-target) host date digest"'))
    return response


def _target(request: Request) -> str:
    """Path and query as they were sent."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI")
    if raw and raw.startswith("/"):
        return str(raw)
    return request.full_path if request.query_string else request.path


def _private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keys.derived("licenses signing 1"))
