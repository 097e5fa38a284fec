"""Closing what signs, so that a copy of the database alone cannot sign."""

import base64
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core import keys


def lock(secret: bytes, name: str) -> str:
    """The secret, closed (AES-256-GCM) under the shop's key for this; it opens under the same name only."""
    nonce = secrets.token_bytes(12)
    return base64.b64encode(nonce + AESGCM(keys.derived("signing keys")).encrypt(nonce, secret, name.encode())).decode()


def unlock(locked: str, name: str) -> bytes:
    """The secret again. Raises InvalidTag where it was closed for something else or with another master key."""
    raw = base64.b64decode(locked)
    return AESGCM(keys.derived("signing keys")).decrypt(raw[:12], raw[12:], name.encode())
