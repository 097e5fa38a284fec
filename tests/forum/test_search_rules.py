"""Whatever is typed into the search box, both databases read it as words; SQLite's own parser is asked here."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.search.rules import (
    LONGEST_WORD,
    MOST_WORDS,
    fts5_match,
    index_text,
    like_patterns,
    read_query,
    snippet,
    tsquery_text,
    websearch_text,
)

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
any_text = st.text(st.characters() | st.characters(categories=["Cs"]), max_size=80)
OPERATORS = (
    "AND",
    "OR",
    "NOT",
    "NEAR(",
    "(",
    ")",
    '"',
    "'",
    "*",
    "^",
    ":",
    "-",
    "body:",
    "{",
    "}",
    "\\",
    "&",
    "!",
    "<->",
)
operators = st.lists(st.sampled_from([*OPERATORS, " ", "word", "\x00", "東京", "a"]), max_size=20).map("".join)


@pytest.fixture
def posts() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE posts USING fts5(body, tokenize='unicode61 remove_diacritics 2')")
    texts = [
        "The license server does not start after the update",
        "AND OR NOT are words like any other",
        "C++ builds fail with error-code 42",
        "東京都でライセンスを買いました",
        "서울에서 샀어요",
        "Ein Schlüssel für zwei Rechner",
    ]
    connection.executemany("INSERT INTO posts(body) VALUES (?)", [(index_text(text),) for text in texts])
    yield connection
    connection.close()


def found(posts: sqlite3.Connection, typed: str) -> list[int]:
    match = fts5_match(read_query(typed))
    rows = posts.execute("SELECT rowid FROM posts WHERE posts MATCH ? ORDER BY rowid", (match,)) if match else ()
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("typed", "rows"),
    [
        ("license update", [1]),
        ("LICENSE", [1]),
        ("license absent", []),
        ("AND", [2]),
        ("license OR words", []),
        ("not start", [1]),
        ("C++", [3]),
        ("error-code", [3]),
        ("code error", [3]),
        ('"fail with" 42', [3]),
        ("東京", [4]),
        ("京都", [4]),
        ("東都", []),
        ("ライセンス", [4]),
        ("東", [4]),
        ("た", [4]),
        ("東京license", []),
        ("샀어", [5]),
        ("schlussel", [6]),
        ("ｌｉｃｅｎｓｅ", [1]),
        ("", []),
        ("*** !!!", []),
    ],
)
def test_words_are_found_and_operators_are_words(posts: sqlite3.Connection, typed: str, rows: list[int]) -> None:
    assert found(posts, typed) == rows


@unhurried
@given(typed=any_text | operators)
def test_no_text_breaks_the_match(posts: sqlite3.Connection, typed: str) -> None:
    found(posts, typed)


@unhurried
@given(any_text | operators)
def test_queries_are_bounded_and_can_be_sent(typed: str) -> None:
    query = read_query(typed * 20)
    assert len(query.words) <= MOST_WORDS
    assert all(len(word) <= LONGEST_WORD for word in query.words)
    for text in (fts5_match(query), tsquery_text(query), websearch_text(query), *like_patterns(query)):
        text.encode()
        assert "\x00" not in text
        assert bool(text) is not query.is_empty


@unhurried
@given(any_text | operators)
def test_quotes_are_always_closed(typed: str) -> None:
    query = read_query(typed)
    assert fts5_match(query).count('"') % 2 == 0
    assert tsquery_text(query).count("'") % 2 == 0
    assert websearch_text(query).count('"') == 2 * len(query.words)


def test_queries_for_postgresql() -> None:
    query = read_query("it's 東京都 or \\ 東 license:*")
    assert tsquery_text(query) == "'it''s' & ('東京' <-> '京都') & 'or' & '東':* & 'license:*'"
    assert websearch_text(query) == '"it\'s" "東京 京都" "or" "東" "license:*"'
    assert query.has_cjk
    assert not read_query("license").has_cjk


def test_patterns_for_like_have_no_wildcards_of_their_own() -> None:
    assert like_patterns(read_query(r"100% a_b c\d")) == (r"%100\%%", r"%a\_b%", r"%c\\d%")


@unhurried
@given(any_text, any_text)
def test_a_snippet_is_a_piece_of_its_text(text: str, typed: str) -> None:
    pieces = snippet(text, read_query(typed))
    assert "".join(piece.text for piece in pieces).strip("…") in text + "…"


def test_a_snippet_shows_the_first_hit() -> None:
    text = "word " * 100 + "the License here " + "word " * 100
    pieces = snippet(text, read_query("license"), length=60)
    assert [piece.text for piece in pieces if piece.is_hit] == ["License"]
    assert pieces[0].text.startswith("…")
    assert pieces[-1].text.endswith("…")
    assert sum(len(piece.text) for piece in pieces) <= 62
    assert snippet("abc", read_query("")) == (("abc", False),)
