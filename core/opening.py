"""Opening a sealed value. For `privacy.gate` alone: an import contract keeps everybody else out."""

import base64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.sealed import Sealed, bound_to, key_of


def reveal(value: Sealed) -> str:
    """The text inside. Raises ValueError for a value that was altered or moved to another label or person."""
    raw = base64.urlsafe_b64decode(value.box)
    try:
        return AESGCM(key_of(value.label)).decrypt(raw[:12], raw[12:], bound_to(value.label, value.subject)).decode()
    except InvalidTag:
        raise ValueError(f"{value!r} cannot be opened: it was altered or belongs elsewhere") from None
