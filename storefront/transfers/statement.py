"""Reading a bank statement, line by line. Pure: any bytes give a report, and nothing is kept here.

A table (CSV) whose first line names its columns, parted by commas, semicolons or tabs; the names may be English or
German, since every bank has its own. Quoted cells may hold line breaks.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from core.errors import Invalid
from storefront import money
from storefront.money import Money

MOST_LINES, LARGEST = 5_000, 2_000_000
SEPARATORS = ";,\t"
NAMES = {
    "date": {"date", "booking date", "booked on", "value date", "buchungstag", "buchungsdatum", "datum", "valuta"},
    "amount": {"amount", "betrag", "umsatz"},
    "currency": {"currency", "währung", "waehrung"},
    "text": {
        "reference", "text", "purpose", "description", "details", "remittance information",
        "verwendungszweck", "buchungstext", "zahlungsreferenz",
    },
}  # fmt: skip
"""What a column may be called. All columns of text are read as one; payers' names and accounts are not read at all."""


class NotAStatement(Invalid):
    """The file is no table with the columns that are needed."""

    code = "not_a_statement"
    sentence = "The file is no table with a date, an amount and a reference. Save it as CSV (UTF-8), its first line naming the columns."


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line. `same` counts lines that are equal in all that is read, from 1, so that two equal transfers are two."""

    number: int
    booked_on: date
    amount: Money
    text: str = field(repr=False)
    same: int = 1

    @property
    def identity(self) -> str:
        """What makes it this line, in whatever file it comes again."""
        words = re.sub(r"\W", "", self.text).upper()
        return f"{self.booked_on.isoformat()}|{self.amount.amount}|{self.amount.currency}|{words}|{self.same}"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Money that came in, line by line; `out` counts lines of money that went out, `faults` say what cannot be read."""

    lines: tuple[Line, ...]
    out: int
    faults: tuple[str, ...]


def read(content: bytes, currency: str) -> Reading:
    """Judge each line; lines that name no currency are in that one. Refuses with NotAStatement."""
    rows = list(_rows(content))
    if not rows:
        raise NotAStatement
    columns = _columns(rows[0][1])
    seen: Counter[str] = Counter()
    lines, faults, out = [], [], 0
    for number, row in rows[1:]:
        try:
            line = _line(number, _cells(row, columns), currency)
        except Invalid as refused:
            faults.append(f"Line {number}: {refused.sentence}")
            continue
        if line.amount.amount < 0:
            out += 1
            continue
        seen[line.identity] += 1
        lines.append(replace(line, same=seen[line.identity]))
    return Reading(lines=tuple(lines), out=out, faults=tuple(faults))


def _rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of every line that is not empty."""
    text = _text(content)
    first = text.lstrip().partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
            if reader.line_num > MOST_LINES:
                raise NotAStatement(f"The file is too long: at most {MOST_LINES} lines are read at once.")
    except csv.Error:
        raise NotAStatement from None


def _text(content: bytes) -> str:
    if len(content) > LARGEST:
        raise NotAStatement(f"The file is too large: at most {LARGEST // 1_000_000} MB are read at once.")
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return content.decode(encoding).replace("\x00", "")
    except UnicodeDecodeError:
        raise NotAStatement from None


def _columns(header: Sequence[str]) -> dict[str, list[int]]:
    named = [cell.strip().strip('"').lower() for cell in header]
    found = {kind: [at for at, name in enumerate(named) if name in names] for kind, names in NAMES.items()}
    if not (found["date"] and found["amount"] and found["text"]):
        raise NotAStatement
    return found


def _cells(row: Sequence[str], columns: Mapping[str, Sequence[int]]) -> dict[str, str]:
    return {kind: " ".join(row[at].strip() for at in places if at < len(row)) for kind, places in columns.items()}


def _line(number: int, cells: Mapping[str, str], currency: str) -> Line:
    return Line(
        number=number,
        booked_on=_date(cells["date"].split(" ")[0]),
        amount=_amount(cells["amount"], cells["currency"].upper() or currency),
        text=cells["text"][:2000],
    )


def _date(typed: str) -> date:
    german = re.fullmatch(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})", typed)
    written = f"{german[3]}-{german[2]}-{german[1]}" if german else typed
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written):
            raise ValueError
        return date.fromisoformat(written)
    except ValueError:
        raise Invalid("its date is not written like 2026-11-23 or 23.11.2026.") from None


def _amount(typed: str, currency: str) -> Money:
    try:
        amount = money.parse(typed.strip().removeprefix("+"), currency)
    except money.UnknownCurrency:
        raise Invalid("its currency is none that the shop knows.") from None
    except Invalid:
        raise Invalid("its amount cannot be read.") from None
    if not amount:
        raise Invalid("its amount is nothing.")
    return amount
