"""The words for what devices do and for what happened to a license. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from storefront.activation.rules import Lock, Pulse

PULSES: Mapping[Pulse, tuple[str, str]] = MappingProxyType(
    {
        Pulse.NOT_STARTED: ("", ""),
        Pulse.ALIVE: ("Alive", "good"),
        Pulse.RESURRECTED: ("Alive again", "good"),
        Pulse.DEAD: ("Silent", "warn"),
    }
)
KINDS: Mapping[Lock, tuple[str, str]] = MappingProxyType(
    {
        Lock.NODE: ("device", "devices"),
        Lock.FLOATING: ("device", "devices"),
        Lock.USERS: ("user", "users"),
        Lock.DOMAINS: ("domain", "domains"),
    }
)
STATES: Mapping[str, str] = MappingProxyType(
    {
        "issued": "Valid again",
        "active": "In use",
        "expired": "Ended",
        "suspended": "Suspended",
        "revoked": "Revoked",
        "transferred": "Passed on",
    }
)
VERBS: Mapping[str, str] = MappingProxyType(
    {
        "issue": "Issued",
        "activate": "A device was added",
        "deactivate": "A device was taken off",
        "check out": "An offline file was written",
        "key renewed": "The key was replaced",
        "plan changed": "The plan or the seats changed",
        "renewed": "The end of the term changed",
    }
)
BY: Mapping[str, str] = MappingProxyType(
    {
        "program": "by the program",
        "holder": "by you",
        "organization": "by your organization",
        "no sign of life": "since it gave no sign of life",
    }
)
BY_MEMBER: Mapping[str, str] = MappingProxyType({**BY, "holder": "by who has it"})
"""The same for whoever gives the seats of an organization."""


def told(verb: str, details: Mapping[str, Any], who: Mapping[str, str] = BY) -> str:
    """What an entry of the history says, as a sentence; `who` calls those who did it by name."""
    state = verb.removeprefix("now ")
    said = STATES.get(state, state.capitalize()) if state != verb else VERBS.get(verb, verb.capitalize())
    by = who.get(str(details.get("by", "")), "")
    if verb == "activate" and details.get("by"):
        by = f"{who.get(details['by'], '')}, by hand"
    return f"{said} {by}".strip() + "."


def places(used: int, limit: int | None, lock: Lock) -> str:
    """How many places are taken: "2 of 3 devices"."""
    one, many = KINDS[lock]
    if limit is None:
        return f"{used} {one if used == 1 else many}, without a limit"
    return f"{used} of {limit} {one if limit == 1 else many}"
