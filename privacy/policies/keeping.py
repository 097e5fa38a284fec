"""What the policy says about what is kept, one sentence per table and way of keeping. Pure."""

from collections.abc import Iterator

from privacy import register
from privacy.terms import CATEGORY_NAMES, reader

Way = tuple[tuple[str, ...], str, tuple[str, ...]]


def sentences() -> list[str]:
    """The whole list, by the tables' titles: a column that serves another purpose, or stays longer, changes it."""
    tables = sorted(register.holdings().values(), key=lambda table: (table.title, table.name))
    return [sentence for table in tables for sentence in _of(table)]


def _of(table: register.Table) -> Iterator[str]:
    ways: dict[Way, dict[str, None]] = {}
    for held in table.columns.values():
        ways.setdefault((held.purposes, held.keep, held.read_by), {})[_category(held.category)] = None
    for (purposes, keep, read_by), categories in ways.items():
        what, names = ", ".join(categories), ", ".join(register.purposes[one].name for one in purposes)
        yield f"{table.title}: {what}. For: {names}. Kept {keep}. Read by {_readers(read_by)}."


def _category(category: str) -> str:
    return CATEGORY_NAMES.get(category, category)


def _readers(read_by: tuple[str, ...]) -> str:
    *first, last = [reader(one) for one in read_by] or ["nobody, the program alone"]
    return f"{', '.join(first)} and {last}" if first else last
