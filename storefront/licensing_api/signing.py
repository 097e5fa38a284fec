"""The shop's signature under every answer to a program , as `Keygen-Signature` writes it."""

import base64
import hashlib
import re
from email.utils import format_datetime
from urllib.parse import quote

from flask import Request, Response

from core import clock
from storefront.signing import service as signing

ACCOUNT = "licensepal"
"""What clients call the account: this shop is the only one here."""
PLAIN = "/!$&'()*+,;=:@~"
"""What stands in a path as it is, beside letters, digits, hyphen, dot and underscore."""
_ASKED = re.compile(r'keyid="([0-9a-f]{16})"', re.ASCII)


def sign(data: bytes) -> bytes:
    """The signature over these bytes, under the key that signs now."""
    return signing.sign(data)


def public_key() -> str:
    """The 32 bytes that check signatures now, in hex, as clients are given them."""
    return signing.current().public


def key_id() -> str:
    """The name of the key that signs now."""
    return signing.current().id


def sign_answer(request: Request, response: Response) -> Response:
    """Date, digest and a signature that binds them to what was asked.

    A program that knows an older key names it in `Keygen-Accept-Signature: keyid="…"`, and is answered under that one for
    as long as keys overlap.
    """
    asked = _ASKED.search(request.headers.get("Keygen-Accept-Signature", ""))
    key = signing.asked_for(asked[1] if asked else "")
    digest = "sha-256=" + base64.b64encode(hashlib.sha256(response.get_data()).digest()).decode()
    date = format_datetime(clock.now(), usegmt=True)
    said = f"(request-target): {request.method.lower()} {_target(request)}\nhost: {request.headers.get('Host', '')}"
    signature = base64.b64encode(signing.sign(f"{said}\ndate: {date}\ndigest: {digest}".encode(), key)).decode()
    parts = (f'keyid="{ACCOUNT}"', 'algorithm="ed25519"', f'signature="{signature}"')
    response.headers.update({name: date for name in ("Date", "Keygen-Date")})
    response.headers.update({name: digest for name in ("Digest", "Keygen-Digest")})
    response.headers["Keygen-Signature"] = ", ".join((*parts, 'headers="(request-target) host date digest"'))
    response.headers["X-Signing-Key"] = key.id
    return response


def _target(request: Request) -> str:
    """Path and query as they were sent; where the server does not tell, as RFC 3986 (3.3) writes them."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI")
    if raw and raw.startswith("/"):
        return str(raw)
    path = quote(request.path, safe=PLAIN)
    return f"{path}?{request.query_string.decode('latin-1')}" if request.query_string else path
