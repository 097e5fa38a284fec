"""One purpose, one key: every key is derived from the master key by HKDF (RFC 5869) under its own name."""

import hashlib
import hmac
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_master = b""


def use(secret_key: str) -> None:
    """Take the master key of this process; done once when the program is built."""
    global _master
    _master = secret_key.encode()
    derived.cache_clear()


@lru_cache(maxsize=256)
def derived(purpose: str) -> bytes:
    """The 32-byte key for this purpose. Raises RuntimeError before a master key was taken."""
    if not _master:
        raise RuntimeError("no master key yet: build the program first")
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=b"licensepal", info=purpose.encode()).derive(_master)


def keyed_hash(purpose: str, text: str) -> str:
    """Hex HMAC-SHA-256 of the text under the purpose's key: for looking things up without keeping them readable."""
    return hmac.new(derived(purpose), text.encode(), hashlib.sha256).hexdigest()


def same(left: str, right: str) -> bool:
    """Constant-time comparison."""
    return hmac.compare_digest(left.encode(), right.encode())
