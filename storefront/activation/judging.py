"""What a check of a license answers. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storefront.activation.rules import AfterEnd, Overage, Policy, Pulse


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A device as a check sees it."""

    pulse: Pulse
    public_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A license at the moment of a check. state: as it counts now; machines: how many devices are on it."""

    state: str
    product: str
    policy: str
    user: str
    machines: int
    max_machines: int | None
    uses: int = 0
    cores: int = 0
    check_in_due: datetime | None = None
    checksums: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a program wants to be sure of. None: it does not ask."""

    product: str | None = None
    policy: str | None = None
    user: str | None = None
    machine: str | None = None
    fingerprints: tuple[str, ...] | None = None
    entitlements: tuple[str, ...] | None = None
    version: str | None = None
    checksum: str | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a check answers: whether the license may be used, the word for why, and the same for people."""

    valid: bool
    code: str
    detail: str


DETAILS = {
    "NOT_FOUND": "does not exist",
    "BANNED": "is banned",
    "SUSPENDED": "is suspended",
    "EXPIRED": "is expired",
    "OVERDUE": "is overdue for check in",
    "PRODUCT_SCOPE_MISMATCH": "product scope does not match",
    "POLICY_SCOPE_MISMATCH": "policy scope does not match",
    "USER_SCOPE_MISMATCH": "user scope does not match",
    "ENTITLEMENTS_SCOPE_EMPTY": "entitlements scope is empty",
    "ENTITLEMENTS_MISSING": "is missing one or more required entitlements",
    "NO_MACHINE": "fingerprint is not activated (has no associated machine)",
    "NO_MACHINES": "fingerprint is not activated (has no associated machines)",
    "MACHINE_SCOPE_MISMATCH": "machine scope does not match",
    "HEARTBEAT_NOT_STARTED": "machine heartbeat is required",
    "HEARTBEAT_DEAD": "machine heartbeat is dead",
    "FINGERPRINT_SCOPE_EMPTY": "fingerprint scope is empty",
    "FINGERPRINT_SCOPE_MISMATCH": "fingerprint is not activated (does not match any associated machines)",
    "FINGERPRINT_SCOPE_REQUIRED": "fingerprint scope is required",
    "TOO_MANY_MACHINES": "has too many associated machines",
    "TOO_MANY_CORES": "has too many associated machine cores",
    "TOO_MANY_USES": "has too many uses",
    "VALID": "is valid",
}
GONE = {"revoked": "BANNED", "transferred": "BANNED", "suspended": "SUSPENDED"}


def judge(policy: Policy, standing: Standing, scope: Scope, seen: Sequence[Seen], now: datetime) -> Verdict:
    """What a check of this license answers; the first rule that speaks decides, in the order that clients know.

    seen: the devices on the license that the scope names.
    """
    for rule in (_gone, _overdue, _scopes, _entitlements, _devices, _limits):
        code = rule(policy, standing, scope, seen, now)
        if code:
            return _verdict(policy, code)
    if standing.state == "expired":
        return _verdict(policy, "EXPIRED", valid=policy.after_end in {AfterEnd.MAINTAIN, AfterEnd.ALLOW})
    return _verdict(policy, "VALID", valid=True)


def not_found() -> Verdict:
    """The answer for a key that is on no license."""
    return Verdict(valid=False, code="NOT_FOUND", detail=DETAILS["NOT_FOUND"])


def _verdict(_policy: Policy, code: str, *, valid: bool = False) -> Verdict:
    return Verdict(valid=valid or code.endswith("+"), code=code.rstrip("+"), detail=DETAILS[code.rstrip("+")])


def _gone(policy: Policy, standing: Standing, *_rest: object) -> str:
    if standing.state == "expired" and policy.after_end is AfterEnd.REVOKE:
        return "EXPIRED"
    return GONE.get(standing.state, "")


def _overdue(_policy: Policy, standing: Standing, _scope: Scope, _seen: object, now: datetime) -> str:
    return "OVERDUE" if standing.check_in_due is not None and standing.check_in_due < now else ""


def _scopes(_policy: Policy, standing: Standing, scope: Scope, *_rest: object) -> str:
    for name in ("product", "policy", "user"):
        wanted = getattr(scope, name)
        if wanted is not None and wanted != getattr(standing, name):
            return f"{name.upper()}_SCOPE_MISMATCH"
    return ""


def _entitlements(policy: Policy, _standing: Standing, scope: Scope, *_rest: object) -> str:
    if scope.entitlements is None:
        return ""
    if not scope.entitlements:
        return "ENTITLEMENTS_SCOPE_EMPTY"
    return "" if set(scope.entitlements) <= set(policy.entitlements) else "ENTITLEMENTS_MISSING"


def _devices(policy: Policy, standing: Standing, scope: Scope, seen: Sequence[Seen], _now: datetime) -> str:
    if scope.machine is None and scope.fingerprints is None:
        return (
            "FINGERPRINT_SCOPE_REQUIRED"
            if policy.strict and standing.machines
            else _none(policy, standing, policy.strict)
        )
    if scope.fingerprints is not None and not any(scope.fingerprints):
        return "FINGERPRINT_SCOPE_EMPTY"
    if not seen:
        code = "MACHINE_SCOPE_MISMATCH" if scope.machine is not None else "FINGERPRINT_SCOPE_MISMATCH"
        return _none(policy, standing, True) or code
    if scope.machine is not None and scope.machine not in {one.public_id for one in seen}:
        return "MACHINE_SCOPE_MISMATCH"
    return _pulse(policy, seen)


def _none(policy: Policy, standing: Standing, wanted: bool) -> str:
    if not wanted or standing.machines:
        return ""
    return "NO_MACHINES" if policy.is_floating else "NO_MACHINE"


def _pulse(policy: Policy, seen: Sequence[Seen]) -> str:
    pulses = {one.pulse for one in seen}
    if policy.heartbeat_seconds and pulses == {Pulse.NOT_STARTED}:
        return "HEARTBEAT_NOT_STARTED"
    return "HEARTBEAT_DEAD" if pulses == {Pulse.DEAD} else ""


def _limits(policy: Policy, standing: Standing, *_rest: object) -> str:
    over = "+" if policy.overage is Overage.ALWAYS else ""
    for code, count, limit in (
        ("TOO_MANY_MACHINES", standing.machines, standing.max_machines),
        ("TOO_MANY_CORES", standing.cores, policy.max_cores),
        ("TOO_MANY_USES", standing.uses, policy.max_uses),
    ):
        allowed = policy.allowed(limit)
        if limit is not None and count > (limit if over else allowed or 0):
            return code + over
    return ""
