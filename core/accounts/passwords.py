"""Passwords: bcrypt over base64(HMAC-SHA-256(pepper, NFKC(password))), so that length and zero bytes cannot matter.

bcrypt 5 raises above 72 bytes; the digest is always 44. The cost is a setting and is raised at the next sign-in.
"""

import base64
import hashlib
import hmac
import unicodedata

import bcrypt

from core import keys

_burn: dict[int, bytes] = {}


def make(password: str, *, cost: int) -> str:
    """The hash to keep."""
    return bcrypt.hashpw(_digest(password), bcrypt.gensalt(cost)).decode()


def matches(password: str, kept: str | None, *, cost: int) -> bool:
    """True if this is the password. With no hash at all the same work is done, so time tells nothing."""
    nobodys = _burned(cost)
    return bcrypt.checkpw(_digest(password), kept.encode() if kept else nobodys) and bool(kept)


def is_outdated(kept: str, *, cost: int) -> bool:
    """True if the hash was made at another cost than is now set."""
    return int(kept.split("$")[2]) != cost


def _digest(password: str) -> bytes:
    normal = unicodedata.normalize("NFKC", password).encode()
    return base64.b64encode(hmac.new(keys.derived("password pepper"), normal, hashlib.sha256).digest())


def _burned(cost: int) -> bytes:
    if cost not in _burn:
        _burn[cost] = bcrypt.hashpw(b"nobody", bcrypt.gensalt(cost))
    return _burn[cost]
