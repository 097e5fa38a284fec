"""/staff/surveys: writing, publishing, inviting, closing, and reading what came out."""

from datetime import date

from flask import Blueprint, Response, request
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from core.access import Permission, staff
from core.asking import nothing, takes
from core.errors import NotFound
from core.forms import Form
from core.web import acting_staff, render, see_other
from privacy.surveys import invitations, results, rules, service, writing
from privacy.surveys.models import Survey

pages = Blueprint("privacy_surveys_staff", __name__)
WRITERS = Permission.PRIVACY
HERE = "/staff/surveys"


_ASKED = nothing("what we ask everybody; about nobody")


class SurveyForm(Form):
    """What a survey says, and its days."""

    ties = dict.fromkeys(("title", "intro", "purpose", "opens_on", "closes_on", "discard_on", "results_shown"), _ASKED)
    title = StringField("Title", [DataRequired("A survey needs a title."), Length(max=120)])
    intro = TextAreaField("Introduction", [DataRequired("Please say what it is about."), Length(max=4000)])
    purpose = StringField(
        "Why we ask",
        [DataRequired("Please say what the answers are for."), Length(max=300)],
        description="One sentence. It stands above the questions.",
    )
    opens_on = DateField("First day", [DataRequired("Please choose a day.")])
    closes_on = DateField("Last day", [DataRequired("Please choose a day.")])
    discard_on = DateField(
        "Answers are discarded on",
        [DataRequired("Please choose a day.")],
        description="From this day on nobody reads an answer, and all are deleted.",
    )
    results_shown = BooleanField("Show the sums to members after the end")

    def validate_closes_on(self, field: DateField) -> None:
        """Not before it begins."""
        if isinstance(self.opens_on.data, date) and field.data < self.opens_on.data:
            raise ValidationError("The last day comes before the first.")

    def validate_discard_on(self, field: DateField) -> None:
        """Not before it ends."""
        if isinstance(self.closes_on.data, date) and field.data <= self.closes_on.data:
            raise ValidationError("Answers can be discarded only after the last day.")

    def texts(self) -> writing.Texts:
        """What was typed."""
        names = ("title", "intro", "purpose", "opens_on", "closes_on", "discard_on", "results_shown")
        return writing.Texts(**{name: self[name].data for name in names})


class QuestionForm(Form):
    """One more question."""

    ties = dict.fromkeys(("words", "kind", "options", "required"), _ASKED)
    words = StringField("Question", [DataRequired("Please write the question."), Length(max=300)])
    kind = SelectField(
        "Answered by", choices=[SelectChoice(kind.value, name) for kind, name in rules.KIND_NAMES.items()]
    )
    options = TextAreaField(
        "Answers to choose from", [Length(max=4000)], description="One a line, where there is a choice."
    )
    required = BooleanField("Whoever takes part has to answer this one")

    def validate_options(self, field: TextAreaField) -> None:
        """Enough to choose from."""
        offers = self.kind.data in {rules.Kind.SINGLE, rules.Kind.SEVERAL}
        if offers and not 2 <= len(rules.options_of(field.data or "")) <= rules.OPTIONS:
            raise ValidationError(f"Please offer 2 to {rules.OPTIONS} answers, one a line.")

    def asked(self) -> writing.Asked:
        """What was typed."""
        return writing.Asked(
            kind=self.kind.data,
            words=self.words.data,
            required=self.required.data,
            options=tuple(rules.options_of(self.options.data or "")),
        )


@pages.get(HERE)
@staff(WRITERS)
def overview() -> Response:
    """All surveys."""
    return render("privacy/surveys/staff_overview.html", rows=writing.for_staff())


@pages.get(f"{HERE}/new")
@staff(WRITERS)
def new() -> Response:
    """An empty sheet."""
    return _show(None, SurveyForm())


@pages.post(f"{HERE}/new")
@staff(WRITERS)
@takes(SurveyForm)
def new_submit() -> Response:
    """Keep it as a draft."""
    form = SurveyForm()
    if not form.validate():
        return _show(None, form, status=400)
    survey = writing.write(form.texts(), acting_staff(WRITERS))
    return see_other(f"{HERE}/{survey.id}", "Kept as a draft. Now add its questions.")


@pages.get(f"{HERE}/<int:number>")
@staff(WRITERS)
def one(number: int) -> Response:
    """A draft to change, or a published survey with what came out."""
    survey = writing.get(number)
    return _show(survey, SurveyForm(obj=survey))


@pages.post(f"{HERE}/<int:number>")
@staff(WRITERS)
@takes(SurveyForm)
def one_submit(number: int) -> Response:
    """Change the draft."""
    form = SurveyForm()
    if not form.validate():
        return _show(writing.get(number), form, status=400)
    writing.edit(number, form.texts(), acting_staff(WRITERS))
    return see_other(f"{HERE}/{number}", "Saved.")


@pages.post(f"{HERE}/<int:number>/questions")
@staff(WRITERS)
@takes(QuestionForm)
def ask(number: int) -> Response:
    """Add a question."""
    survey, form = writing.get(number), QuestionForm()
    if not form.validate():
        return _show(survey, SurveyForm(None, obj=survey), form, status=400)
    writing.ask(number, form.asked())
    return see_other(f"{HERE}/{number}", "Added.")


@pages.get(f"{HERE}/<int:number>/questions/<int:question>")
@staff(WRITERS)
def change(number: int, question: int) -> Response:
    """A question of a draft, to change."""
    survey, asked = writing.get_draft(number), _asked(number, question)
    words = "\n".join(choice.words for choice in asked.choices)
    form = QuestionForm(None, words=asked.words, kind=asked.kind, options=words, required=asked.required)
    return render("privacy/surveys/staff_question.html", survey=survey, asked=asked, form=form)


@pages.post(f"{HERE}/<int:number>/questions/<int:question>")
@staff(WRITERS)
@takes(QuestionForm)
def change_submit(number: int, question: int) -> Response:
    """Keep the change."""
    survey, asked, form = writing.get_draft(number), _asked(number, question), QuestionForm()
    if not form.validate():
        return render("privacy/surveys/staff_question.html", status=400, survey=survey, asked=asked, form=form)
    writing.ask_otherwise(number, question, form.asked())
    return see_other(f"{HERE}/{number}#questions", "Changed.")


@pages.post(f"{HERE}/<int:number>/move")
@staff(WRITERS)
@takes(question=nothing("which question moves"), to=nothing("whether up or down"))
def move(number: int) -> Response:
    """Let a question change places with the one before or after."""
    writing.move(number, request.form.get("question", 0, int), up=request.form.get("to") == "up")
    return see_other(f"{HERE}/{number}#questions", "Moved.")


@pages.post(f"{HERE}/<int:number>/drop")
@staff(WRITERS)
@takes(question=nothing("which question is to go"))
def drop(number: int) -> Response:
    """Take a question out."""
    writing.drop(number, request.form.get("question", 0, int))
    return see_other(f"{HERE}/{number}", "Taken out.")


@pages.post(f"{HERE}/<int:number>/publish")
@staff(WRITERS)
def publish(number: int) -> Response:
    """Let members see it."""
    writing.publish(number, acting_staff(WRITERS))
    return see_other(f"{HERE}/{number}", "Published. From now on it stays as it is.")


@pages.post(f"{HERE}/<int:number>/close")
@staff(WRITERS)
def close(number: int) -> Response:
    """Take no more answers."""
    writing.close(number, acting_staff(WRITERS))
    return see_other(f"{HERE}/{number}", "Closed. Here is what came out.")


@pages.post(f"{HERE}/<int:number>/invite")
@staff(WRITERS)
def invite(number: int) -> Response:
    """Mail those who want to be asked."""
    invitations.begin(number, acting_staff(WRITERS))
    return see_other(f"{HERE}/{number}", "On its way to those who said yes to invitations, and to nobody else.")


def _asked(number: int, question: int) -> rules.Question:
    found = [one for one in service.questions_of(number) if one.id == question]
    if not found:
        raise NotFound
    return found[0]


def _show(survey: Survey | None, form: SurveyForm, question: QuestionForm | None = None, status: int = 200) -> Response:
    phase = service.phase_of(survey) if survey else "draft"
    is_over = survey is not None and results.is_ready(survey)
    return render(
        "privacy/surveys/staff_one.html",
        status=status,
        survey=survey,
        phase=phase,
        form=form,
        question=question or QuestionForm(None),
        questions=service.questions_of(survey.id) if survey else [],
        is_over=is_over,
        people=results.people(survey) if survey and is_over else 0,
        results=results.of(survey) if survey else [],
        named=results.named(survey, acting_staff(WRITERS)) if survey and is_over else [],
        texts_too=True,
    )
