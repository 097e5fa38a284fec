"""Closing a fingerprint with the license key, so that the shop itself reads it only while a program brings the key."""

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core import keys
from storefront.licenses import rules


def close(fingerprint: str, key: str) -> str:
    """The fingerprint, encrypted (AES-256-GCM) under what the license key and the shop's key make together."""
    nonce = secrets.token_bytes(12)
    return base64.b64encode(nonce + AESGCM(_secret(key)).encrypt(nonce, fingerprint.encode(), None)).decode()


def open_(locked: str, key: str) -> str:
    """The fingerprint again, or nothing where this is not the key it was closed with."""
    raw = base64.b64decode(locked or "")
    try:
        return AESGCM(_secret(key)).decrypt(raw[:12], raw[12:], None).decode() if raw and key else ""
    except InvalidTag:
        return ""


def _secret(key: str) -> bytes:
    written = rules.lookup_form(key).encode()
    own = keys.derived("license.locked fingerprints")
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=own, info=b"fingerprint").derive(written)
