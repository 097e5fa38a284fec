"""What no part answers for: the rows that the register knows to be about a person are deleted, children first."""

from collections.abc import Iterator

from sqlalchemy import Table, delete, func, select

from core.db import Base, session
from privacy import register
from privacy.erasure import parts
from privacy.erasure.rules import Fate, Line, Share
from privacy.panel.service import rows_about


def preview(account_id: int) -> Share:
    """One line for each table that has rows about the person; their number may change while the page is read."""
    counted = ((declared, count(declared.name, account_id)) for _table, declared in _tables())
    lines = (
        Line(title=declared.title, count=rows, fate=Fate.GOES, sentence="Deleted.", weighs=False)
        for declared, rows in counted
    )
    return Share(lines=tuple(sorted(lines, key=lambda line: line.title)))


def erase(account_id: int) -> None:
    """Delete them. Done again later, it takes what was noted while the account was being closed."""
    for table, declared in _tables():
        session.execute(delete(table).where(rows_about(table, declared.subject, account_id)))


def count(name: str, account_id: int) -> int:
    """How many rows of a declared table are about the person."""
    table = Base.metadata.tables[name]
    about = rows_about(table, register.holdings()[name].subject, account_id)
    return session.scalar(select(func.count()).select_from(table).where(about)) or 0


def _tables() -> Iterator[tuple[Table, register.Table]]:
    """Declared tables about people that nobody answers for; those that point at others come first."""
    declared, answered = register.holdings(), parts.answered()
    for table in reversed(Base.metadata.sorted_tables):
        entry = declared.get(table.name)
        if entry is not None and entry.subject and table.name not in answered:
            yield table, entry
