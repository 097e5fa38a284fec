"""From what somebody typed to a query that no database can misread: every word is quoted, no operator works.

Chinese, Japanese and Korean do not put spaces between words, and neither SQLite's nor PostgreSQL's parser finds words
in them. Both sides therefore write them as overlapping pairs: `index_text` when a post is stored, the queries here when
it is looked for.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

LONGEST_QUERY, MOST_WORDS, LONGEST_WORD = 200, 12, 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """The words to look for, all of which must be there. `has_cjk` says that words were cut into pairs."""

    words: tuple[str, ...]
    has_cjk: bool

    @property
    def is_empty(self) -> bool:
        return not self.words


class Fragment(NamedTuple):
    """A piece of a snippet, plain text to be escaped; `is_hit` marks what was looked for."""

    text: str
    is_hit: bool


def read_query(text: str) -> Query:
    """Read a search box; never refuses. Words beyond the twelfth and what holds no letter or digit are left out."""
    plain = _plain(text[: 4 * LONGEST_QUERY])[:LONGEST_QUERY]
    pieces = (piece for chunk in plain.split() for piece in _CJK_RUN.split(chunk))
    words = [piece[:LONGEST_WORD] for piece in pieces if any(character.isalnum() for character in piece)]
    kept = tuple(dict.fromkeys(words))[:MOST_WORDS]
    return Query(words=kept, has_cjk=any(_CJK_RUN.fullmatch(word) for word in kept))


def fts5_match(query: Query) -> str:
    """The right side of `MATCH` in SQLite FTS5: quoted strings only, joined by AND. Empty for an empty query."""
    return " AND ".join(_fts5_word(word) for word in query.words)


def tsquery_text(query: Query) -> str:
    """The text for PostgreSQL's `to_tsquery(configuration, …)`: quoted words only, joined by &."""
    return " & ".join(_tsquery_word(word) for word in query.words)


def websearch_text(query: Query) -> str:
    """The text for PostgreSQL's `websearch_to_tsquery`, without its operators; single CJK characters find nothing."""
    return " ".join('"{}"'.format(" ".join(_pairs(word)).replace('"', " ")) for word in query.words)


def like_patterns(query: Query) -> tuple[str, ...]:
    """One pattern per word for `LIKE … ESCAPE '\\'`, for tables that have no index of pairs."""
    return tuple("%" + re.sub(r"([\\%_])", r"\\\1", word) + "%" for word in query.words)


def index_text(text: str) -> str:
    """Text as it goes into the full-text index: CJK runs as overlapping pairs and the last character alone."""
    return _CJK_RUN.sub(lambda run: f" {' '.join([*_pairs(run[0]), run[0][-1]])} ", _plain(text))


def snippet(text: str, query: Query, *, length: int = 240) -> tuple[Fragment, ...]:
    """A window of plain text around the first hit, cut into fragments; the whole beginning where nothing is hit."""
    if query.is_empty:
        return (Fragment(text[:length], False),)
    pattern = re.compile(
        "|".join(re.escape(word) for word in sorted(query.words, key=len, reverse=True)), re.IGNORECASE
    )
    first = pattern.search(text)
    start = max(0, first.start() - length // 3) if first else 0
    window = ("…" if start else "") + text[start : start + length] + ("…" if start + length < len(text) else "")
    pieces, at = list[Fragment](), 0
    for hit in pattern.finditer(window):
        pieces += [Fragment(window[at : hit.start()], False), Fragment(hit[0], True)]
        at = hit.end()
    return tuple(piece for piece in (*pieces, Fragment(window[at:], False)) if piece.text)


_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_CJK_RUN = re.compile(f"([{_CJK}]+)")


def _plain(text: str) -> str:
    """NFKC without controls, NUL and lone surrogates, none of which a database takes."""
    normal = unicodedata.normalize("NFKC", text)
    return "".join(" " if unicodedata.category(character) in {"Cc", "Cs"} else character for character in normal)


def _pairs(word: str) -> list[str]:
    """The overlapping pairs of a CJK run, anything else as it is."""
    if len(word) < 2 or not _CJK_RUN.fullmatch(word):
        return [word]
    return [word[place : place + 2] for place in range(len(word) - 1)]


def _is_single(word: str) -> bool:
    return len(word) == 1 and bool(_CJK_RUN.fullmatch(word))


def _fts5_word(word: str) -> str:
    quoted = '"' + " ".join(_pairs(word)).replace('"', '""') + '"'
    return quoted + " *" if _is_single(word) else quoted


def _tsquery_word(word: str) -> str:
    quoted = [f"'{_escaped(pair)}'" for pair in _pairs(word)]
    joined = " <-> ".join(quoted)
    return joined + ":*" if _is_single(word) else f"({joined})" if len(quoted) > 1 else joined


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("'", "''")
