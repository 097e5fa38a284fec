"""Taking a person out of texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.leaving.rules import FORMER, REMOVED, Traces, without

NELL = Traces(name="Nell Marsh", email="nell@marsh.example", posts=frozenset({(7, 3)}))
GONE = Traces(name="Nell Marsh", email="nell@marsh.example", posts=frozenset({(7, 3)}), removed=True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '[quote="Nell Marsh, post 3, topic 7"]\nWords\n[/quote]',
            '[quote="Former member, post 3, topic 7"]\nWords\n[/quote]',
        ),
        (
            '[quote="nell  marsh, post 9, topic 1"]\nWords\n[/quote]',
            '[quote="Former member, post 9, topic 1"]\nWords\n[/quote]',
        ),
        ("Ask @Nell Marsh, or @nell marsh.", "Ask a former member, or a former member."),
        ("@Nell Marshall knows", "@Nell Marshall knows"),
        ("> **Nell Marsh:** as I said", "> **Former member:** as I said"),
        ("Nell Marsh wrote:\n> words", "Former member wrote:\n> words"),
        ("Yours\n— Nell Marsh", "Yours\n— Former member"),
        ("I met Nell Marsh at the kiln.", "I met Nell Marsh at the kiln."),
        ("Mail NELL@marsh.example!", "Mail (address removed)!"),
        ("xnell@marsh.example", "xnell@marsh.example"),
    ],
)
def test_the_name_goes_where_it_says_whose_words_these_are(before: str, after: str) -> None:
    assert without(before, NELL) == after


def test_removed_words_leave_their_quotes() -> None:
    nested = 'A\n[quote="Nell Marsh, post 3, topic 7"]\nB [quote="Ada, post 1, topic 7"]C[/quote]\nD\n[/quote]\nE'
    assert without(nested, GONE) == f'A\n[quote="{FORMER}, post 3, topic 7"]{REMOVED}[/quote]\nE'


def test_quotes_of_others_keep_their_words() -> None:
    others = '[quote="Ada, post 1, topic 7"]\nB\n[/quote]\nC'
    assert without(others, GONE) == others


@given(st.text(alphabet='Nel Marsh@\n>*[]/quote="7,3 post topic.-:', max_size=120))
def test_done_twice_it_changes_nothing(text: str) -> None:
    once = without(text, GONE)
    assert without(once, GONE) == once
