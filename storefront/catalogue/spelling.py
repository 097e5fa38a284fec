"""Words that were typed wrong: found again by the pieces of three letters that they share with words of the shop.

Every database has this vocabulary; it grows when a product is published. That a word is still on sale is not its matter:
a corrected search is shown only where it finds something.
"""

import re
from collections.abc import Iterable

from sqlalchemy import func, select

from core.db import session
from core.inserting import insert_or
from storefront.catalogue import rules
from storefront.catalogue.models import SearchGram

SHORTEST, LONGEST = 3, 32
MOST_CANDIDATES = 200


def learn(text: str) -> None:
    """Take the words of a folded text into the vocabulary."""
    words = {word for word in re.findall(r"[^\W\d_]+", text) if _is_word(word)}
    known = set(session.scalars(select(SearchGram.word).where(SearchGram.gram == "", SearchGram.word.in_(words))))
    rows = [{"gram": gram, "word": word} for word in sorted(words - known) for gram in ("", *sorted(grams(word)))]
    if rows:
        session.execute(insert_or(SearchGram).on_conflict_do_nothing(), rows)


def corrected(query: str) -> str:
    """The query in words that the shop knows; empty where nothing would change. One statement."""
    words = rules.read_words(query)
    likely = _candidates([word for word in words if _is_word(word)])
    better = [_better(word, likely, may_go_on=word == words[-1]) for word in words]
    return " ".join(better) if likely and tuple(better) != words else ""


def grams(word: str) -> frozenset[str]:
    """The pieces of three letters, with its edges marked."""
    edged = f" {word} "
    return frozenset(edged[place : place + 3] for place in range(len(edged) - 2))


def distance(one: str, other: str, most: int) -> int:
    """Letters to change, add, leave out or swap with their neighbor; anything above `most` counts as `most` + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for down, letter in enumerate(one, 1):
        last, before, row = before, row, [down]
        for along, wanted in enumerate(other, 1):
            cost = min(before[along] + 1, row[-1] + 1, before[along - 1] + (letter != wanted))
            if last and along > 1 and letter == other[along - 2] and one[down - 2] == wanted:
                cost = min(cost, last[along - 2] + 1)
            row.append(cost)
    return min(row[-1], most + 1)


def _candidates(words: list[str]) -> list[str]:
    wanted = sorted({gram for word in words for gram in grams(word)})
    if not wanted:
        return []
    shared = func.count().desc()
    likely = select(SearchGram.word).where(SearchGram.gram.in_(wanted)).group_by(SearchGram.word)
    return list(session.scalars(likely.order_by(shared, SearchGram.word).limit(MOST_CANDIDATES)))


def _better(word: str, likely: Iterable[str], *, may_go_on: bool) -> str:
    """The closest word of the shop; the word itself where the shop knows it or nothing is close."""
    if not _is_word(word) or any(one == word or (may_go_on and one.startswith(word)) for one in likely):
        return word
    most = 1 if len(word) <= 4 else 2
    near = sorted((distance(word, one, most), -len(grams(word) & grams(one)), one) for one in likely)
    return near[0][2] if near and near[0][0] <= most else word


def _is_word(word: str) -> bool:
    return SHORTEST <= len(word) <= LONGEST and not rules.has_cjk(word)
