"""Offline files and short proofs: what the shop signed for a machine without network."""

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from licensepal_client.signatures import BadSignature, Keys, decoded

_FILE = re.compile(r"-----BEGIN (LICENSE|MACHINE) FILE-----\n([A-Za-z0-9+/=\n]+)\n-----END \1 FILE-----\n?", re.ASCII)
_URLSAFE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_REFUSED = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError)


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What a file or a proof says. number, chain: the last entry in the license's history when it was written."""

    license: str
    status: str
    issued: datetime
    until: datetime
    expires: datetime | None
    entitlements: tuple[str, ...]
    number: int
    chain: str


def read(text: str, keys: Keys, key: str, fingerprint: str) -> Snapshot:
    """A file or a proof, checked for this key and this device. Raises BadSignature."""
    try:
        return (
            _proof(text.strip(), keys, fingerprint) if text.startswith("LP1.") else _file(text, keys, key, fingerprint)
        )
    except _REFUSED as error:
        raise BadSignature("FILE_WRONG") from error


def moment(text: str | None) -> datetime | None:
    """ISO 8601 as the shop writes it."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def _file(text: str, keys: Keys, key: str, fingerprint: str) -> Snapshot:
    found = _FILE.fullmatch(text.replace("\r\n", "\n"))
    if found is None:
        raise BadSignature("FILE_WRONG")
    kind = found[1].lower()
    inner = json.loads(decoded(found[2].replace("\n", "")))
    keys.check(decoded(inner["sig"]), f"{kind}/{inner['enc']}".encode())
    body = _opened(inner, key if kind == "license" else key + fingerprint)
    attributes = body["data"]["attributes"]
    if kind == "machine":
        if attributes["fingerprint"] != fingerprint:
            raise BadSignature("FILE_OF_ANOTHER_DEVICE")
        return _snapshot(body, body["data"]["relationships"]["license"]["data"]["id"], _license(body))
    if attributes["key"] != key:
        raise BadSignature("FILE_OF_ANOTHER_LICENSE")
    return _snapshot(body, body["data"]["id"], attributes)


def _license(body: dict[str, Any]) -> dict[str, Any]:
    """The license that a machine file includes, if it was asked to."""
    return next((one["attributes"] for one in body["included"] if one["type"] == "licenses"), {})


def _snapshot(body: dict[str, Any], license: str, attributes: dict[str, Any]) -> Snapshot:
    meta = body["meta"]
    issued, until = moment(meta["issued"]), moment(meta["expiry"])
    if issued is None or until is None:
        raise BadSignature("FILE_WRONG")
    return Snapshot(
        license=license,
        status=attributes.get("status", ""),
        issued=issued,
        until=until,
        expires=moment(attributes.get("expiry")),
        entitlements=tuple(one["attributes"]["code"] for one in body["included"] if one["type"] == "entitlements"),
        number=int(meta["history"]["number"]),
        chain=str(meta["history"]["chain"]),
    )


def _opened(inner: dict[str, str], secret: str) -> dict[str, Any]:
    if inner["alg"] == "base64+ed25519":
        return dict(json.loads(decoded(inner["enc"])))
    if inner["alg"] != "aes-256-gcm+ed25519":
        raise BadSignature("ALGORITHM_UNKNOWN")
    sealed, nonce, tag = map(decoded, inner["enc"].split("."))
    try:
        return dict(json.loads(AESGCM(hashlib.sha256(secret.encode()).digest()).decrypt(nonce, sealed + tag, None)))
    except InvalidTag as error:
        raise BadSignature("FILE_OF_ANOTHER_LICENSE") from error


def _proof(text: str, keys: Keys, fingerprint: str) -> Snapshot:
    _prefix, payload, signature = text.split(".")
    keys.check(_urlsafe(signature), f"proof/{payload}".encode())
    said = json.loads(_urlsafe(payload))
    if said["fp"] != hashlib.sha256(f"{said['lic']}\n{fingerprint}".encode()).hexdigest():
        raise BadSignature("FILE_OF_ANOTHER_DEVICE")
    return Snapshot(
        license=said["lic"],
        status="",
        issued=_second(said["iat"]),
        until=_second(said["exp"]),
        expires=_second(said["end"]) if said["end"] is not None else None,
        entitlements=tuple(said["ent"]),
        number=int(said["num"]),
        chain=str(said["top"]),
    )


def _second(said: int) -> datetime:
    return datetime.fromtimestamp(said, UTC)


def _urlsafe(text: str) -> bytes:
    if not _URLSAFE.fullmatch(text):
        raise BadSignature("ENCODING_WRONG")
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise BadSignature("ENCODING_WRONG") from error
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        raise BadSignature("ENCODING_WRONG")
    return raw
