"""What may be asked and answered, and which sums may be shown. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

FEW = 5
SCALE = range(1, 6)
TEXT = 2_000
OPTIONS = 20


class Kind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    SEVERAL = "several"
    SCALE = "scale"
    TEXT = "text"


KIND_NAMES = {
    Kind.SINGLE: "One of several",
    Kind.SEVERAL: "Any of several",
    Kind.SCALE: "A number from 1 to 5",
    Kind.TEXT: "In their own words",
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing to choose."""

    id: int
    words: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question as it is asked."""

    id: int
    kind: str
    words: str
    required: bool = False
    choices: tuple[Choice, ...] = ()

    @property
    def field(self) -> str:
        """Its name in the form."""
        return f"q{self.id}"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One thing that was said: one of the three."""

    question_id: int
    option_id: int | None = None
    number: int | None = None
    text: str | None = None


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One bar: what it says beside it, and its length in percent (0 where the sum is hidden)."""

    words: str
    said: str
    percent: int = 0


def read(questions: Sequence[Question], typed: Mapping[str, Sequence[str]]) -> tuple[list[Answer], dict[str, str]]:
    """What was answered, and what is wrong by the field's name. Things that were never offered are no answers."""
    answers: list[Answer] = []
    wrong: dict[str, str] = {}
    for question in questions:
        said = [text.strip() for text in typed.get(question.field, ()) if text.strip()]
        found = _answers(question, said)
        if any(len(text) > TEXT for text in said):
            wrong[question.field] = f"Please say it in at most {TEXT:,} letters."
        elif question.required and not found:
            wrong[question.field] = "Please answer this one, or decline the survey as a whole."
        answers += found
    return answers, wrong


def phase(state: str, opens_on: date, closes_on: date, today: date) -> str:
    """draft, coming, open or closed: an open survey closes by itself."""
    if state != "open":
        return state
    if today < opens_on:
        return "coming"
    return "open" if today <= closes_on else "closed"


def cells(words: Sequence[str], counts: Sequence[int], people: int, *, several: bool = False) -> list[Cell]:
    """The bars of one question. A sum below five is hidden; so are others, the smallest first, until what is hidden
    comes to five together, so that nobody learns a small sum by subtraction."""
    hidden = {place for place, count in enumerate(counts) if _is_small(count, people, several)}
    while not several and hidden and not _is_blurred(hidden, counts):
        hidden.add(min(set(range(len(counts))) - hidden, key=lambda at: counts[at]))
    return [
        Cell(words=text, said="not shown")
        if place in hidden
        else Cell(words=text, said=f"{count:,}", percent=round(100 * count / people))
        for place, (text, count) in enumerate(zip(words, counts, strict=True))
    ]


def options_of(lines: str) -> list[str]:
    """What staff typed, one thing to choose a line, each once."""
    return list(dict.fromkeys(line.strip()[:200] for line in lines.splitlines() if line.strip()))


def _is_small(count: int, people: int, several: bool) -> bool:
    return count < FEW or (several and 0 < people - count < FEW)


def _is_blurred(hidden: set[int], counts: Sequence[int]) -> bool:
    return len(hidden) == len(counts) or (len(hidden) > 1 and sum(counts[place] for place in hidden) >= FEW)


def _answers(question: Question, said: Sequence[str]) -> list[Answer]:
    if question.kind == Kind.TEXT:
        return [Answer(question_id=question.id, text=text) for text in said[:1]]
    if question.kind == Kind.SCALE:
        numbers = [number for number in SCALE if str(number) in said]
        return [Answer(question_id=question.id, number=number) for number in numbers[:1]]
    chosen = [choice for choice in question.choices if str(choice.id) in said]
    most = 1 if question.kind == Kind.SINGLE else len(chosen)
    return [Answer(question_id=question.id, option_id=choice.id) for choice in chosen[:most]]
