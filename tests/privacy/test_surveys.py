"""Surveys: written once, answered or declined, and never tied to a name without a yes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from core import clock, db
from core.access import PROGRAM, Permission
from core.db import Base
from privacy.consent import service as consent
from privacy.policies import service as policies
from privacy.retention import service as retention
from privacy.surveys import invitations, results, rules, service, writing
from privacy.surveys.models import Survey, SurveyAnswer, SurveyNamedAnswer, SurveyTaken
from privacy.surveys.rules import Answer
from tests.privacy.builders import post_version, wants
from tests.shop import Shop


def opened(shop: Shop, *, last: int = 10) -> int:
    """A survey that takes answers; its number."""
    today = clock.now().date()
    texts = writing.Texts(
        title="Which way to pay",
        intro="We think about another way to pay.",
        purpose="To choose the next way to pay.",
        opens_on=today,
        closes_on=today + timedelta(days=last),
        discard_on=today + timedelta(days=last + 30),
        results_shown=True,
    )
    with shop.transaction():
        survey = writing.write(texts, PROGRAM)
        writing.ask(
            survey.id, writing.Asked(kind="single", words="Which?", required=True, options=("Card", "Transfer"))
        )
        writing.ask(survey.id, writing.Asked(kind="text", words="Why?"))
        writing.publish(survey.id, PROGRAM)
        return survey.id


def fields(shop: Shop, survey_id: int, *, choice: int = 0, said: str = "") -> dict[str, str]:
    """What a member types."""
    with shop.transaction():
        which, why = service.questions_of(survey_id)
    return {which.field: str(which.choices[choice].id), why.field: said}


def count(shop: Shop, model: type[Base]) -> int:
    """Rows of a table."""
    with shop.transaction() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def crowd(shop: Shop, survey_id: int, size: int = 12) -> None:
    """That many members choose, half of them the first, without a name."""
    numbers = [shop.make_account(f"m{n}@example.com", f"Member {n}") for n in range(size)]
    with shop.transaction() as session:
        survey = session.get(Survey, survey_id)
        which, why = service.questions_of(survey_id)
        for place, number in enumerate(numbers):
            option = which.choices[place % 2]
            said = [Answer(question_id=which.id, option_id=option.id), Answer(question_id=why.id, text="So")]
            service.answer(survey, number, said, named=False)


@pytest.mark.clause("P3c")
def test_an_answer_does_not_carry_a_name_and_is_given_once(shop: Shop) -> None:
    number, ada = opened(shop), shop.member()
    page = "/surveys/which-way-to-pay"
    wrong = ada.submit(page, {}, action=page)
    assert wrong.status_code == 400 and "Please answer this one" in wrong.text
    typed = fields(shop, number, said="It is quick")
    assert "Thank you" in ada.submit(page, typed, action=page).text
    token = {"form_token": ada.get("/account").text.partition('name="form_token" value="')[2].partition('"')[0]}
    assert ada.client.post(page, data={**typed, **token}).status_code == 409
    assert ada.client.post(f"{page}/withdraw", data=token).status_code == 409
    assert count(shop, SurveyAnswer) == 2 and count(shop, SurveyNamedAnswer) == 0 and count(shop, SurveyTaken) == 1
    personal = {"account_id", "at", "day"}
    assert not personal & set(SurveyAnswer.__table__.columns.keys())
    assert not {"id", "at", "day"} & set(SurveyTaken.__table__.columns.keys())
    with shop.transaction() as session:
        before = sorted(session.scalars(select(SurveyAnswer.id)))
        service.mix()
        assert sorted(session.scalars(select(SurveyAnswer.id))) == before
        if db.current().dialect == "postgresql":
            assert session.scalar(text("select count(distinct xmin::text) from survey_answer")) == 1


@contextmanager
def in_force(shop: Shop) -> Iterator[None]:
    """Version 2, which names surveys and invitations, has been posted long ago."""
    post_version(shop)
    with clock.moved(timedelta(days=31)):
        yield


def told(shop: Shop, account_id: int) -> None:
    """The member has seen all versions."""
    with shop.transaction():
        policies.see_all(account_id)


@pytest.mark.clause("P3c", "P12")
def test_a_name_is_shown_only_where_its_owner_said_so_and_the_policy_did_before(shop: Shop) -> None:
    number, ada = opened(shop, last=40), shop.member()
    page = "/surveys/which-way-to-pay"
    typed = {**fields(shop, number, said="My own words"), "named": "yes"}
    assert "with my name" not in ada.get(page).text
    early = ada.submit(page, typed, action=page)
    assert early.status_code == 409 and "Nothing was stored" in early.text
    with in_force(shop):
        ada.sign_in(ada.account_id)
        told(shop, ada.account_id)
        ada.submit(page, typed, action=page)
        assert count(shop, SurveyNamedAnswer) == 2
        ada.submit(page, {}, action="/withdraw")
        assert count(shop, SurveyNamedAnswer) == 0 and count(shop, SurveyTaken) == 0
        ada.submit(page, typed, action=page)
        crowd(shop, number)
        clerk = shop.member("clerk@example.com", "Clerk", (Permission.PRIVACY,))
        assert "My own words" not in clerk.get(f"/staff/surveys/{number}").text
        closed = clerk.submit(f"/staff/surveys/{number}", {}, action="/close").text
        assert "My own words" in closed and ">Ada<" in closed and "12 people" in closed
        assert "Member 0" not in closed and "50 %" in closed
        seen = ada.get(page).text
    assert "What came out" in seen and "My own words" not in seen and "So</li>" not in seen


def test_a_no_is_remembered_and_may_be_taken_back(sqlite_shop: Shop) -> None:
    opened(sqlite_shop)
    ada, page = sqlite_shop.member(), "/surveys/which-way-to-pay"
    assert "1 open survey, if you like" in ada.get("/account/privacy").text
    assert 'href="/surveys/which-way-to-pay"' in ada.get("/account").text
    assert "nobody asks why" in ada.submit(page, {}, action="/decline").text
    assert "Nothing is asked of you" in ada.get("/account/privacy").text
    assert "which-way-to-pay" not in ada.get("/account").text
    assert "Answer after all" in ada.get(page).text
    assert "Withdrawn" in ada.submit(page, {}, action="/withdraw").text


@pytest.mark.clause("P4a")
def test_answers_are_unreadable_and_gone_on_their_last_day(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    number = opened(shop, last=0)
    crowd(shop, number)
    later = clock.now() + timedelta(days=31)
    with shop.transaction() as session:
        survey = session.get(Survey, number)
        assert survey is not None
        writing.close(number, PROGRAM)
        assert results.of(survey)
        monkeypatch.setattr(clock, "now", lambda: later)
        assert not results.of(survey), "nobody reads them, whether they were swept or not"
    with shop.app.app_context():
        db.use(shop.database)
        assert retention.sweep()["survey_answers"] == 24
    assert count(shop, SurveyAnswer) == count(shop, SurveyTaken) == 0


def test_staff_write_and_nothing_changes_afterwards(sqlite_shop: Shop) -> None:
    clerk = sqlite_shop.member("clerk@example.com", "Clerk", (Permission.PRIVACY,))
    today = clock.now().date()
    typed = {"title": "Colours", "intro": "Of the box", "purpose": "To choose one", "opens_on": today.isoformat()}
    days = {"closes_on": today.isoformat(), "discard_on": today.isoformat()}
    wrong = clerk.submit("/staff/surveys/new", {**typed, **days}, action="/new")
    assert wrong.status_code == 400 and "Of the box" in wrong.text
    days["discard_on"] = (today + timedelta(days=9)).isoformat()
    made = clerk.submit("/staff/surveys/new", {**typed, **days}, action="/new")
    here = made.request.path
    few = clerk.submit(here, {"words": "Which?", "kind": "single", "options": "Red"}, action="/questions")
    assert few.status_code == 400 and "Of the box" in few.text
    clerk.submit(here, {"words": "Which?", "kind": "several", "options": "Red\nBlue"}, action="/questions")
    clerk.submit(here, {"words": "How much?", "kind": "scale"}, action="/questions")
    with sqlite_shop.transaction():
        first, last = service.questions_of(int(here.rpartition("/")[2]))
    clerk.submit(here, {"question": str(last.id), "to": "up"}, action="/move")
    sheet = f"{here}/questions/{first.id}"
    assert "Red\nBlue</textarea>" in clerk.get(sheet).text.replace("\r", "")
    assert clerk.submit(sheet, {"options": "Red"}, action=sheet).status_code == 400
    clerk.submit(sheet, {"words": "Which ones?", "options": "Red\nGreen\nBlue"}, action=sheet)
    with sqlite_shop.transaction():
        asked = service.questions_of(int(here.rpartition("/")[2]))
    assert [(one.words, len(one.choices)) for one in asked] == [("How much?", 0), ("Which ones?", 3)]
    shown = clerk.submit(here, {}, action="/publish").text
    assert "stays as it is" in shown and "Save the draft" not in shown
    assert clerk.get(sheet).status_code == 409
    with pytest.raises(writing.Published), sqlite_shop.transaction():
        writing.drop(int(here.rpartition("/")[2]), 1)


@pytest.mark.clause("P12", "P6")
def test_invitations_reach_once_those_who_said_yes_and_heard_of_it(shop: Shop) -> None:
    eager, deaf, done, silent = (
        shop.make_account(f"{name}@example.com", name) for name in ("Eve", "Dan", "Dot", "Sam")
    )
    post_version(shop)
    wants(shop, eager, "survey_invitations")
    wants(shop, deaf, "survey_invitations")
    wants(shop, done, "survey_invitations")
    wants(shop, silent, "newsletter")
    number = opened(shop, last=40)
    with shop.transaction() as session:
        service.decline(session.get_one(Survey, number), done)
    invite(shop, number)
    assert shop.letters(name="survey") == [], "that use begins with version 2"
    with clock.moved(timedelta(days=31)):
        for account_id in (eager, done, silent):
            told(shop, account_id)
        invite(shop, number)
        invite(shop, number)
    (letter,) = shop.letters(name="survey")
    assert letter.address == "Eve@example.com" and "Which way to pay" in letter.subject
    for body in (letter.text, letter.html):
        assert "We think about another way to pay." in body and "To choose the next way to pay." in body
        assert "/surveys/which-way-to-pay" in body and "/privacy/unsubscribe/" in body
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = letter.headers["List-Unsubscribe"].strip("<>").partition("//")[2].partition("/")[2]
    assert shop.visitor().client.post(f"/{stop}", data={"List-Unsubscribe": "One-Click"}).status_code == 200
    with shop.transaction(), clock.moved(timedelta(days=31)):
        assert not consent.is_given(eager, "survey_invitations")


def invite(shop: Shop, number: int) -> None:
    """Staff press the button, and the worker does the rest."""
    with shop.transaction():
        invitations.begin(number, PROGRAM)
    shop.work()


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((9, 8), ["9", "8"]),
        ((9, 2), ["not shown", "not shown"]),
        ((9, 2, 7), ["9", "not shown", "not shown"]),
        ((9, 0, 1, 7), ["9", "not shown", "not shown", "not shown"]),
        ((9, 2, 3, 7), ["9", "not shown", "not shown", "7"]),
    ],
)
def test_small_sums_are_hidden_from_subtraction_too(counts: tuple[int, ...], said: list[str]) -> None:
    words = [str(n) for n in counts]
    assert [cell.said for cell in rules.cells(words, counts, sum(counts))] == said
