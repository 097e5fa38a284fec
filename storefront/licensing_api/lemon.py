"""Lemon Squeezy's License API: activate, validate, deactivate. No key but the license's own is asked for."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, g, jsonify

from core.access import license_key
from core.errors import Refusal
from core.limits import limited
from storefront.activation import reading, refusals, service
from storefront.activation.reading import Found, Row
from storefront.activation.rules import DeviceLimit
from storefront.activation.service import Newcomer
from storefront.licenses.rules import LicenseState
from storefront.licensing_api import bodies, doors

pages = Blueprint("lemon", __name__)
doors.prepare(pages)

FULL = "This license key has reached the activation limit."
GONE = {"revoked": "disabled", "transferred": "disabled", "suspended": "disabled", "expired": "expired"}


@pages.post("/v1/licenses/activate")
@license_key
@limited("lemon")
def activate() -> Response:
    """Add an instance with this name."""
    sent = bodies.fields("license_key", "instance_name")
    found = _find(sent, "activated", "instance_name")
    if isinstance(found, Response):
        return found
    named = Newcomer(fingerprint=f"instance:{uuid4()}", name=sent["instance_name"], door="lemon")
    try:
        device = service.activate(found, named)
    except DeviceLimit:
        return _refused(found, "activated", FULL, "MACHINE_LIMIT_EXCEEDED")
    except Refusal as refusal:
        return _refused(found, "activated", _why(found), refusal.code.upper())
    fresh = reading.find(sent["license_key"]) or found
    return jsonify(activated=True, error=None, license_key=_key(fresh), instance=_instance(device), meta=_meta(fresh))


@pages.post("/v1/licenses/validate")
@license_key
@limited("lemon")
def validate() -> Response:
    """Whether the key, and one of its instances if one is named, may be used."""
    sent = bodies.fields("license_key", "instance_id")
    found = _find(sent, "valid")
    if isinstance(found, Response):
        return found
    device = reading.device_for(found, sent["instance_id"]) if sent.get("instance_id") else None
    if sent.get("instance_id") and device is None:
        return _not_found("valid", "license_key instance_id not found.")
    try:
        service.check_usable(found)
    except Refusal as refusal:
        return _refused(found, "valid", _why(found), refusal.code.upper(), instance=None)
    instance = _instance(device) if device is not None else None
    return jsonify(valid=True, error=None, license_key=_key(found), instance=instance, meta=_meta(found))


@pages.post("/v1/licenses/deactivate")
@license_key
@limited("lemon")
def deactivate() -> Response:
    """Take an instance off."""
    sent = bodies.fields("license_key", "instance_id")
    found = _find(sent, "deactivated", "instance_id")
    if isinstance(found, Response):
        return found
    device = reading.device_for(found, sent["instance_id"])
    if device is None:
        return _not_found("deactivated", "license_key instance_id not found.")
    service.deactivate(found, device)
    fresh = reading.find(sent["license_key"]) or found
    return jsonify(deactivated=True, error=None, license_key=_key(fresh), meta=_meta(fresh))


def _find(sent: dict[str, str], word: str, *needed: str) -> Found | Response:
    missing = {
        name: [f"The {name.replace('_', ' ')} field is required."]
        for name in ("license_key", *needed)
        if not sent.get(name, "").strip()
    }
    if missing:
        first = next(iter(missing.values()))[0]
        return _status(jsonify(message=first, errors=missing), 422)
    found = reading.find(sent["license_key"].strip())
    g.license_found = found
    return found if found is not None else _not_found(word, "license_key not found.")


def _not_found(word: str, sentence: str) -> Response:
    return _status(jsonify(**{word: False, "error": sentence}), 404)


def _refused(found: Found, word: str, sentence: str, code: str, **more: Any) -> Response:
    refusals.note(found.id, g.trace, code)
    body = {word: False, "error": sentence, "license_key": _key(found), **more, "meta": _meta(found)}
    return _status(jsonify(**body), 400)


def _why(found: Found) -> str:
    if found.state is LicenseState.EXPIRED:
        return "This license key is expired."
    return "This license key has been disabled."


def _key(found: Found) -> dict[str, Any]:
    row = found.row
    status = GONE.get(found.state.value) or ("active" if row.machines else "inactive")
    return {
        "id": row.id,
        "status": status,
        "key": found.key,
        "activation_limit": found.max_machines,
        "activation_usage": row.machines or 0,
        "created_at": _moment(row.issued_at),
        "expires_at": _moment(row.expires_at),
        "test_mode": False,
    }


def _instance(device: Row) -> dict[str, Any]:
    return {"id": device.public_id, "name": device.device_name, "created_at": _moment(device.added_at)}


def _meta(found: Found) -> dict[str, Any]:
    """Whose it is stays blank: programs need not know it (clauses P4d, P15)."""
    row = found.row
    return {
        "store_id": 1,
        "order_id": row.order_line_id,
        "order_item_id": row.order_line_id,
        "product_id": row.product_id,
        "product_name": row.product_name,
        "variant_id": row.edition_id,
        "variant_name": row.edition_name,
        "customer_id": 0,
        "customer_name": "",
        "customer_email": "",
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if at else None


def _status(response: Response, status: int) -> Response:
    response.status_code = status
    return response
