"""Short signed proofs that fit into a QR code: for a machine that has a camera or a keyboard, and no network.

`LP1.PAYLOAD.SIGNATURE`, both base64url without padding; signed is `proof/` and the payload as it is written there. The
payload is JSON: `lic` the license's number, `prd` its product, `fp` the fingerprint's SHA-256 in hex (under the license's
number and a newline), `iat` and `exp` in seconds, `end` when the license ends or null, `ent` what it includes, `kid` which
key signed, `num` and `top` the number and chain of the last entry in the license's history.
"""

import base64
import hashlib
import json
from datetime import datetime

from core import clock
from storefront.activation import history
from storefront.activation.reading import Found
from storefront.licensing_api import signing

PREFIX = "LP1"


def write(found: Found, fingerprint: str, until: datetime) -> str:
    """The proof that this fingerprint may use the license until then."""
    number, top = history.head(found.id)
    said = {
        "lic": found.row.license_public_id,
        "prd": found.row.product_slug,
        "fp": hashed(found.row.license_public_id, fingerprint),
        "iat": int(clock.now().timestamp()),
        "exp": int(until.timestamp()),
        "end": int(found.row.expires_at.timestamp()) if found.row.expires_at else None,
        "ent": list(found.policy.entitlements),
        "kid": signing.key_id(),
        "num": number,
        "top": top,
    }
    payload = _b64(json.dumps(said, separators=(",", ":")).encode())
    return f"{PREFIX}.{payload}.{_b64(signing.sign(f'proof/{payload}'.encode()))}"


def hashed(license: str, fingerprint: str) -> str:
    """How a proof names a fingerprint."""
    return hashlib.sha256(f"{license}\n{fingerprint}".encode()).hexdigest()


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
