"""Offline files: a signed, optionally encrypted snapshot of a license or of a device on it."""

import base64
import hashlib
import json
import secrets
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core import clock
from storefront.activation import service
from storefront.activation.reading import Found, Row
from storefront.licensing_api import documents, signing
from storefront.licensing_api.refusals import BadAsk

SHORTEST, USUAL = 3600, 2_629_746
"""Seconds: the shortest life of a file, and the one it has where none is asked for (a month)."""

INCLUDES = {
    "license": {"entitlements", "product", "policy", "owner", "users", "group"},
    "machine": {"license", "license.entitlements", "license.product", "license.policy", "components", "group", "owner"},
}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How a file was asked for. ttl in seconds."""

    kind: str
    encrypt: bool
    ttl: int
    include: tuple[str, ...]

    @property
    def algorithm(self) -> str:
        """The one algorithm of this file, as clients name it."""
        return f"{'aes-256-gcm' if self.encrypt else 'base64'}+ed25519"


@dataclass(frozen=True, kw_only=True)
class Written:
    """A file: its text, and until when it counts."""

    certificate: str
    issued: datetime
    expiry: datetime
    wish: Wish


def wish(kind: str, asked: Mapping[str, str], longest_days: int) -> Wish:
    """What a query asks for. Refuses with BadAsk what there is not."""
    encrypt = asked.get("encrypt", "").lower() in {"1", "true", "yes"}
    algorithm = asked.get("algorithm", "")
    if algorithm and algorithm not in {"aes-256-gcm+ed25519", "base64+ed25519"}:
        raise BadAsk("CHECKOUT_ALGORITHM_INVALID", "signing algorithm is not supported", "algorithm")
    if algorithm:
        encrypt = algorithm.startswith("aes")
    include = tuple(part for part in asked.get("include", "").split(",") if part)
    if not set(include) <= INCLUDES[kind]:
        raise BadAsk("CHECKOUT_INCLUDE_INVALID", "includes are not valid", "include")
    return Wish(kind=kind, encrypt=encrypt, ttl=_ttl(asked.get("ttl", ""), longest_days), include=include)


def write(found: Found, wanted: Wish, device: Row | None = None, fingerprint: str = "") -> Written:
    """The file, noted in the license's history, whose head it carries."""
    service.check_usable(found)
    now = clock.now()
    expiry = now + timedelta(seconds=wanted.ttl)
    number, chain = service.note_file(found, device, expiry)
    data = documents.machine_of(found, device, fingerprint) if device is not None else documents.license_of(found)
    body = {
        "data": data,
        "included": documents.included(found, wanted.include),
        "meta": {
            "issued": documents.moment(now),
            "expiry": documents.moment(expiry),
            "ttl": wanted.ttl,
            "history": {"number": number, "chain": chain},
            "keyid": signing.key_id(),
        },
    }
    secret = found.key + (data["attributes"]["fingerprint"] or "") if device is not None else found.key
    return Written(certificate=certificate(body, wanted, secret), issued=now, expiry=expiry, wish=wanted)


def certificate(body: Mapping[str, Any], wanted: Wish, secret: str) -> str:
    """The text of a file over this document. secret: what encrypts it, where that is asked for."""
    raw = json.dumps(body, separators=(",", ":")).encode()
    enc = _encrypted(raw, secret) if wanted.encrypt else _b64(raw)
    sig = _b64(signing.sign(f"{wanted.kind}/{enc}".encode()))
    inner = json.dumps({"enc": enc, "sig": sig, "alg": wanted.algorithm}, separators=(",", ":"))
    lines = "\n".join(textwrap.wrap(_b64(inner.encode()), 60))
    name = f"{wanted.kind.upper()} FILE"
    return f"-----BEGIN {name}-----\n{lines}\n-----END {name}-----\n"


def resource(written: Written, found: Found, device: Row | None) -> dict[str, Any]:
    """The file as a JSON:API resource."""
    relations = {"license": {"data": {"type": "licenses", "id": found.row.license_public_id}}}
    if device is not None:
        relations["machine"] = {"data": {"type": "machines", "id": device.public_id}}
    return {
        "id": secrets.token_hex(16),
        "type": f"{written.wish.kind}-files",
        "attributes": {
            "certificate": written.certificate,
            "algorithm": written.wish.algorithm,
            "includes": list(written.wish.include),
            "ttl": written.wish.ttl,
            "expiry": documents.moment(written.expiry),
            "issued": documents.moment(written.issued),
        },
        "relationships": relations,
    }


def _ttl(asked: str, longest_days: int) -> int:
    longest = max(longest_days * 86_400, SHORTEST)
    if not asked:
        return min(USUAL, longest)
    if not asked.isascii() or not asked.isdigit() or len(asked) > 9 or not int(asked) >= SHORTEST:
        raise BadAsk("CHECKOUT_TTL_INVALID", f"must be greater than or equal to {SHORTEST} (1 hour)", "ttl")
    if int(asked) > longest:
        raise BadAsk("CHECKOUT_TTL_INVALID", f"must be less than or equal to {longest} ({longest_days} days)", "ttl")
    return int(asked)


def _encrypted(raw: bytes, secret: str) -> str:
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(hashlib.sha256(secret.encode()).digest()).encrypt(nonce, raw, None)
    return ".".join(map(_b64, (sealed[:-16], nonce, sealed[-16:])))


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
