"""The way of a requisition, which order fulfils which, and what each cost centre pays. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from core.errors import Conflict, Invalid
from storefront.money import Money, total

LONGEST_CENTRE = 40
LONGEST_REASON = 200
MOST_WAITING = 200


class RequisitionConflict(Conflict):
    """It is not on the step that this needs; the sentence says where it is."""

    code = "requisition_conflict"
    title = "That cannot be done now"


class TextRefused(Invalid):
    """A cost centre or a reason is too long."""

    code = "requisition_text"


class State(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CHECKOUT = "checkout"
    ORDERED = "ordered"


class Verb(StrEnum):
    APPROVE = "approve"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    CHECK_OUT = "check_out"
    PUT_BACK = "put_back"
    ORDER = "order"


_S, _V = State, Verb
TRANSITIONS: Mapping[tuple[State, Verb], State] = MappingProxyType(
    {
        (_S.ASKED, _V.APPROVE): _S.APPROVED,
        (_S.ASKED, _V.DECLINE): _S.DECLINED,
        (_S.ASKED, _V.WITHDRAW): _S.WITHDRAWN,
        (_S.APPROVED, _V.DECLINE): _S.DECLINED,
        (_S.APPROVED, _V.WITHDRAW): _S.WITHDRAWN,
        (_S.APPROVED, _V.CHECK_OUT): _S.CHECKOUT,
        (_S.CHECKOUT, _V.PUT_BACK): _S.APPROVED,
        (_S.CHECKOUT, _V.ORDER): _S.ORDERED,
        (_S.ORDERED, _V.PUT_BACK): _S.APPROVED,
    }
)
"""An order that was closed without being paid puts what it held back among what is approved."""
WORDS: Mapping[State, tuple[str, str]] = MappingProxyType(
    {
        _S.ASKED: ("Waits for a yes", "warn"),
        _S.APPROVED: ("Approved", "good"),
        _S.DECLINED: ("Declined", "bad"),
        _S.WITHDRAWN: ("Withdrawn", "neutral"),
        _S.CHECKOUT: ("Being ordered", "accent"),
        _S.ORDERED: ("Ordered", "good"),
    }
)
NO_CENTRE = "Without a cost centre"


def check_verb(state: State, verb: Verb) -> State:
    """The state after the verb. Refuses with RequisitionConflict."""
    try:
        return TRANSITIONS[state, verb]
    except KeyError:
        word = WORDS[state][0].lower()
        raise RequisitionConflict(f"This request is on another step by now: {word}. Nothing was changed.") from None


def read_text(typed: str, longest: int, what: str) -> str:
    """A cost centre or a reason on one line. Refuses with TextRefused."""
    text = " ".join(typed.split())
    if len(text) > longest:
        raise TextRefused(f"Please use at most {longest} letters for the {what}; these are {len(text)}.")
    return text


@dataclass(frozen=True, kw_only=True)
class Want:
    """So many pieces of an edition for a cost centre ("" for none)."""

    edition_id: int
    pieces: int
    centre: str


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """A line of an order."""

    position: int
    edition_id: int
    pieces: int


Centres = Counter[str]


def match(
    wants: Iterable[Want], parts: Mapping[int, Sequence[int]], lines: Sequence[Ordered]
) -> dict[int, Centres] | None:
    """How many pieces of each line are for which cost centre; None where the order is not exactly what is wanted.

    `parts` names the editions into which a bundle is opened when it is ordered: one piece of each for one of it.
    """
    groups: dict[int, list[Centres]] = {}
    for edition_id, centres in _by_edition(wants).items():
        for ordered in parts.get(edition_id, [edition_id]):
            groups.setdefault(ordered, []).append(centres)
    found = dict[int, Centres]()
    for line in lines:
        fits = [one for one in groups.get(line.edition_id, []) if one.total() == line.pieces]
        if not fits:
            return None
        groups[line.edition_id].remove(fits[0])
        found[line.position] = fits[0]
    return None if any(groups.values()) else found


def split(amounts: Mapping[int, Money], pieces: Mapping[int, Centres], currency: str) -> dict[str, Money]:
    """What each cost centre pays of these lines, by name: to the last cent what the lines cost together."""
    shares: dict[str, list[Money]] = {}
    for position, centres in pieces.items():
        names = sorted(centres)
        for name, part in zip(names, amounts[position].allocate([centres[name] for name in names]), strict=True):
            shares.setdefault(name, []).append(part)
    return {name: total(parts, currency) for name, parts in sorted(shares.items())}


def _by_edition(wants: Iterable[Want]) -> dict[int, Centres]:
    found: dict[int, Centres] = {}
    for want in wants:
        found.setdefault(want.edition_id, Counter())[want.centre] += want.pieces
    return found
