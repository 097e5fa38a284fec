"""Rules of the export: its states, what stays out of it, and how values are written. Pure."""

import re
from datetime import date, datetime, timedelta
from enum import StrEnum

from privacy.terms import Holding

LIVES = timedelta(days=7)
STUCK = timedelta(minutes=5)
LINK_LIVES = timedelta(minutes=15)
LINK_TRIES = 5
MOST_ATTEMPTS = 3

NOT_INCLUDED = (
    (
        "Your password",
        "Nobody can read it, we included: what is kept is a one-way fingerprint. This export says that there is one and since when.",
    ),
    (
        "Fingerprints",
        "Keyed fingerprints of your e-mail address, license keys and links let the program find them without reading them. The values themselves are in this export.",
    ),
    (
        "Other people",
        "What others wrote is theirs, and no member of our staff is named: where one of them acted, you see the role.",
    ),
    (
        "Your browser's cookies",
        "How pages should look is kept in your browser alone (cookie lp_prefs); we have no copy of it.",
    ),
    (
        "Sums",
        "Pages are counted per day and kind of page, without a trace of who opened them, so nothing in those sums is about you.",
    ),
)
"""What a reader may look for in vain, and why."""


class State(StrEnum):
    """Where an export stands. Only a ready one can be downloaded."""

    WAITING = "waiting"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"


RUNNING = (State.WAITING, State.BUILDING)


def is_kept_back(held: Holding) -> bool:
    """True for columns that are never exported; their declaration says why."""
    return held.export.startswith("never")


def reason_kept_back(held: Holding) -> str:
    """The why of a column that is never exported."""
    return held.export.partition(":")[2].strip() or "it would help nobody but a thief"


def file_name(text: str) -> str:
    """A name under which any system can unpack a file: no folders, no letters that mean something to a shell or a disk."""
    safe = re.sub(r"[^\w .()-]", "_", text).strip(" .")
    stem, dot, ending = safe.rpartition(".")
    return f"{stem[:90]}{dot}{ending}" if stem and len(ending) < 9 else (safe[:90] or "file")


def percent(done: int, of: int) -> int:
    """How far it is, from 0 to 100; 100 only when all is done."""
    return 100 if of and done >= of else min(99, max(0, 100 * done // max(of, 1)))


def plain(value: object) -> object:
    """A database's value as JSON has it: times in ISO 8601 and UTC, everything else as it is."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float | bool | list | dict) else str(value)


def said(value: object) -> str:
    """A plain value as a page has it: a yes, a no, a day and an hour, a text as typed."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(said(one) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {said(one)}" for name, one in value.items())
    return _moment(value) or str(value)


NAMES = {
    "at": "When",
    "vat_id": "VAT id",
    "public_id": "Number",
    "password_at": "Password since",
    "seen_at": "Last seen",
    "expires_at": "Ends",
    "labels": "Fields",
    "allowed": "Opened",
    "html": "With its design",
    "done_at": "Done",
}


def label(name: str) -> str:
    """A column's name in words: created_at is "Created", edition_title "Edition title"."""
    if name in NAMES:
        return NAMES[name]
    words = name.removesuffix("_at").removesuffix("_id").replace("_", " ")
    return words[:1].upper() + words[1:]


def _moment(value: object) -> str:
    if not (isinstance(value, str) and value.endswith("Z") and len(value) == 20):
        return ""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return ""
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"
