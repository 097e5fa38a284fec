"""Who is to get a seat, read from a form or a table; how an offer of one ends. Pure."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from core.accounts.rules import read_email
from core.errors import Conflict, Invalid

STANDS = timedelta(days=30)
MOST_LINES = 200
LONGEST_NAME = 80


class SeatConflict(Conflict):
    """This seat cannot be given or taken now; the sentence says why."""

    code = "seat_conflict"
    title = "That cannot be done now"


class TableRefused(Invalid):
    """No seat was given; `lines` says what is wrong, line by line."""

    code = "seats_refused"

    def __init__(self, lines: list[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("Nobody was given a seat: some lines cannot be used.")


class SeatState(StrEnum):
    OFFERED = "offered"
    TAKEN = "taken"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"
    LAPSED = "lapsed"


class SeatVerb(StrEnum):
    TAKE = "take"
    DECLINE = "decline"
    TAKE_BACK = "take_back"
    LAPSE = "lapse"


_S, _V = SeatState, SeatVerb
TRANSITIONS: Mapping[tuple[SeatState, SeatVerb], SeatState] = MappingProxyType(
    {
        (_S.OFFERED, _V.TAKE): _S.TAKEN,
        (_S.OFFERED, _V.DECLINE): _S.DECLINED,
        (_S.OFFERED, _V.TAKE_BACK): _S.TAKEN_BACK,
        (_S.OFFERED, _V.LAPSE): _S.LAPSED,
        (_S.TAKEN, _V.TAKE_BACK): _S.TAKEN_BACK,
    }
)
OVER: Mapping[SeatState, str] = MappingProxyType(
    {
        _S.TAKEN: "This seat was taken already.",
        _S.DECLINED: "This seat was declined.",
        _S.TAKEN_BACK: "This seat was taken back by the organization.",
        _S.LAPSED: "This offer is over: nobody answered it within thirty days. Ask for another one.",
    }
)


def check_verb(state: SeatState, verb: SeatVerb) -> SeatState:
    """The state after the verb. Refuses with SeatConflict."""
    try:
        return TRANSITIONS[state, verb]
    except KeyError:
        raise SeatConflict(OVER.get(state, "Nobody has taken this seat yet.")) from None


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who is to get a seat."""

    name: str
    address: str


def read_person(name: str, address: str) -> Person:
    """One person. Refuses with Invalid."""
    kept = " ".join(name.split())
    if len(kept) > LONGEST_NAME:
        raise Invalid(f"Please use at most {LONGEST_NAME} letters for the name; these are {len(kept)}.")
    return Person(name=kept, address=read_email(address.strip()))


def read_table(text: str, free: int) -> tuple[Person, ...]:
    """A person a line: an address, or a name and an address parted by a comma, a semicolon or a tab; a first line that
    names the columns is passed over. Refuses with TableRefused, which tells of every line that cannot be used.
    """
    people, faults, seen = list[Person](), list[str](), dict[str, int]()
    for number, cells in enumerate(_rows(text), start=1):
        if not any(cells) or (number == 1 and not any("@" in cell for cell in cells)):
            continue
        try:
            person = read_person(*_parted(cells))
        except Invalid as refused:
            faults.append(f"Line {number}: {refused.sentence}")
            continue
        if person.address in seen:
            faults.append(f"Line {number}: this address stands on line {seen[person.address]} already.")
        seen.setdefault(person.address, number)
        people.append(person)
    if not people and not faults:
        faults.append("There is no address in it. Write one person a line: Mira Tallow, mira@example.com")
    if not faults and len(people) > free:
        faults.append(f"These are {len(people)} people, and {free} seat{'s are' if free != 1 else ' is'} free.")
    if faults:
        raise TableRefused(faults)
    return tuple(people)


def _parted(cells: list[str]) -> tuple[str, str]:
    """Name and address, in whichever order they stand."""
    at = next((nth for nth, cell in enumerate(cells) if "@" in cell), len(cells) - 1)
    return " ".join(cell for nth, cell in enumerate(cells) if nth != at), cells[at]


def _rows(text: str) -> list[list[str]]:
    lines = text.replace("\0", "").lstrip("\ufeff").splitlines()
    if len(lines) > MOST_LINES:
        raise TableRefused([f"At most {MOST_LINES} lines at once, please; these are {len(lines)}."])
    found = []
    for line in lines:
        separator = next((one for one in ";\t," if one in line), ",")
        found.append([cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])])
    return found
