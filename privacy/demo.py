"""The demonstration's surveys, letters, requests, issues and sums, planted through the services once there are people."""

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from core import clock, db
from core.access import PROGRAM, actor_of
from core.accounts.models import Account, StaffGrant
from core.db import session
from privacy.consent import service as consent
from privacy.demo_content import asked, written
from privacy.newsletter import issues
from privacy.newsletter.service import PURPOSE as NEWSLETTER
from privacy.pageviews import service as pageviews
from privacy.panel.service import own_email
from privacy.requests import service as requests
from privacy.surveys import service as surveys
from privacy.surveys import writing
from privacy.surveys.models import Survey
from privacy.surveys.rules import SCALE, Answer, Kind, Question
from privacy.tickets import intake, letters
from privacy.tickets import service as tickets
from privacy.tickets.models import Ticket

Progress = Callable[[str, int, int], None]
WEEKS_COUNTED = 17
READERS = 8
PAGES = (
    ("/", 210),
    ("/shop", 160),
    ("/shop/<slug>", 420),
    ("/forum/", 130),
    ("/forum/<board>", 190),
    ("/forum/t/<int:number>/<slug>", 510),
    ("/search", 60),
    ("/cart", 44),
    ("/privacy", 26),
    ("/support", 19),
    ("/newsletter", 9),
    ("/terms", 6),
    ("/company", 4),
    ("/privacy/register.json", 2),
    ("/privacy/receipts/verify", 0.7),
)
"""Kinds of pages, and about how often each is opened on a day."""


def plant(progress: Progress) -> None:
    """All of it, once, and only where the demonstration's people are."""
    with db.transaction(reading=True):
        people = _members()
        planted = session.scalar(select(Survey.id).limit(1)) is not None
    if planted or len(people) < max(survey.answers + survey.declined for survey in asked.SURVEYS):
        return
    drawn = random.Random(24)
    steps: tuple[Callable[[], None], ...] = (
        lambda: _plant_counts(drawn),
        lambda: _plant_surveys(people, drawn),
        lambda: _plant_letters(people),
        lambda: _plant_requests(people),
        lambda: _plant_issues(people),
    )
    for done, step in enumerate(steps, start=1):
        with db.transaction():
            step()
        progress("letters and sums", done, len(steps))


def _members() -> list[int]:
    """Everybody who is not on the staff, in the order in which they joined."""
    staff = select(StaffGrant.account_id)
    wanted = select(Account.id).where(Account.confirmed_at.is_not(None), Account.id.not_in(staff))
    return list(session.scalars(wanted.order_by(Account.id)))


def _plant_counts(drawn: random.Random) -> None:
    """Weekdays more than weekends, the forum growing, the search falling."""
    today = clock.now().date()
    notes: dict[object, int] = {}
    for back in range(1, 7 * WEEKS_COUNTED):
        day = today - timedelta(days=back)
        for route, usual in PAGES:
            times = int(usual * _season(route, day, back) * drawn.uniform(0.7, 1.3) + drawn.random())
            if times:
                notes[day, route] = times
    pageviews.write_counts(notes)


def _season(route: str, day: date, back: int) -> float:
    weekday = 0.55 if day.weekday() > 4 else 1.0
    trend = back / (7 * WEEKS_COUNTED)
    return weekday * (1.3 - 0.6 * trend if "forum" in route else 0.7 + 0.5 * trend if route == "/search" else 1.0)


def _plant_surveys(people: Sequence[int], drawn: random.Random) -> None:
    for content in asked.SURVEYS:
        with clock.moved(timedelta(days=min(content.opens, 0))):
            survey = _written(content)
        if not content.published:
            continue
        texts = [text for question in content.questions for text in question.texts]
        drawn.shuffle(texts)
        with clock.moved(timedelta(days=content.opens + 1)):
            _answered(survey, content, people, texts, drawn)
        if content.closes < 0:
            writing.close(survey.id, PROGRAM)
    surveys.mix()


def _written(content: asked.Survey) -> Survey:
    """The sheet with its questions, published on its first day if it is no draft."""
    first = clock.now().date() - timedelta(days=min(content.opens, 0))
    texts = writing.Texts(
        title=content.title,
        intro=content.intro,
        purpose=content.purpose,
        opens_on=first + timedelta(days=content.opens),
        closes_on=first + timedelta(days=content.closes),
        discard_on=first + timedelta(days=content.discard),
        results_shown=True,
    )
    survey = writing.write(texts, PROGRAM)
    for one in content.questions:
        writing.ask(
            survey.id, writing.Asked(kind=one.kind, words=one.words, required=one.required, options=one.options)
        )
    if content.published:
        writing.publish(survey.id, PROGRAM)
    return survey


def _answered(
    survey: Survey, content: asked.Survey, people: Sequence[int], texts: list[str], drawn: random.Random
) -> None:
    questions = list(zip(surveys.questions_of(survey.id), content.questions, strict=True))
    chosen = drawn.sample(people, content.answers + content.declined)
    for account_id in chosen[content.answers :]:
        surveys.decline(survey, account_id)
    for account_id in chosen[: content.answers]:
        said = [answer for question, about in questions for answer in _said(question, about, texts, drawn)]
        surveys.answer(survey, account_id, said, named=False)


def _said(question: Question, about: asked.Question, texts: list[str], drawn: random.Random) -> list[Answer]:
    if question.kind == Kind.TEXT:
        return [Answer(question_id=question.id, text=texts.pop())] if texts else []
    if question.kind == Kind.SCALE:
        return [Answer(question_id=question.id, number=drawn.choices(SCALE, about.weights)[0])]
    if question.kind == Kind.SINGLE:
        picked = drawn.choices(question.choices, about.weights)
    else:
        picked = [
            one for one, weight in zip(question.choices, about.weights, strict=True) if drawn.random() * 100 < weight
        ]
    return [Answer(question_id=question.id, option_id=one.id) for one in picked]


def _plant_letters(people: Sequence[int]) -> None:
    author = session.scalars(select(StaffGrant.account_id).where(StaffGrant.permission == "support")).first()
    for letter in written.LETTERS:
        address = letter.address or own_email(people[letter.person or 0])
        arrival = intake.Arrival(
            address=address, subject=letter.subject, text=letter.text, door="mail", automatic=letter.automatic
        )
        with clock.moved(-timedelta(days=letter.days, minutes=7)):
            ticket = intake.take(arrival)
        for place, text in enumerate(letter.answers, start=1):
            with clock.moved(timedelta(days=place - letter.days)):
                _answer(ticket, text, author or 0)
        if letter.closed:
            tickets.close(ticket)


def _answer(ticket: Ticket, text: str, author: int) -> None:
    message = tickets.add_answer(ticket, text, author)
    message.mail_id = letters.answer(ticket, text, message.id)


def _plant_requests(people: Sequence[int]) -> None:
    for one in written.REQUESTS:
        account_id = people[one.person]
        received = clock.now() - timedelta(days=one.days)
        opening = requests.Opening(kind=one.kind, door=one.door, text=one.text, proof=one.proof, received_at=received)
        asked_for = requests.enter(account_id, opening, actor_of(account_id) if one.door == "panel" else PROGRAM)
        if one.verdict == "granted":
            requests.grant(asked_for, PROGRAM, one.answer)
        elif one.verdict == "declined":
            requests.decline(asked_for, PROGRAM, one.answer)
        elif one.verdict == "withdrawn":
            requests.withdraw(asked_for, actor_of(account_id))


def _plant_issues(people: Sequence[int]) -> None:
    """One that was sent to those who said yes, and one that waits for its date."""
    for account_id in people[14 : 14 + READERS]:
        consent.switch(account_id, NEWSLETTER, True, how="panel")
    sent = issues.write(issues.Texts(title=asked.SENT[0], text=asked.SENT[1]), PROGRAM)
    issues.release(sent.id, PROGRAM)
    while issues.send_step():
        pass
    issues.write(issues.Texts(title=asked.DRAFT[0], text=asked.DRAFT[1]), PROGRAM)
