"""What may go back of an order, line by line: never more than was paid, however often a part goes back.

Pure. A line's share of the total includes its tax, however the order's prices were written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.errors import Conflict, NotAllowed
from storefront.money import Money, total, zero
from storefront.orders.rules import Line, totals


class RefundRefused(Conflict):
    """What was asked for cannot go back; the sentence says why."""

    code = "refund_refused"
    title = "That cannot be refunded"


class SecondPerson(NotAllowed):
    """Whoever asked for a refund cannot agree to it as well."""

    code = "second_person"
    title = "Somebody else has to agree"
    sentence = "You asked for this refund yourself: somebody else of the staff has to agree. Nothing was changed."


class RequestState(StrEnum):
    """What became of a refund that takes two."""

    WAITING = "waiting"
    GIVEN = "given"
    DECLINED = "declined"
    TAKEN_BACK = "taken back"


def takes_two(returned: Money, amount: Money, alone_up_to: int) -> bool:
    """Whether a refund needs a second person: with what went back of the order before, it passes what one may give.

    alone_up_to: minor units of the order's own currency, so that many small refunds are not a way around."""
    return returned.amount + amount.amount > alone_up_to


class Cause(StrEnum):
    """Why money goes back."""

    STAFF = "staff"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bought:
    """A line as a refund sees it: what was paid for it, tax included, and what has gone back of it."""

    position: int
    gross: Money
    pieces: int
    returned: Money
    pieces_returned: int

    @property
    def left(self) -> Money:
        """What could still go back."""
        return self.gross - self.returned

    @property
    def pieces_left(self) -> int:
        """How many pieces the buyer still has."""
        return self.pieces - self.pieces_returned


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """So many pieces of a line, or an amount for it; an amount leaves the pieces with the buyer."""

    position: int
    pieces: int = 0
    amount: Money | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What goes back of one line."""

    position: int
    pieces: int
    amount: Money


def shares(lines: Mapping[int, Line], currency: str, *, net_prices: bool = False) -> dict[int, Money]:
    """What was paid for each line with its tax: the gross of each rate by largest remainder, so that all add up."""
    shared: dict[int, Money] = {}
    for group in totals(list(lines.values()), currency, net_prices=net_prices).groups:
        own = [position for position, line in lines.items() if line.tax_rate_permille == group.rate_permille]
        weights = [lines[position].amount.amount for position in own]
        parts = group.gross.allocate(weights) if any(weights) else [zero(currency)] * len(own)
        shared |= dict(zip(own, parts, strict=True))
    return shared


def plan(bought: Sequence[Bought], wishes: Iterable[Wish]) -> tuple[Part, ...]:
    """What goes back for these wishes, one for each line. Refuses with RefundRefused more than is left, and nothing."""
    lines = {one.position: one for one in bought}
    asked = {wish.position: wish for wish in wishes}
    unknown = asked.keys() - lines.keys()
    if unknown:
        raise RefundRefused("The order has no such line. Nothing was changed.")
    parts = tuple(_part(lines[place], asked[place]) for place in sorted(asked))
    if not any(part.pieces or part.amount for part in parts):
        raise RefundRefused("Please say how many pieces, or which amount, should go back. Nothing was changed.")
    return parts


def whole(bought: Sequence[Bought]) -> tuple[Part, ...]:
    """All that is left."""
    return tuple(Part(position=one.position, pieces=one.pieces_left, amount=one.left) for one in bought if _has(one))


def sum_of(parts: Sequence[Part], currency: str) -> Money:
    """What goes back altogether."""
    return total((part.amount for part in parts), currency)


def is_all(bought: Sequence[Bought], parts: Sequence[Part]) -> bool:
    """Whether nothing is left of the order after these parts."""
    return {part.position: part for part in parts} == {part.position: part for part in whole(bought)}


def _has(one: Bought) -> bool:
    return bool(one.left or one.pieces_left)


def _part(line: Bought, wish: Wish) -> Part:
    if wish.amount is not None:
        return _amount(line, wish.amount)
    if not 0 <= wish.pieces <= line.pieces_left:
        raise RefundRefused(f"Of line {line.position} at most {line.pieces_left} can go back. Nothing was changed.")
    if wish.pieces == line.pieces_left:
        return Part(position=line.position, pieces=wish.pieces, amount=line.left)
    before, after = (line.gross.amount * count // line.pieces for count in _counts(line, wish.pieces))
    amount = min(Money(after - before, line.gross.currency), line.left)
    return Part(position=line.position, pieces=wish.pieces, amount=amount)


def _amount(line: Bought, amount: Money) -> Part:
    """An amount; all that is left of a line takes its pieces along."""
    if not zero(amount.currency) <= amount <= line.left:
        raise RefundRefused(f"Of line {line.position} at most {line.left} can go back. Nothing was changed.")
    takes_all = bool(amount) and amount == line.left
    return Part(position=line.position, pieces=line.pieces_left if takes_all else 0, amount=amount)


def _counts(line: Bought, pieces: int) -> tuple[int, int]:
    return line.pieces_returned, line.pieces_returned + pieces
