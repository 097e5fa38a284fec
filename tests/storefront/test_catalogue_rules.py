"""Addresses of lists, words of searches and Markdown of descriptions, whatever anybody puts into them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.catalogue import markdown, rules, spelling
from storefront.catalogue.rules import Filters, Sort


def test_an_address_says_what_the_list_shows_and_can_be_read_back() -> None:
    asked = Filters(q="kiln log", category="measuring", platform="linux", band="25-75", sort=Sort.PRICE)
    assert asked.address() == "/shop?q=kiln+log&category=measuring&platform=linux&band=25-75&sort=price"
    assert asked.address(platform="") == "/shop?q=kiln+log&category=measuring&band=25-75&sort=price"
    assert Filters().address() == "/shop"


@given(st.dictionaries(st.sampled_from([*rules.NAMES, "after", "before"]), st.text(max_size=300)))
def test_any_address_can_be_read(asked: dict[str, str]) -> None:
    read = rules.read_filters(asked)
    assert rules.read_filters({"q": read.q}).q == read.q
    read.address()


@given(st.text(max_size=400))
def test_any_query_becomes_quoted_words_only(text: str) -> None:
    words = rules.read_words(text)
    assert len(words) <= rules.MOST_WORDS
    assert all("\x00" not in word and '"' not in word and "'" not in word for word in words)
    rules.fts5_match(words)
    rules.tsquery_text(words)


def test_the_last_word_may_go_on_and_operators_are_words() -> None:
    assert rules.fts5_match(rules.read_words("cats OR dogs*")) == '"cats" AND "or" AND "dogs" *'
    assert rules.tsquery_text(rules.read_words("a & !b")) == "'a' & 'b':*"


def test_accents_and_case_do_not_matter() -> None:
    assert rules.read_words("Überschrift ÉCLAIR") == ("uberschrift", "eclair")


def test_scripts_without_spaces_are_written_and_asked_for_as_pairs() -> None:
    assert rules.read_words("活字組版") == ("活字", "字組", "組版")
    assert "字組" in rules.index_text("美しい活字組版").split()


@pytest.mark.parametrize(("band", "bounds"), [("0-25", (0, 2500)), ("150-", (15000, None))])
def test_bands_are_whole_units(band: str, bounds: tuple[int, int | None]) -> None:
    assert rules.band_bounds(band, 2) == bounds


@given(st.text(max_size=200), st.integers(min_value=0, max_value=10**14))
def test_a_place_in_a_list_survives_its_address(value: str, number: int) -> None:
    cursor = rules.read_cursor(rules.write_cursor("x" + value, number)[:199], before=False)
    assert cursor is None or cursor.value.startswith("x")


def test_descriptions_are_rendered_without_any_html_of_their_own() -> None:
    html = markdown.render("# Big\n\n<script>x()</script> **bold** [a](javascript:b) ![p](http://x/y.png)\n\n- one")
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert "<strong>bold</strong>" in html
    assert "<li>one</li>" in html


@given(st.text(alphabet="abc", min_size=1, max_size=7), st.text(alphabet="abc", min_size=1, max_size=7))
def test_the_distance_of_words_is_the_same_both_ways_and_small_for_one_slip(one: str, other: str) -> None:
    assert spelling.distance(one, other, 3) == spelling.distance(other, one, 3)
    assert (spelling.distance(one, other, 3) == 0) == (one == other)
    assert spelling.distance(one, one[1:] or "x", 2) <= 1
    assert spelling.distance(one + "xy", one + "yx", 2) == 1
