"""The return of a quarter: what was invoiced and credited, by where it is declared, country, rate and currency."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import case, func, select

from core.db import session
from core.errors import Invalid
from storefront.money import Money
from storefront.tax.models import PaperTax
from storefront.tax.rules import Scheme

ORDER = tuple(Scheme)


class NotAQuarter(Invalid):
    code = "not_a_quarter"
    sentence = "A quarter looks like 2026-Q4. Choose one from the page of the report."


@dataclass(frozen=True, kw_only=True, order=True)
class Quarter:
    """Three months in UTC, as the Union counts a period of the One Stop Shop (Directive 2006/112/EC, Article 369f)."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def next(self) -> "Quarter":
        """The one after it."""
        return Quarter(year=self.year + self.number // 4, number=self.number % 4 + 1)

    @property
    def before(self) -> "Quarter":
        """The one before it."""
        return Quarter(year=self.year - (self.number == 1), number=(self.number - 2) % 4 + 1)


@dataclass(frozen=True, kw_only=True)
class Row:
    """Of one place, rate and currency: papers and amounts as invoiced, as credited, and what is left to declare."""

    scheme: Scheme
    country: str
    rate_permille: int
    invoices: int
    invoiced_net: Money
    invoiced_tax: Money
    credits: int
    credited_net: Money
    credited_tax: Money

    @property
    def net(self) -> Money:
        """The taxable amount."""
        return self.invoiced_net - self.credited_net

    @property
    def tax(self) -> Money:
        """The tax."""
        return self.invoiced_tax - self.credited_tax


@dataclass(frozen=True, kw_only=True)
class Total:
    """A place of the return in one currency."""

    scheme: Scheme
    net: Money
    tax: Money


def quarter_of(day: date) -> Quarter:
    """The quarter in which a day lies."""
    return Quarter(year=day.year, number=(day.month + 2) // 3)


def read_quarter(text: str) -> Quarter:
    """A quarter as it is written in an address. Refuses with NotAQuarter."""
    found = re.fullmatch(r"(2[0-9]{3})-Q([1-4])", text, re.ASCII)
    if found is None:
        raise NotAQuarter
    return Quarter(year=int(found[1]), number=int(found[2]))


def rows_of(quarter: Quarter) -> list[Row]:
    """The rows of a quarter in the order of the return; one statement."""
    start, end = (datetime.combine(one.first, datetime.min.time(), UTC) for one in (quarter, quarter.next))
    key = (PaperTax.scheme, PaperTax.country, PaperTax.rate_permille, PaperTax.currency)
    sums = [_sum(credit, what) for credit in (False, True) for what in (1, PaperTax.net, PaperTax.tax)]
    wanted = select(*key, *sums).where(PaperTax.issued_at >= start, PaperTax.issued_at < end).group_by(*key)
    found = [_row(*row) for row in session.execute(wanted)]
    return sorted(found, key=lambda row: (ORDER.index(row.scheme), row.country, row.rate_permille, row.net.currency))


def totals_of(rows: Iterable[Row]) -> list[Total]:
    """Each place of the return by currency; nothing is exchanged."""
    sums: dict[tuple[Scheme, str], Total] = {}
    for row in rows:
        key = (row.scheme, row.net.currency)
        had = sums.get(key)
        net, tax = (had.net + row.net, had.tax + row.tax) if had else (row.net, row.tax)
        sums[key] = Total(scheme=row.scheme, net=net, tax=tax)
    return list(sums.values())


def _sum(is_credit: bool, what: object) -> object:
    return func.coalesce(func.sum(case((PaperTax.is_credit.is_(is_credit), what), else_=0)), 0)


def _row(scheme: str, country: str, rate: int, currency: str, *sums: int) -> Row:
    invoices, net, tax, credits_, credited_net, credited_tax = (int(one) for one in sums)
    return Row(
        scheme=Scheme(scheme),
        country=country,
        rate_permille=rate,
        invoices=invoices,
        invoiced_net=Money(net, currency),
        invoiced_tax=Money(tax, currency),
        credits=credits_,
        credited_net=Money(credited_net, currency),
        credited_tax=Money(credited_tax, currency),
    )
