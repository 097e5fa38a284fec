"""The words for what a license allows. Pure."""

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType

from storefront.activation.rules import AfterEnd, Begins, Lock, Overage, Policy

LOCKS: Mapping[str, str] = MappingProxyType(
    {
        Lock.NODE: "One device",
        Lock.FLOATING: "Several devices",
        Lock.USERS: "Named users",
        Lock.DOMAINS: "Domains",
    }
)
ENDS: Mapping[str, str] = MappingProxyType(
    {
        AfterEnd.RESTRICT: "Programs are told that it ended, and nothing new is let in",
        AfterEnd.REVOKE: "Programs get no answer but that it ended",
        AfterEnd.MAINTAIN: "It may be used on as it is; updates end",
        AfterEnd.ALLOW: "Everything goes on as before",
    }
)
AFTER: Mapping[str, str] = MappingProxyType(
    {
        AfterEnd.RESTRICT: "Ends",
        AfterEnd.REVOKE: "Ends, unanswered",
        AfterEnd.MAINTAIN: "Stays as it is",
        AfterEnd.ALLOW: "Goes on",
    }
)
BEGINS: Mapping[str, str] = MappingProxyType(
    {
        Begins.ISSUE: "When it is bought",
        Begins.ACTIVATION: "With its first device",
        Begins.DOWNLOAD: "With the first download or device",
    }
)
OVERAGES: Mapping[str, str] = MappingProxyType(
    {
        Overage.NONE: "Not at all",
        Overage.QUARTER: "By a quarter",
        Overage.HALF: "By half",
        Overage.DOUBLE: "Up to twice as many",
        Overage.ALWAYS: "Without a limit; programs are told of it",
    }
)
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "lock": "Bound to",
        "max_machines": "Places for each seat",
        "max_users": "Users",
        "max_processes": "Processes on a device",
        "max_cores": "Processor cores in all",
        "max_uses": "Uses in all",
        "strict": "A check has to name its device",
        "heartbeat_seconds": "Seconds between signs of life",
        "check_in_days": "Days until a program has to ask again",
        "after_end": "After its end",
        "begins": "A trial's days begin",
        "overage": "More than its places",
        "transferable": "May be passed on",
        "offline_days": "Days that offline files count",
        "entitlements": "Includes",
    }
)
CODES: Mapping[str, str] = MappingProxyType(
    {
        "VALID": "may be used",
        "TOO_MANY_MACHINES": "has more devices than places",
        "TOO_MANY_CORES": "has more cores than it allows",
        "TOO_MANY_USES": "has more uses than it allows",
        "OVERDUE": "has not asked for too long",
        "EXPIRED": "has ended",
        "NO_MACHINE": "has no device yet",
        "NO_MACHINES": "has no device yet",
        "FINGERPRINT_SCOPE_REQUIRED": "is asked about without a device",
        "ENTITLEMENTS_MISSING": "lacks something that it includes now",
        "BANNED": "was revoked",
        "SUSPENDED": "rests",
    }
)
_CHOICES = {"lock": LOCKS, "after_end": ENDS, "begins": BEGINS, "overage": OVERAGES}


def shown(name: str, value: object) -> str:
    """A part of a policy in words."""
    if name in _CHOICES:
        return _CHOICES[name][str(value)]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "–"
    return "no limit" if value is None else str(value)


def differences(before: Policy, after: Policy) -> list[tuple[str, str]]:
    """What is another, as a page shows it: name, and from what to what."""
    changed = [one.name for one in fields(Policy) if getattr(before, one.name) != getattr(after, one.name)]
    return [
        (NAMES[name], f"{shown(name, getattr(before, name))} → {shown(name, getattr(after, name))}") for name in changed
    ]


def told(code: str, valid: bool) -> str:
    """What a check says of a license: "may be used", "has ended, and may be used on"."""
    said = CODES.get(code, code.lower().replace("_", " "))
    return f"{said}, and may be used on" if valid and code != "VALID" else said
