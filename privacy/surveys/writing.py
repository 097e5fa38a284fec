"""Staff write a survey: it changes before it is published and never afterwards, so that nobody's answer changes meaning."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select

from core import clock
from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import Conflict, Invalid, NotFound
from privacy.newsletter.rules import free_slug, slug_of
from privacy.surveys import rules, service
from privacy.surveys.models import Survey, SurveyOption, SurveyQuestion


class Published(Conflict):
    code = "survey_published"
    sentence = "This survey is published. It stays as people read it; close it and write a new one instead."


@dataclass(frozen=True, kw_only=True)
class Texts:
    """What a survey says, and its days."""

    title: str
    intro: str
    purpose: str
    opens_on: date
    closes_on: date
    discard_on: date
    results_shown: bool = False


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A new question; options are for those that offer some."""

    kind: str
    words: str
    required: bool = False
    options: tuple[str, ...] = ()


def write(texts: Texts, actor: Actor) -> Survey:
    """A new draft."""
    slug = free_slug(slug_of(texts.title), frozenset(session.scalars(select(Survey.slug))))
    survey = Survey(slug=slug, **vars(texts))
    session.add(survey)
    session.flush()
    audit.record(actor, "write survey", "survey", survey.id)
    return survey


def edit(survey_id: int, texts: Texts, actor: Actor) -> None:
    """Change a draft. Raises Published."""
    survey = get_draft(survey_id)
    for name, value in vars(texts).items():
        setattr(survey, name, value)
    audit.record(actor, "edit survey", "survey", survey.id)


def ask(survey_id: int, asked: Asked) -> None:
    """Put a question at the end of a draft. Raises Published, and Invalid where there is too little to choose."""
    get_draft(survey_id)
    last = session.scalar(select(func.max(SurveyQuestion.position)).where(SurveyQuestion.survey_id == survey_id)) or 0
    question = SurveyQuestion(survey_id=survey_id, kind="", words="", position=last + 1)
    _put(question, asked)


def ask_otherwise(survey_id: int, question_id: int, asked: Asked) -> None:
    """Change a question of a draft, in its place. Raises Published, NotFound, Invalid."""
    get_draft(survey_id)
    question = _question(survey_id, question_id)
    session.execute(delete(SurveyOption).where(SurveyOption.question_id == question.id))
    _put(question, asked)


def move(survey_id: int, question_id: int, *, up: bool) -> None:
    """Change places with the question before or after; at an end nothing happens. Raises Published, NotFound."""
    get_draft(survey_id)
    own = select(SurveyQuestion).where(SurveyQuestion.survey_id == survey_id)
    asked = list(session.scalars(own.order_by(SurveyQuestion.position, SurveyQuestion.id)))
    place = asked.index(_question(survey_id, question_id))
    other = place + (-1 if up else 1)
    if 0 <= other < len(asked):
        asked[place], asked[other] = asked[other], asked[place]
    for position, question in enumerate(asked, start=1):
        question.position = position
    session.flush()


def drop(survey_id: int, question_id: int) -> None:
    """Take a question out of a draft. Raises Published, NotFound."""
    get_draft(survey_id)
    question = _question(survey_id, question_id)
    session.execute(delete(SurveyOption).where(SurveyOption.question_id == question.id))
    session.execute(delete(SurveyQuestion).where(SurveyQuestion.id == question.id))


def publish(survey_id: int, actor: Actor) -> None:
    """Let members answer from its first day on. Raises Published, and Invalid where it asks nothing or is over."""
    survey = get_draft(survey_id)
    if not service.questions_of(survey_id):
        raise Invalid("A survey needs at least one question. Nothing was published.")
    if survey.closes_on < clock.now().date():
        raise Invalid("Its last day is over. Choose later days, then publish it.")
    survey.state = "open"
    audit.record(actor, "publish survey", "survey", survey.id)


def close(survey_id: int, actor: Actor) -> None:
    """Take no more answers, for good."""
    survey = get(survey_id)
    if survey.state != "open":
        raise Conflict("Only a published survey can be closed.")
    survey.state = "closed"
    audit.record(actor, "close survey", "survey", survey.id)


def get(survey_id: int) -> Survey:
    """A survey, locked until the transaction ends. Raises NotFound."""
    wanted = select(Survey).where(Survey.id == survey_id).with_for_update()
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def get_draft(survey_id: int) -> Survey:
    """A survey that may still change, locked. Raises NotFound, Published."""
    found = get(survey_id)
    if found.state != "draft":
        raise Published
    return found


def for_staff(most: int = 100) -> list[tuple[Survey, str]]:
    """All surveys with their phase, the latest first."""
    found = session.scalars(select(Survey).order_by(Survey.id.desc()).limit(most))
    return [(one, service.phase_of(one)) for one in found]


def _question(survey_id: int, question_id: int) -> SurveyQuestion:
    found = session.scalar(
        select(SurveyQuestion).where(SurveyQuestion.id == question_id, SurveyQuestion.survey_id == survey_id)
    )
    if found is None:
        raise NotFound
    return found


def _put(question: SurveyQuestion, asked: Asked) -> None:
    offers = asked.kind in {rules.Kind.SINGLE, rules.Kind.SEVERAL}
    if offers and not 2 <= len(asked.options) <= rules.OPTIONS:
        raise Invalid(f"Please offer 2 to {rules.OPTIONS} answers, one a line.")
    question.kind, question.words, question.required = asked.kind, asked.words, asked.required
    session.add(question)
    session.flush()
    for place, words in enumerate(asked.options if offers else ()):
        session.add(SurveyOption(question_id=question.id, words=words, position=place))
    session.flush()
