"""What areas tell the export about their tables: chapters, words, titles, files. Without it everything is exported, too,
but reads like a database.

    telling.chapter("orders", "Orders and invoices", ("order", "postal_address"), rank=20)
    telling.describe("order", title=title_of_orders, also=("currency",), words={"paid_at": "When we had the money."})
    telling.enclose("invoices", names_of_papers, draw_paper)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]
Said = Mapping[str, str]
Reading = Callable[[int, Sequence[Values]], Sequence[Said]]
"""From the person and some rows to what helps a reader of each; "title" becomes the row's heading."""
Listing = Callable[[int], Sequence[Mapping[str, object]]]


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A page of the export: the tables on it, in their order."""

    id: str
    title: str
    sentence: str
    tables: tuple[str, ...]
    rank: int


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What an area says about one of its tables.

    reading: a function that makes rows readable; its answers stand under "readable" in the data. also: columns that are
    not personal, but without which the others mean little. unprinted: columns that only the data has, because the page
    shows the same in another way. words: what columns mean.
    """

    reading: Reading | None = None
    also: tuple[str, ...] = ()
    unprinted: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Computed:
    """Facts about a person that no row of theirs holds, found by asking; each has the fields that `words` explain."""

    id: str
    title: str
    words: Mapping[str, str]
    find: Listing


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    """Files that come along: their names, and the bytes of one."""

    folder: str
    names: Callable[[int], Sequence[str]]
    load: Callable[[int, str], bytes]


chapters: dict[str, Chapter] = {}
tellings: dict[str, Telling] = {}
computed: dict[str, Computed] = {}
enclosures: dict[str, Enclosure] = {}

NOTHING = Telling()


def chapter(name: str, title: str, tables: tuple[str, ...], *, sentence: str = "", rank: int = 50) -> None:
    """Give these tables (and what hangs on them) a page of their own."""
    chapters[name] = Chapter(id=name, title=title, sentence=sentence, tables=tables, rank=rank)


def describe(
    table: str,
    *,
    reading: Reading | None = None,
    also: tuple[str, ...] = (),
    unprinted: tuple[str, ...] = (),
    words: Mapping[str, str] | None = None,
) -> None:
    """Say how rows of a table are read."""
    tellings[table] = Telling(reading=reading, also=also, unprinted=unprinted, words=words or {})


def compute(name: str, title: str, words: Mapping[str, str], find: Listing) -> None:
    """Add facts that are found by asking; chapters name them like a table."""
    computed[name] = Computed(id=name, title=title, words=words, find=find)


def enclose(folder: str, names: Callable[[int], Sequence[str]], load: Callable[[int, str], bytes]) -> None:
    """Let files come along in a folder of that name."""
    enclosures[folder] = Enclosure(folder=folder, names=names, load=load)


def of(table: str) -> Telling:
    """What was said about a table."""
    return tellings.get(table, NOTHING)
