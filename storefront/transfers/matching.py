"""From a bank statement to bookings: shown first, line by line, then booked as it was shown, each line once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from typing import cast

from core import tokens
from core.access import Actor
from core.audit import service as audit
from core.errors import Invalid
from core.keys import keyed_hash
from storefront.money import Money
from storefront.orders import service as orders
from storefront.payments.references import numbers_in
from storefront.transfers import rules, service, statement
from storefront.transfers.rules import Account, Source
from storefront.transfers.service import Arrived
from storefront.transfers.statement import Line

OPEN_FOR = timedelta(hours=2)


class StatementStale(Invalid):
    """The preview is too old, or not ours."""

    code = "statement_stale"
    sentence = "This preview is too old. Nothing was booked: send the file again, and you see what is new."


@dataclass(frozen=True, kw_only=True)
class Match:
    """A line and what booking it would do: an Effect's name, or "unknown", "repeated" or "currency"."""

    line: Line
    order_number: str
    becomes: str
    missing: Money | None = None
    surplus: Money | None = None

    @property
    def is_booked(self) -> bool:
        """Whether it will be booked."""
        return self.becomes in {one.value for one in rules.Effect}


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Every line of money that came in. `ticket` carries what is to be booked, and nothing about who sent it."""

    matches: tuple[Match, ...]
    out: int
    faults: tuple[str, ...]
    ticket: str


def preview(content: bytes, currency: str) -> Preview:
    """Read a statement and say what it would do; nothing is kept. Refuses with NotAStatement."""
    reading = statement.read(content, currency)
    matches = tuple(_matched(reading.lines))
    booked = [_packed(one) for one in matches if one.is_booked]
    ticket = tokens.sign("statement", booked) if booked else ""
    return Preview(matches=matches, out=reading.out, faults=reading.faults, ticket=ticket)


def book(ticket: str, actor: Actor) -> dict[str, int]:
    """Book what a preview showed, all of it in the present transaction; how many lines had which effect.

    Lines that were booked meanwhile count as "repeated". Refuses with StatementStale.
    """
    counts: dict[str, int] = {}
    for number, line, amount, currency, day in sorted(_opened(ticket), key=itemgetter(0)):
        order = orders.get_by_number(number)
        arrived = Arrived(
            amount=Money(amount, currency), booked_on=date.fromisoformat(day), source=Source.STATEMENT, line=line
        )
        effect = service.book(order.id, arrived)
        name = effect.value if effect else "repeated"
        counts[name] = counts.get(name, 0) + 1
    audit.record(actor, "book statement", "statement", 0, **{name: str(count) for name, count in counts.items()})
    return counts


def _matched(lines: Iterable[Line]) -> Iterable[Match]:
    """Each line against the orders that wait, those before it counted."""
    named = {line.number: numbers_in(line.text) for line in lines}
    known = service.open_orders(number for numbers in named.values() for number in numbers)
    accounts: dict[str, Account] = {}
    for line in lines:
        number = next((one for one in named[line.number] if one in known), "")
        if not number:
            yield Match(line=line, order_number="", becomes="unknown")
            continue
        _order, intent = known[number]
        if intent.currency != line.amount.currency:
            yield Match(line=line, order_number=number, becomes="currency")
        elif service.is_booked(_hash(line)):
            yield Match(line=line, order_number=number, becomes="repeated")
        else:
            before = accounts.get(number) or service.account_of(intent)
            accounts[number], effect = rules.credit(before, line.amount.amount)
            yield _told(line, number, accounts[number], effect.value)


def _told(line: Line, number: str, after: Account, becomes: str) -> Match:
    currency = line.amount.currency
    return Match(
        line=line,
        order_number=number,
        becomes=becomes,
        missing=Money(after.missing, currency),
        surplus=Money(after.surplus, currency),
    )


def _packed(match: Match) -> tuple[str, str, int, str, str]:
    line = match.line
    return match.order_number, _hash(line), line.amount.amount, line.amount.currency, line.booked_on.isoformat()


def _opened(ticket: str) -> list[tuple[str, str, int, str, str]]:
    try:
        return cast("list[tuple[str, str, int, str, str]]", tokens.read("statement", ticket, within=OPEN_FOR))
    except tokens.LinkExpired:
        raise StatementStale from None


def _hash(line: Line) -> str:
    return keyed_hash("transfer.line", line.identity)
