"""/surveys: what is asked, answering with or without a name, declining, and what came out."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, render_template, request

from core.access import signed_in
from core.asking import kept, takes
from core.web import me, render, see_other
from privacy.policies import service as policies
from privacy.surveys import results, rules, service

pages = Blueprint("privacy_surveys", __name__)
HERE = "/surveys"


@pages.get(HERE)
@signed_in
def overview() -> Response:
    """All surveys, and what one did with each."""
    return render("privacy/surveys/overview.html", rows=service.published(me().id))


@pages.get(f"{HERE}/<slug>")
@signed_in
def one(slug: str) -> Response:
    """The questions, or what became of them."""
    return _show(slug, {}, {})


@pages.post(f"{HERE}/<slug>")
@signed_in
@takes(**{"q*": kept("survey_answer.text", "survey_named_answer.text")}, named=kept("survey_taken.how"))
def one_submit(slug: str) -> Response:
    """Store the answers."""
    survey, typed = service.get_public(slug), request.form.to_dict(flat=False)
    answers, wrong = rules.read(service.questions_of(survey.id), typed)
    if wrong:
        return _show(slug, typed, wrong)
    service.answer(survey, me().id, answers, named=request.form.get("named") == "yes")
    return see_other(f"{HERE}/{slug}", "Thank you. Your answers are stored.")


@pages.post(f"{HERE}/<slug>/decline")
@signed_in
def decline(slug: str) -> Response:
    """A no, for good unless they change their mind."""
    service.decline(service.get_public(slug), me().id)
    return see_other(HERE, "You declined. You will not be asked again, and nobody asks why.")


@pages.post(f"{HERE}/<slug>/withdraw")
@signed_in
def withdraw(slug: str) -> Response:
    """Take back what carries one's name, or a no."""
    service.withdraw(service.get_public(slug), me().id)
    return see_other(f"{HERE}/{slug}", "Withdrawn and deleted. You may answer anew, or leave it.")


def card() -> str:
    """On one's own account page, while a survey waits."""
    survey = service.waiting(me().id)
    return render_template("privacy/surveys/card.html", survey=survey) if survey else ""


def _show(slug: str, typed: Mapping[str, Sequence[str]], wrong: Mapping[str, str]) -> Response:
    survey = service.get_public(slug)
    return render(
        "privacy/surveys/one.html",
        status=400 if wrong else 200,
        survey=survey,
        phase=service.phase_of(survey),
        how=service.taken(survey.id, me().id),
        questions=service.questions_of(survey.id),
        typed=typed,
        wrong=wrong,
        may_carry_a_name=service.may_carry_a_name(me().id),
        names_from=policies.coming(),
        results=results.of(survey) if survey.results_shown else [],
        texts_too=False,
    )
