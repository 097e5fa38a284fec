"""What a receipt says, in the spirit of ISO/IEC TS 27560, and the exact bytes that are signed. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

SCHEMA = "licensepal-receipt-1"
LANGUAGE = "en"
"""The language of the policy and of every sentence beside a switch."""
LONGEST = 20_000


class Deed(StrEnum):
    """What a person did."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"
    OBJECTION_LIFTED = "objection_lifted"
    STOPPED = "stopped"
    REMOVED = "removed"
    ACCEPTED = "accepted"


WORDS = {
    Deed.GIVEN: "You said yes",
    Deed.REFUSED: "You said no",
    Deed.WITHDRAWN: "You took your yes back",
    Deed.OBJECTED: "You allowed original purposes only",
    Deed.OBJECTION_LIFTED: "You lifted “original purposes only”",
    Deed.STOPPED: "You stopped it",
    Deed.REMOVED: "A number was removed",
    Deed.ACCEPTED: "You accepted a text",
}


@dataclass(frozen=True, kw_only=True)
class Notice:
    """The policy in force when it happened; chain is the beginning of its fingerprint, as its page shows it."""

    version: int
    address: str
    chain: str


@dataclass(frozen=True, kw_only=True)
class Said:
    """One choice. sentence: what the page showed beside it; subject: the customer number, or a keyed fingerprint where
    there is no account; basis: its DPV term, "" where the choice concerns no purpose."""

    deed: Deed
    purpose: str
    name: str
    sentence: str
    basis: str
    how: str
    subject: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Shop:
    """Who answers for it."""

    name: str
    address: str
    contact: str


def body(said: Said, notice: Notice, shop: Shop, number: str) -> dict[str, Any]:
    """The receipt as a document."""
    return {
        "schema": SCHEMA,
        "receipt_id": number,
        "controller": {"name": shop.name, "address": shop.address, "contact": shop.contact},
        "subject": said.subject,
        "notice": {
            "policy_version": notice.version,
            "address": notice.address,
            "fingerprint": notice.chain,
            "language": LANGUAGE,
        },
        "event": {
            "state": said.deed.value,
            "at": said.at.isoformat(timespec="seconds"),
            "how": said.how,
            "purpose": said.purpose,
            "purpose_name": said.name,
            "sentence_shown": said.sentence,
            "legal_basis": said.basis,
        },
    }


def canonical(document: Mapping[str, Any]) -> bytes:
    """The bytes that are signed: names sorted, no spaces, UTF-8 (as RFC 8785 asks, for texts and whole numbers)."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def deed_of_switch(*, is_objection: bool, on: bool, was_on: bool) -> Deed:
    """What turning a switch amounts to: a no where nothing was on is a refusal, and has its receipt, too."""
    if is_objection:
        return Deed.OBJECTED if on else Deed.OBJECTION_LIFTED
    if on:
        return Deed.GIVEN
    return Deed.WITHDRAWN if was_on else Deed.REFUSED


def read(text: str) -> tuple[dict[str, Any], str] | None:
    """The document and the signature in what somebody pasted, or None if it is no receipt. Never raises."""
    if len(text) > LONGEST:
        return None
    try:
        parsed = json.loads(text)
        document, signature = parsed["receipt"], parsed["signature"]["value"]
        canonical(document)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return (document, signature) if isinstance(document, dict) and isinstance(signature, str) else None
