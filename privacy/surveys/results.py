"""What came out: sums of answers without a name once a survey is closed, and the answers that carry one."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select

from core import clock
from core.access import Actor
from core.accounts.models import Account
from core.db import session
from core.sealed import Sealed
from privacy.gate import Closed, disclose
from privacy.surveys import rules, service
from privacy.surveys.models import Survey, SurveyAnswer, SurveyNamedAnswer, SurveyTaken
from privacy.surveys.rules import Cell, Kind, Question


@dataclass(frozen=True, kw_only=True)
class Result:
    """One question. texts: what was written, in no order, where enough people wrote."""

    question: Question
    cells: list[Cell]
    texts: list[str]


@dataclass(frozen=True, kw_only=True)
class Named:
    """What somebody said with their name."""

    name: str
    question: str
    said: str


def is_ready(survey: Survey) -> bool:
    """True between its end and its last day. Before the end, two looks would tell who came between them."""
    return service.phase_of(survey) == "closed" and clock.now().date() < survey.discard_on


def people(survey: Survey) -> int:
    """How many answered without their name."""
    own = (SurveyTaken.survey_id == survey.id, SurveyTaken.how == "nameless")
    return session.scalar(select(func.count()).select_from(SurveyTaken).where(*own)) or 0


def of(survey: Survey) -> list[Result]:
    """Sums by question; nothing before the end, after the last day, or of fewer than five people."""
    count = people(survey)
    if not is_ready(survey) or count < rules.FEW:
        return []
    return [_result(question, count) for question in service.questions_of(survey.id)]


def named(survey: Survey, actor: Actor) -> list[Named]:
    """Answers of those who ticked "with my name", opened through the gate for the member of staff who reads."""
    if not is_ready(survey):
        return []
    asked = {question.id: question for question in service.questions_of(survey.id)}
    both = select(SurveyNamedAnswer, Account.name_shown).join(Account, Account.id == SurveyNamedAnswer.account_id)
    rows = session.execute(both.where(SurveyNamedAnswer.survey_id == survey.id).order_by(SurveyNamedAnswer.id))
    return [
        Named(name=str(name), question=asked[one.question_id].words, said=_said(asked[one.question_id], one, actor))
        for one, name in rows
    ]


def _result(question: Question, count: int) -> Result:
    wanted = select(SurveyAnswer).where(SurveyAnswer.question_id == question.id).order_by(SurveyAnswer.id)
    answers = list(session.scalars(wanted))
    if question.kind == Kind.TEXT:
        texts = [one.text or "" for one in answers]
        return Result(question=question, cells=[], texts=texts if len(texts) >= rules.FEW else [])
    if question.kind == Kind.SCALE:
        words, keys = [str(number) for number in rules.SCALE], list(rules.SCALE)
        sums = Counter(one.number for one in answers)
    else:
        words, keys = [one.words for one in question.choices], [one.id for one in question.choices]
        sums = Counter(one.option_id for one in answers)
    cells = rules.cells(words, [sums[key] for key in keys], count, several=question.kind == Kind.SEVERAL)
    return Result(question=question, cells=cells, texts=[])


def _said(question: Question, one: SurveyNamedAnswer, actor: Actor) -> str:
    if one.text is not None:
        return _opened(one.text, actor)
    if one.number is not None:
        return f"{one.number} of 5"
    return next((choice.words for choice in question.choices if choice.id == one.option_id), "")


def _opened(text: Sealed, actor: Actor) -> str:
    """What stays closed to this reader says so in its place; the others are read all the same."""
    try:
        return disclose(text, purpose=service.PURPOSE, actor=actor)
    except Closed as closed:
        return f"({closed.sentence})"
