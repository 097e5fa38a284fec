"""Members and surveys: what is asked, answering, declining, withdrawing; and how answers lose their last traces."""

import secrets
from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select

from core import clock
from core.db import Base, session
from core.errors import Conflict, NotFound
from core.inserting import insert_or
from core.sealed import seal
from privacy import register
from privacy.policies import service as policies
from privacy.surveys import rules
from privacy.surveys.models import (
    Survey,
    SurveyAnswer,
    SurveyNamedAnswer,
    SurveyOption,
    SurveyQuestion,
    SurveyTaken,
)
from privacy.surveys.rules import Answer, Choice, Question

PURPOSE = "surveys"


class NotOpen(Conflict):
    code = "survey_not_open"
    sentence = "This survey takes no answers just now. Nothing was stored."


class AnsweredAlready(Conflict):
    code = "survey_answered"
    sentence = "You have answered this survey already. Your first answer stays as it is; this one was not stored."


class NoNameYet(Conflict):
    """Answers with a name are a use of version 2: before it starts nobody could read them (clause P12)."""

    code = "survey_without_names"
    sentence = "Answers can carry a name only once the policy that says so is in force. Nothing was stored; send them without your name, or come back later."


def phase_of(survey: Survey) -> str:
    """draft, coming, open or closed, today."""
    return rules.phase(survey.state, survey.opens_on, survey.closes_on, clock.now().date())


def get_public(slug: str) -> Survey:
    """A survey that was published. Raises NotFound."""
    found = session.scalar(select(Survey).where(Survey.slug == slug, Survey.state != "draft"))
    if found is None or phase_of(found) == "coming":
        raise NotFound
    return found


def published(account_id: int, most: int = 50) -> list[tuple[Survey, str, str]]:
    """Surveys with their phase and what this member did ("" for nothing), the latest first."""
    own = (SurveyTaken.survey_id == Survey.id) & (SurveyTaken.account_id == account_id)
    wanted = select(Survey, SurveyTaken.how).outerjoin(SurveyTaken, own).where(Survey.state != "draft")
    rows = session.execute(wanted.order_by(Survey.id.desc()).limit(most))
    return [(one, phase_of(one), how or "") for one, how in rows if phase_of(one) != "coming"]


def waiting(account_id: int) -> Survey | None:
    """The open survey that ends first and of which this member has said nothing yet, in one statement."""
    today = clock.now().date()
    done = select(SurveyTaken.survey_id).where(SurveyTaken.account_id == account_id)
    still = (Survey.state == "open", Survey.opens_on <= today, Survey.closes_on >= today, Survey.id.not_in(done))
    return session.scalar(select(Survey).where(*still).order_by(Survey.closes_on, Survey.id).limit(1))


def may_carry_a_name(account_id: int) -> bool:
    """True once the version that names surveys as a use is in force and this member has heard of it."""
    since = register.purposes[PURPOSE].since
    return policies.is_in_force(since) and policies.has_been_told(account_id, since)


def line(account_id: int) -> str:
    """The panel's line."""
    waiting = sum(phase == "open" and not how for _survey, phase, how in published(account_id))
    if not waiting:
        return "Nothing is asked of you just now"
    return f"{waiting} open {'survey' if waiting == 1 else 'surveys'}, if you like"


def questions_of(survey_id: int) -> list[Question]:
    """What it asks, in order."""
    own = select(SurveyQuestion).where(SurveyQuestion.survey_id == survey_id)
    asked = list(session.scalars(own.order_by(SurveyQuestion.position, SurveyQuestion.id)))
    wanted = select(SurveyOption).where(SurveyOption.question_id.in_([one.id for one in asked]))
    offered = list(session.scalars(wanted.order_by(SurveyOption.position, SurveyOption.id)))
    return [
        Question(
            id=one.id,
            kind=one.kind,
            words=one.words,
            required=one.required,
            choices=tuple(Choice(id=each.id, words=each.words) for each in offered if each.question_id == one.id),
        )
        for one in asked
    ]


def taken(survey_id: int, account_id: int) -> str:
    """named, nameless, declined or ""."""
    own = (SurveyTaken.survey_id == survey_id, SurveyTaken.account_id == account_id)
    return session.scalar(select(SurveyTaken.how).where(*own)) or ""


def answer(survey: Survey, account_id: int, answers: Sequence[Answer], *, named: bool) -> None:
    """Store what a member says. Without their name nothing stored leads back to them. Raises NotOpen,
    AnsweredAlready, NoNameYet."""
    if named and not may_carry_a_name(account_id):
        raise NoNameYet
    _take(survey, account_id, "named" if named else "nameless")
    if not answers:
        return
    if named:
        session.execute(insert(SurveyNamedAnswer), [_with_name(survey.id, account_id, one) for one in answers])
    else:
        rows = [_without_name(survey.id, one) for one in answers]
        session.execute(insert(SurveyAnswer), sorted(rows, key=lambda row: str(row["id"])))


def decline(survey: Survey, account_id: int) -> None:
    """Remember that this member is not to be asked again. Raises NotOpen, AnsweredAlready."""
    _take(survey, account_id, "declined")


def withdraw(survey: Survey, account_id: int) -> None:
    """Delete an answer that carries the member's name, or take back a no; then they may answer anew. Raises NotOpen,
    and AnsweredAlready for an answer without a name: nobody knows which it is."""
    if phase_of(survey) != "open":
        raise NotOpen
    if taken(survey.id, account_id) == "nameless":
        raise AnsweredAlready
    for table in (SurveyNamedAnswer, SurveyTaken):
        session.execute(delete(table).where(table.survey_id == survey.id, table.account_id == account_id))


def discard() -> int:
    """Delete all answers of surveys whose last day has come, and who answered; how many answers."""
    over = select(Survey.id).where(Survey.discard_on <= clock.now().date())
    gone = 0
    for table in (SurveyAnswer, SurveyNamedAnswer):
        where = table.survey_id.in_(over)
        gone += session.scalar(select(func.count()).select_from(table).where(where)) or 0
        session.execute(delete(table).where(where))
    session.execute(delete(SurveyTaken).where(SurveyTaken.survey_id.in_(over)))
    return gone


def mix() -> None:
    """Write the answers of surveys that are not yet discarded anew, ordered by chance, and the list of who answered
    ordered by account: afterwards neither the place of a row nor its transaction says what came together."""
    for survey_id in session.scalars(select(Survey.id).where(Survey.state != "draft").order_by(Survey.id)):
        session.execute(select(Survey.id).where(Survey.id == survey_id).with_for_update())
        _rewrite(SurveyAnswer, survey_id, [SurveyAnswer.id])
        _rewrite(SurveyTaken, survey_id, [SurveyTaken.account_id])


def _take(survey: Survey, account_id: int, how: str) -> None:
    session.execute(select(Survey.id).where(Survey.id == survey.id).with_for_update())
    if phase_of(survey) != "open":
        raise NotOpen
    new = insert_or(SurveyTaken).values(survey_id=survey.id, account_id=account_id, how=how)
    changed = new.on_conflict_do_update(
        index_elements=["survey_id", "account_id"], set_={"how": how}, where=SurveyTaken.how == "declined"
    )
    if session.execute(changed.returning(SurveyTaken.how)).scalar() is None:
        raise AnsweredAlready


def _with_name(survey_id: int, account_id: int, one: Answer) -> dict[str, object]:
    text = None if one.text is None else seal(one.text, "survey_named_answer.text", subject=account_id)
    return {"survey_id": survey_id, "account_id": account_id, **_said(one), "text": text}


def _without_name(survey_id: int, one: Answer) -> dict[str, object]:
    return {"id": secrets.token_hex(16), "survey_id": survey_id, **_said(one), "text": one.text}


def _said(one: Answer) -> dict[str, object]:
    return {"question_id": one.question_id, "option_id": one.option_id, "number": one.number}


def _rewrite(model: type[Base], survey_id: int, order: list[object]) -> None:
    table = model.__table__
    own = table.c.survey_id == survey_id
    rows = [dict(row._mapping) for row in session.execute(select(table).where(own).order_by(*order))]  # type: ignore[arg-type]
    if rows:
        session.execute(delete(model).where(own))
        session.execute(insert(model), rows)
