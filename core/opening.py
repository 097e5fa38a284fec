"""Opening a sealed value. For `privacy.gate` alone: an import contract keeps everybody else out."""

import base64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.datakeys import service as datakeys
from core.sealed import Forgotten, Sealed, bound_to, label_key


def reveal(value: Sealed) -> str:
    """The text inside. Raises Forgotten for a destroyed one, ValueError for one that was altered or moved elsewhere."""
    key = datakeys.key_of(value.key) if value.key else label_key(value.label)
    if key is None or not value.box:
        raise Forgotten(f"{value!r} was destroyed and cannot be opened")
    raw = base64.urlsafe_b64decode(value.box)
    try:
        return AESGCM(key).decrypt(raw[:12], raw[12:], bound_to(value)).decode()
    except InvalidTag:
        raise ValueError(f"{value!r} cannot be opened: it was altered or belongs elsewhere") from None
