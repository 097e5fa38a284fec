"""The register: purposes, recipients, channels, cookies, clauses, and what each area declares that it holds. Pure.

An area declares at the bottom of its models.py:

    declare(
        "order",
        subject="account_id",
        phone=Holding(category="telephone", collected_for="telephone_order", keep="30 days after the order closes", …),
        nothing_personal=("created_at", "currency"),
    )

A column called like a parameter goes into `columns={...}`. Ids, foreign keys and hashes need no word.
"""

from collections.abc import Mapping

from privacy.clauses_text import CLAUSES
from privacy.entries import CHANNELS, COOKIES, PURPOSES, VERSION
from privacy.recipients import RECIPIENTS
from privacy.terms import (
    BASES,
    CATEGORIES,
    Basis,
    Channel,
    Clause,
    Cookie,
    Holding,
    Purpose,
    Recipient,
    Table,
)

__all__ = [
    "BASES",
    "CATEGORIES",
    "VERSION",
    "Basis",
    "Channel",
    "Clause",
    "Cookie",
    "Holding",
    "Purpose",
    "Recipient",
    "Table",
    "channels",
    "clauses",
    "cookies",
    "declare",
    "holding",
    "holdings",
    "purposes",
    "recipients",
]

purposes: dict[str, Purpose] = {purpose.id: purpose for purpose in PURPOSES}
recipients: dict[str, Recipient] = {recipient.id: recipient for recipient in RECIPIENTS}
channels: dict[str, Channel] = {channel.id: channel for channel in CHANNELS}
cookies: dict[str, Cookie] = {cookie.name: cookie for cookie in COOKIES}
clauses: dict[str, Clause] = {clause.id: clause for clause in CLAUSES}

_tables: dict[str, Table] = {}


class Misdeclared(ValueError):
    """A declaration names a purpose that the register does not know or that is for sums only (P4b), or contradicts an earlier one."""


def declare(
    table: str,
    *,
    subject: str,
    title: str = "",
    nothing_personal: tuple[str, ...] = (),
    columns: Mapping[str, Holding] | None = None,
    **named: Holding,
) -> None:
    """Say what a table holds about people, column by column. Raises Misdeclared."""
    held = {**(columns or {}), **named}
    for column, said in held.items():
        unknown = [purpose for purpose in said.purposes if purpose not in purposes]
        if unknown:
            raise Misdeclared(f"{table}.{column} serves {unknown}, but the register knows {sorted(purposes)}")
        if any(purposes[purpose].aggregates_only for purpose in said.purposes):
            raise Misdeclared(f"{table}.{column} is about a person, but serves a purpose that works with sums only")
    entry = Table(
        name=table,
        subject=subject,
        title=title or table.replace("_", " ").capitalize(),
        columns=held,
        nothing_personal=nothing_personal,
    )
    if _tables.get(table, entry) != entry:
        raise Misdeclared(f"{table} is declared twice, in two ways")
    _tables[table] = entry


def holdings() -> dict[str, Table]:
    """What has been declared so far, by table."""
    return dict(_tables)


def holding(label: str) -> Holding | None:
    """The declaration behind a label such as "order.phone", or None."""
    table, _, column = label.partition(".")
    found = _tables.get(table)
    return found.columns.get(column) if found else None
