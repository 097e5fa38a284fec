"""What a list of products was asked for, as its address says it, and how a search is put to a database. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

LONGEST_QUERY, MOST_WORDS, LONGEST_WORD = 200, 10, 48
LONGEST_SLUG = 80
PLATFORMS = {"windows": "Windows", "macos": "macOS", "linux": "Linux"}
TERMS = {"perpetual": "To keep", "year": "By the year", "month": "By the month"}
CARD_TERMS = {"perpetual": "to keep", "year": "by the year", "month": "by the month", "trial": "to try"}
PRICE_TERMS = {"perpetual": "once", "year": "a year", "month": "a month"}
STOCK = {"yes": "In stock now"}
SOURCES = {"own": "Made in our own house", "pool": "Resold for others"}
BANDS = {"0-25": (0, 25), "25-75": (25, 75), "75-150": (75, 150), "150-": (150, None)}
"""Prices in whole units of the currency; the lower bound belongs to the band."""


class Sort(StrEnum):
    """The order of a list; ties go by id. BEST is how well it fits the words, and there for a search only."""

    POPULAR = "popular"
    NEWEST = "newest"
    PRICE = "price"
    NAME = "name"
    BEST = "best"


SORTS = {
    Sort.BEST: "Best match",
    Sort.POPULAR: "Most bought",
    Sort.NEWEST: "Newest",
    Sort.PRICE: "Lowest price",
    Sort.NAME: "Name",
}


class Cursor(NamedTuple):
    """Where a page begins (`after`) or ends (`before`): the sorted value of its neighbor and that one's id."""

    value: str
    id: int
    before: bool


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A link that narrows a list, or takes that back where it is chosen already; `count` products would be shown."""

    label: str
    address: str
    chosen: bool
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """Choices of which one can be made."""

    label: str
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> Choice | None:
        """What was chosen here."""
        return next((choice for choice in self.choices if choice.chosen), None)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the list shows. Empty texts ask for nothing."""

    q: str = ""
    category: str = ""
    vendor: str = ""
    platform: str = ""
    term: str = ""
    band: str = ""
    source: str = ""
    stock: str = ""
    sort: Sort = Sort.POPULAR
    cursor: Cursor | None = None

    @property
    def is_narrowed(self) -> bool:
        """True if anything but the order was asked for."""
        return bool(self.q) or any(getattr(self, name) for name in FACETS)

    def query(self, **changes: str) -> str:
        """The query string of this list with some things changed; always of its first page."""
        wanted = {name: str(getattr(self, name)) for name in NAMES} | changes
        if wanted["sort"] == _usual(wanted["q"]) or (wanted["sort"] == Sort.BEST and not wanted["q"]):
            wanted["sort"] = ""
        return urlencode({name: value for name, value in wanted.items() if value})

    def address(self, **changes: str) -> str:
        """The list's address with some things changed."""
        query = self.query(**changes)
        return f"/shop?{query}" if query else "/shop"


FACETS = ("category", "platform", "term", "band", "source", "stock", "vendor")
NAMES = ("q", "category", "vendor", "platform", "term", "band", "source", "stock", "sort")


def read_filters(given: Mapping[str, str]) -> Filters:
    """Read an address; what cannot be meant is passed over, never refused."""
    q = " ".join(_plain(given.get("q", "")).split())[:LONGEST_QUERY]
    sort = given.get("sort", "")
    is_sort = sort in set(Sort) and (q or sort != Sort.BEST)
    return Filters(
        q=q,
        category=_slug(given.get("category", "")),
        vendor=_slug(given.get("vendor", "")),
        platform=_one_of(given.get("platform", ""), PLATFORMS),
        term=_one_of(given.get("term", ""), TERMS),
        band=_one_of(given.get("band", ""), BANDS),
        source=_one_of(given.get("source", ""), SOURCES),
        stock=_one_of(given.get("stock", ""), STOCK),
        sort=Sort(sort) if is_sort else _usual(q),
        cursor=read_cursor(given.get("after", ""), before=False) or read_cursor(given.get("before", ""), before=True),
    )


def group(filters: Filters, name: str, label: str, known: Iterable[tuple[str, str]], left: Mapping[str, int]) -> Group:
    """The links for one filter that leave anything; the chosen one leads back to the list without it."""
    now = str(getattr(filters, name))
    choices = (
        Choice(
            label=words,
            address=filters.address(**{name: "" if value == now else value}),
            chosen=value == now,
            count=left.get(value, 0),
        )
        for value, words in known
        if left.get(value) or value == now
    )
    return Group(label=label, choices=tuple(choices))


@lru_cache(maxsize=256)
def sorts(filters: Filters) -> Group:
    """The links for the order of a list."""
    choices = (
        Choice(label=words, address=filters.address(sort=sort.value), chosen=filters.sort is sort)
        for sort, words in SORTS.items()
        if filters.q or sort is not Sort.BEST
    )
    return Group(label="Sort by", choices=tuple(choices))


def term_words(terms: str) -> str:
    """How the editions of a product are sold, for a card: `to keep or by the year`."""
    return " or ".join(CARD_TERMS[term] for term in terms.split() if term in CARD_TERMS)


def without_cursor(filters: Filters) -> Filters:
    """The same list from its beginning."""
    return replace(filters, cursor=None)


def write_cursor(value: object, id_: int) -> str:
    """A place in a list, for its address."""
    return f"{value}~{id_}"


def read_cursor(text: str, *, before: bool) -> Cursor | None:
    """A place in a list; None for anything that is none."""
    value, mark, number = text[:200].rpartition("~")
    if not mark or not re.fullmatch(r"[0-9]{1,15}", number, re.ASCII):
        return None
    return Cursor(value=_plain(value), id=int(number), before=before)


def band_bounds(band: str, exponent: int) -> tuple[int, int | None]:
    """A band's lower (included) and upper bound (excluded, None for none) in minor units."""
    low, high = BANDS[band]
    return low * 10**exponent, None if high is None else high * 10**exponent


def band_of(price: int, exponent: int) -> str:
    """The band of a price in minor units."""
    return next(band for band in reversed(BANDS) if price >= band_bounds(band, exponent)[0])


def read_words(text: str) -> tuple[str, ...]:
    """The words to look for, folded; runs of Chinese, Japanese and Korean become pairs, as `index_text` writes them."""
    pieces = (piece for piece in re.split(r"\W+", fold(text[: 4 * LONGEST_QUERY])[:LONGEST_QUERY]) if piece.strip("_"))
    words = (pair for piece in pieces for pair in _paired(piece))
    return tuple(dict.fromkeys(word[:LONGEST_WORD] for word in words))[:MOST_WORDS]


def fts5_match(words: tuple[str, ...]) -> str:
    """The right side of `MATCH` in SQLite FTS5: quoted words only, all of them; the last may go on."""
    quoted = ['"' + word.replace('"', '""') + '"' for word in words]
    return " AND ".join([*quoted[:-1], *(word + " *" for word in quoted[-1:])])


def tsquery_text(words: tuple[str, ...]) -> str:
    """The text for PostgreSQL's `to_tsquery`: quoted words only, all of them; the last may go on."""
    quoted = ["'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in words]
    return " & ".join([*quoted[:-1], *(word + ":*" for word in quoted[-1:])])


def index_text(text: str) -> str:
    """Text as it goes into the index: folded, with runs of Chinese, Japanese and Korean as pairs and singles."""
    return _CJK_RUN.sub(lambda run: f" {' '.join([*_paired(run[0]), *run[0]])} ", fold(text))


def fold(text: str) -> str:
    """Without case and accents, so that `uberschrift` finds `Überschrift` on every database."""
    apart = unicodedata.normalize("NFKD", _plain(text))
    bare = "".join(character for character in apart if unicodedata.category(character) != "Mn")
    return unicodedata.normalize("NFKC", bare).casefold()


def has_cjk(word: str) -> bool:
    """True for a word with Chinese, Japanese or Korean in it."""
    return bool(_CJK_RUN.search(word))


_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_CJK_RUN = re.compile(f"[{_CJK}]+")
_WITH_CJK = re.compile(f"([{_CJK}]+)")


def _paired(piece: str) -> list[str]:
    """A word as it is; of a run of CJK the overlapping pairs, or its only character."""
    parts: list[str] = []
    for part in filter(None, _WITH_CJK.split(piece)):
        is_run = len(part) > 1 and _CJK_RUN.fullmatch(part)
        parts += [part[place : place + 2] for place in range(len(part) - 1)] if is_run else [part]
    return parts


def _plain(text: str) -> str:
    """Without controls, NUL and lone surrogates, none of which a database takes."""
    kept = (" " if unicodedata.category(character) in {"Cc", "Cs"} else character for character in text)
    return "".join(kept)


def _usual(q: str) -> Sort:
    """The order in which a list stands unless another is asked for."""
    return Sort.BEST if q else Sort.POPULAR


def _slug(text: str) -> str:
    return text if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text, re.ASCII) and len(text) <= LONGEST_SLUG else ""


def _one_of(text: str, known: Mapping[str, object]) -> str:
    return text if text in known else ""
