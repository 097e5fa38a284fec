"""Signatures: Ed25519 under one of the keys that the shop publishes at `/v1/keys.json`."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_SIGNATURE = re.compile(r'(?:^|[,\s])signature="([A-Za-z0-9+/=]+)"', re.ASCII)


class BadSignature(Exception):
    """Something is not what the shop signed; the text is a code."""


@dataclass(frozen=True)
class Keys:
    """The public keys a program was built with, each of 32 bytes in hex."""

    hexes: tuple[str, ...]

    def check(self, signature: bytes, data: bytes) -> None:
        """Raises BadSignature unless one of the keys made the signature over the data."""
        for key in self.hexes:
            try:
                return Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, data)
            except InvalidSignature:
                continue
        raise BadSignature("SIGNATURE_WRONG")


@dataclass(frozen=True, kw_only=True)
class Signed:
    """An answer as it came, with what was asked: enough to check it again at any time."""

    method: str
    target: str
    host: str
    date: str
    digest: str
    signature: str
    body: str

    def check(self, keys: Keys) -> datetime:
        """When the shop said it. Raises BadSignature where digest, signature or date are wrong."""
        digest = "sha-256=" + base64.b64encode(hashlib.sha256(self.body.encode()).digest()).decode()
        if self.digest != digest:
            raise BadSignature("DIGEST_WRONG")
        said = f"(request-target): {self.method.lower()} {self.target}\nhost: {self.host}\n"
        keys.check(decoded(self.signature), f"{said}date: {self.date}\ndigest: {self.digest}".encode())
        try:
            at = parsedate_to_datetime(self.date)
        except ValueError as error:
            raise BadSignature("DATE_WRONG") from error
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def of_answer(asked: tuple[str, str, str], headers: Mapping[str, str], body: bytes) -> Signed:
    """An answer with its signature. asked: method, target, host. Raises BadSignature where it is none."""
    found = _SIGNATURE.search(headers.get("keygen-signature", ""))
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise BadSignature("BODY_WRONG") from error
    if found is None:
        raise BadSignature("SIGNATURE_MISSING")
    method, target, host = asked
    date, digest = (headers.get(f"keygen-{name}") or headers.get(name, "") for name in ("date", "digest"))
    return Signed(method=method, target=target, host=host, date=date, digest=digest, signature=found[1], body=text)


def decoded(text: str) -> bytes:
    """Base64, strictly: the one way to write these bytes. Raises BadSignature."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadSignature("ENCODING_WRONG") from error
    if base64.b64encode(raw).decode() != text:
        raise BadSignature("ENCODING_WRONG")
    return raw


def keys_of(given: Iterable[str]) -> Keys:
    """The keys, looked at once. Raises ValueError where one is not 32 bytes in hex, or there is none."""
    hexes = tuple(given)
    if not hexes or any(len(bytes.fromhex(key)) != 32 for key in hexes):
        raise ValueError("public_keys: each is 32 bytes in hex, as /v1/keys.json says them")
    return Keys(hexes)
