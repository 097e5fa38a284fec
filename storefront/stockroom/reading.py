"""Reading keys from a file or a paste, line by line. Pure: any text gives a report, and nothing is kept here.

Two forms: one key a line, or a table whose first line names its columns (`key`, `cost`, `currency`, `reference`,
`redeem_by`), parted by commas, semicolons or tabs.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from core.errors import Invalid
from storefront import money
from storefront.licenses.rules import lookup_form
from storefront.money import Money

MOST_LINES, LONGEST_KEY, LONGEST_REFERENCE = 20_000, 200, 80
MOST_COST = 10**12
COLUMNS = ("key", "cost", "currency", "reference", "redeem_by")
SEPARATORS = ",;\t"


class NotText(Invalid):
    """The file is no text in a known encoding."""

    code = "not_text"
    sentence = "The file is no text in UTF-8. Save it as CSV (UTF-8) and send it again."


@dataclass(frozen=True, kw_only=True)
class Given:
    """What counts for every line that does not say otherwise. `cost` is what one key cost, None where nobody said."""

    currency: str = "EUR"
    cost: Money | None = None
    reference: str = ""
    redeem_by: date | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line that can be taken in."""

    number: int
    key: str = field(repr=False)
    cost: Money | None
    reference: str
    redeem_by: date | None


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A line that cannot, and why."""

    number: int
    sentence: str

    def __str__(self) -> str:
        return f"Line {self.number} {self.sentence}"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Every line of a text is in exactly one of these, or is the line that names the columns."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    blank: tuple[int, ...]
    header: int = 0


class _Wrong(Exception):
    """What is wrong with one line."""


def decode(content: bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 where it says so itself. Refuses with NotText."""
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise NotText from None


def read(text: str, given: Given, today: date) -> Reading:
    """Judge each line by itself, and against the lines before it."""
    lines = re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))
    if len(lines) > MOST_LINES + 1:
        fault = Fault(number=MOST_LINES + 1, sentence=f"is too many: at most {MOST_LINES} lines are read at once.")
        return Reading(entries=(), faults=(fault,), blank=())
    numbered = [(number, line.strip()) for number, line in enumerate(lines, start=1)]
    blank = tuple(number for number, line in numbered if not line)
    full = [(number, line) for number, line in numbered if line]
    columns, separator = _header(full[0][1]) if full else ((), "")
    header = full.pop(0)[0] if columns else 0
    entries, faults = _judged(full, columns, separator, given, today)
    return Reading(entries=tuple(entries), faults=tuple(faults), blank=blank, header=header)


def _judged(
    full: Sequence[tuple[int, str]], columns: Sequence[str], separator: str, given: Given, today: date
) -> tuple[list[Entry], list[Fault]]:
    first: dict[str, int] = {}
    entries, faults = [], []
    for number, line in full:
        try:
            entry = _entry(number, _cells(line, columns, separator), given, today)
            found = lookup_form(entry.key)
            if found in first:
                raise _Wrong(f"repeats line {first[found]}.")
            first[found] = number
            entries.append(entry)
        except _Wrong as wrong:
            faults.append(Fault(number=number, sentence=str(wrong)))
    return entries, faults


def _header(line: str) -> tuple[tuple[str, ...], str]:
    """The columns and what parts them, if this line names any."""
    for separator in SEPARATORS:
        cells = tuple(cell.strip().strip('"').lower() for cell in line.split(separator))
        if "key" in cells and set(cells) <= set(COLUMNS) and len(set(cells)) == len(cells):
            return cells, separator
    return (), ""


def _cells(line: str, columns: Sequence[str], separator: str) -> Mapping[str, str]:
    if not columns:
        if any(mark in line for mark in SEPARATORS):
            raise _Wrong("has several columns. Name them in the first line, such as “key,cost,reference,redeem_by”.")
        return {"key": line}
    try:
        row = next(csv.reader([line], delimiter=separator, strict=True))
    except csv.Error:
        raise _Wrong("cannot be read: a quotation mark in it is not closed.") from None
    if len(row) > len(columns):
        raise _Wrong(f"has {len(row)} columns, but the first line names {len(columns)}.")
    return {name: cell.strip() for name, cell in zip(columns, row, strict=False)}


def _entry(number: int, cells: Mapping[str, str], given: Given, today: date) -> Entry:
    redeem_by = _date(cells["redeem_by"]) if cells.get("redeem_by") else given.redeem_by
    if redeem_by is not None and redeem_by < today:
        raise _Wrong(f"could be redeemed until {redeem_by.isoformat()} only, which is over.")
    reference = cells.get("reference") or given.reference
    if len(reference) > LONGEST_REFERENCE or not reference.isprintable():
        raise _Wrong(f"has a reference that is longer than {LONGEST_REFERENCE} characters or cannot be printed.")
    return Entry(
        number=number,
        key=_key(cells.get("key", "")),
        cost=_cost(cells, given),
        reference=reference,
        redeem_by=redeem_by,
    )


def _key(key: str) -> str:
    if not key:
        raise _Wrong("has no key.")
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise _Wrong(f"is no key: it is longer than {LONGEST_KEY} characters or cannot be printed.")
    return key


def _cost(cells: Mapping[str, str], given: Given) -> Money | None:
    currency = cells.get("currency", "").upper() or given.currency
    if not cells.get("cost"):
        return given.cost
    return _money(cells["cost"], currency)


def _money(typed: str, currency: str) -> Money:
    try:
        cost = money.parse(typed, currency)
    except Invalid as refused:
        raise _Wrong(f"has a cost that cannot be read. {refused.sentence}") from None
    except money.UnknownCurrency:
        raise _Wrong(f"names a currency that the shop does not know: {currency[:6]}.") from None
    if not 0 <= cost.amount <= MOST_COST:
        raise _Wrong("has a cost below zero or beyond all measure.")
    return cost


def _date(typed: str) -> date:
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed):
            raise ValueError
        return date.fromisoformat(typed)
    except ValueError:
        raise _Wrong("has a date that cannot be read: write it as 2031-12-24.") from None


class GivenRefused(Invalid):
    """What was typed for all lines together cannot be read."""

    code = "given_refused"


def read_given(*, currency: str, cost: str, reference: str, redeem_by: str, today: date) -> Given:
    """What was typed for all lines. Refuses with GivenRefused."""
    fields = {"currency": currency, "cost": cost, "reference": reference, "redeem_by": redeem_by}
    try:
        cells = {name: text.strip() for name, text in fields.items()}
        money.zero(cells["currency"].upper())
        entry = _entry(0, {**cells, "key": "-"}, Given(), today)
    except money.UnknownCurrency:
        raise GivenRefused("Please choose a currency that the shop knows.") from None
    except _Wrong as wrong:
        raise GivenRefused(f"What counts for all keys {wrong}") from None
    return replace(
        Given(currency=cells["currency"].upper()), cost=entry.cost, reference=entry.reference, redeem_by=entry.redeem_by
    )
