"""How a ticket moves, and how a mail finds the ticket that it belongs to. Pure."""

import re
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from core.errors import Conflict

LIVES = timedelta(days=730)
LINK_LIVES = timedelta(minutes=15)
LINK_TRIES = 5
LINKS_A_DAY = 3
ACKNOWLEDGED_AN_HOUR = 3
MOST_TEXT = 20_000
PROOF_LETTERS = 16

_NUMBER = re.compile(r"\bT-(\d{8})\b", re.IGNORECASE)
_REFERENCE = re.compile(r"\+t-(\d{8})-([0-9a-f]{16})@", re.IGNORECASE)


class State(StrEnum):
    """Whose turn it is: ours (open: never answered; waiting: written to again), the person's, or nobody's."""

    OPEN = "open"
    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"


class Verb(StrEnum):
    """What happens to a ticket."""

    WRITE = "write"
    ANSWER = "answer"
    CLOSE = "close"


class Direction(StrEnum):
    """Who wrote a message: the person, or the shop."""

    IN = "in"
    OUT = "out"


OURS = (State.OPEN, State.WAITING)
_MOVES = {
    (State.OPEN, Verb.WRITE): State.OPEN,
    (State.WAITING, Verb.WRITE): State.WAITING,
    (State.ANSWERED, Verb.WRITE): State.WAITING,
    (State.CLOSED, Verb.WRITE): State.WAITING,
    (State.OPEN, Verb.ANSWER): State.ANSWERED,
    (State.WAITING, Verb.ANSWER): State.ANSWERED,
    (State.ANSWERED, Verb.ANSWER): State.ANSWERED,
    (State.CLOSED, Verb.ANSWER): State.ANSWERED,
    (State.OPEN, Verb.CLOSE): State.CLOSED,
    (State.WAITING, Verb.CLOSE): State.CLOSED,
    (State.ANSWERED, Verb.CLOSE): State.CLOSED,
}


class ClosedAlready(Conflict):
    """A ticket is closed once."""

    code = "ticket_closed"
    sentence = "This ticket is closed already. Writing to it opens it again."


def after(state: State, verb: Verb) -> State:
    """The state that follows. Raises ClosedAlready."""
    if (state, verb) not in _MOVES:
        raise ClosedAlready
    return _MOVES[(state, verb)]


def number_in(subject: str) -> str:
    """The ticket's number that a subject quotes, "" without one."""
    found = _NUMBER.search(subject)
    return f"T-{found.group(1)}" if found else ""


def reply_address(support: str, number: str, proof: str) -> str:
    """Where answers to a ticket go: the shop's address with the ticket's number and the proof that we wrote it."""
    local, _, domain = support.rpartition("@")
    return f"{local}+{number.lower()}-{proof}@{domain}"


def references_in(addresses: Iterable[str]) -> list[tuple[str, str]]:
    """Numbers and proofs in addresses that a mail was sent to."""
    found = (_REFERENCE.search(address) for address in addresses)
    return [(f"T-{one.group(1)}", one.group(2).lower()) for one in found if one]
