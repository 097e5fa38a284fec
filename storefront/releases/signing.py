"""The key that signs files of releases; it signs nothing else."""

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from core import keys
from storefront.releases import rules, store


def signature_of(stored: str) -> str:
    """Ed25519 over the bytes of a stored file, in base64: what Sparkle calls edSignature."""
    return base64.b64encode(_private().sign(store.place(stored).read_bytes())).decode()


def for_tauri(signature: str, name: str) -> str:
    """The same signature as Tauri reads it."""
    return rules.minisign(_private().sign, base64.b64decode(signature), _key_id(), name)


def public_keys() -> dict[str, str]:
    """What programs are built with to check files: raw for Sparkle, in minisign's form for Tauri."""
    mini = base64.b64encode(b"Ed" + _key_id() + _public()).decode()
    told = base64.b64encode(f"untrusted comment: the shop's key for releases\n{mini}\n".encode()).decode()
    return {"ed25519": base64.b64encode(_public()).decode(), "tauri": told}


def _key_id() -> bytes:
    return hashlib.sha256(_public()).digest()[:8]


def _public() -> bytes:
    return _private().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keys.derived("releases"))
