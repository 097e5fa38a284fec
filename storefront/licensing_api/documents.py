"""Licenses and devices as JSON:API resources. What is not known here (a machine's address, a name) is null (clause P2)."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from core import clock
from storefront.activation import closing
from storefront.activation.reading import Found, Row
from storefront.licenses import rules as licenses
from storefront.licenses.rules import LicenseState
from storefront.licensing_api.signing import ACCOUNT

STATUS = {
    LicenseState.ISSUED: "ACTIVE",
    LicenseState.ACTIVE: "ACTIVE",
    LicenseState.EXPIRED: "EXPIRED",
    LicenseState.SUSPENDED: "SUSPENDED",
    LicenseState.REVOKED: "BANNED",
    LicenseState.TRANSFERRED: "BANNED",
}


def moment(at: datetime | None) -> str | None:
    """ISO 8601 in UTC with three decimals."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z" if at else None


def status(found: Found) -> str:
    """The license's state in the clients' words."""
    if licenses.is_expiring(found.state, found.row.expires_at, clock.now()):
        return "EXPIRING"
    return STATUS[found.state]


def license_of(found: Found) -> dict[str, Any]:
    """The license resource. Its key stands in it because the program brought it."""
    path = f"/v1/licenses/{found.row.license_public_id}"
    return {
        "id": found.row.license_public_id,
        "type": "licenses",
        "attributes": {**_standing(found), **_limits(found), **_times(found), "metadata": {}},
        "relationships": {
            "account": _one("accounts", ACCOUNT),
            "product": _one("products", str(found.row.product_id)),
            "policy": _one("policies", str(found.row.edition_id)),
            "group": {"data": None},
            "owner": {"data": None},
            "users": {"links": {"related": f"{path}/users"}, "meta": {"count": 0}},
            "machines": {"links": {"related": f"{path}/machines"}, "meta": {"count": found.row.machines or 0}},
            "tokens": {"links": {"related": f"{path}/tokens"}},
            "entitlements": {"links": {"related": f"{path}/entitlements"}},
        },
        "links": {"self": path},
    }


def _standing(found: Found) -> dict[str, Any]:
    return {
        "name": f"{found.row.product_name} · {found.row.edition_name}",
        "key": found.key or None,
        "expiry": moment(found.row.expires_at),
        "status": status(found),
        "uses": found.row.uses or 0,
        "suspended": found.state is LicenseState.SUSPENDED,
        "scheme": None,
        "encrypted": False,
        "strict": found.policy.strict,
        "floating": found.policy.is_floating,
        "protected": True,
        "version": None,
    }


def _limits(found: Found) -> dict[str, Any]:
    policy = found.policy
    return {
        "maxMachines": found.max_machines,
        "maxProcesses": policy.max_processes,
        "maxUsers": policy.max_users,
        "maxCores": policy.max_cores,
        "maxMemory": None,
        "maxDisk": None,
        "maxUses": policy.max_uses,
        "requireHeartbeat": policy.heartbeat_seconds is not None,
        "requireCheckIn": policy.check_in_days is not None,
    }


def _times(found: Found) -> dict[str, Any]:
    row = found.row
    return {
        "lastValidated": moment(row.validated_at),
        "lastCheckIn": moment(row.checked_in_at),
        "nextCheckIn": moment(found.next_check_in),
        "lastCheckOut": moment(row.checked_out_at),
        "created": moment(row.issued_at),
        "updated": moment(row.issued_at),
    }


def machine_of(found: Found, device: Row, fingerprint: str = "") -> dict[str, Any]:
    """The machine resource; its fingerprint is read with the key that the program brought."""
    path, policy = f"/v1/machines/{device.public_id}", found.policy
    beat = device.beat_at
    return {
        "id": device.public_id,
        "type": "machines",
        "attributes": {
            "fingerprint": fingerprint or closing.open_(device.locked, found.key) or None,
            "cores": device.device_cores or None,
            "memory": None,
            "disk": None,
            "ip": None,
            "hostname": None,
            "platform": device.platform or None,
            "name": device.device_name or None,
            "requireHeartbeat": policy.heartbeat_seconds is not None,
            "heartbeatStatus": found.pulse(device, clock.now()).value,
            "heartbeatDuration": policy.heartbeat,
            "maxProcesses": policy.max_processes,
            "lastCheckOut": moment(device.device_out_at),
            "lastHeartbeat": moment(beat),
            "nextHeartbeat": moment(beat + timedelta(seconds=policy.heartbeat)) if beat else None,
            "metadata": {},
            "created": moment(device.added_at),
            "updated": moment(device.seen_at),
        },
        "relationships": {
            "account": _one("accounts", ACCOUNT),
            "product": _one("products", str(found.row.product_id)),
            "license": _one("licenses", found.row.license_public_id),
            "group": {"data": None},
            "owner": {"data": None},
            "processes": {"links": {"related": f"{path}/processes"}},
            "components": {"links": {"related": f"{path}/components"}},
        },
        "links": {"self": path},
    }


def entitlements_of(found: Found) -> list[dict[str, Any]]:
    """What the edition includes, one resource for each code."""
    return [
        {
            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"entitlement:{code}")),
            "type": "entitlements",
            "attributes": {
                "name": code,
                "code": code,
                "metadata": {},
                "created": moment(found.row.issued_at),
                "updated": moment(found.row.issued_at),
            },
            "relationships": {"account": _one("accounts", ACCOUNT)},
        }
        for code in found.policy.entitlements
    ]


def included(found: Found, wanted: Iterable[str]) -> list[dict[str, Any]]:
    """The resources that a file was asked to include."""
    names = set(wanted)
    parts = [license_of(found)] if "license" in names else []
    return parts + (entitlements_of(found) if names & {"entitlements", "license.entitlements"} else [])


def _one(kind: str, number: str) -> dict[str, Any]:
    return {"data": {"type": kind, "id": number}}
