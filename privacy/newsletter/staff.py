"""/staff/newsletter: writing an issue, trying it on oneself, and sending it once."""

from flask import Blueprint, Response, request
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from core.access import Permission, staff
from core.asking import SURE, nothing, takes
from core.errors import Invalid
from core.forms import Form
from core.web import acting_staff, me, render, see_other
from privacy.newsletter import issues, rules
from privacy.newsletter.models import NewsletterIssue

pages = Blueprint("privacy_newsletter_staff", __name__)
WRITERS = Permission.CATALOGUE
HERE = "/staff/newsletter"


class IssueForm(Form):
    """An issue's title and text."""

    ties = dict.fromkeys(("title", "text"), nothing("what everybody will read; about nobody"))
    title = StringField("Title", [DataRequired("An issue needs a title."), Length(max=rules.TITLE)])
    text = TextAreaField(
        "Text",
        [DataRequired("Please write the issue."), Length(max=rules.TEXT)],
        description="Plain paragraphs with an empty line between them. Addresses of pages become links.",
        render_kw={"rows": "14"},
    )

    def texts(self) -> issues.Texts:
        """What was typed."""
        return issues.Texts(title=self.title.data, text=self.text.data)


@pages.get(HERE)
@staff(WRITERS)
def overview() -> Response:
    """All issues, and how many people would be mailed."""
    return render("privacy/newsletter/staff_overview.html", rows=issues.for_staff(), audience=issues.audience())


@pages.get(f"{HERE}/new")
@staff(WRITERS)
def new() -> Response:
    """An empty sheet."""
    return _show(None, IssueForm())


@pages.post(f"{HERE}/new")
@staff(WRITERS)
@takes(IssueForm)
def new_submit() -> Response:
    """Keep it as a draft."""
    form = IssueForm()
    if not form.validate():
        return _show(None, form, status=400)
    issue = issues.write(form.texts(), acting_staff(WRITERS))
    return see_other(f"{HERE}/{issue.id}", "Kept as a draft. Nobody has it yet.")


@pages.get(f"{HERE}/<int:number>")
@staff(WRITERS)
def one(number: int) -> Response:
    """A draft to change and to send, or an issue with how far it is."""
    issue = issues.get(number)
    return _show(issue, IssueForm(obj=issue))


@pages.post(f"{HERE}/<int:number>")
@staff(WRITERS)
@takes(IssueForm)
def one_submit(number: int) -> Response:
    """Change the draft."""
    form = IssueForm()
    if not form.validate():
        return _show(issues.get(number), form, status=400)
    issues.edit(number, form.texts(), acting_staff(WRITERS))
    return see_other(f"{HERE}/{number}", "Saved.")


@pages.post(f"{HERE}/<int:number>/try")
@staff(WRITERS)
def try_submit(number: int) -> Response:
    """Mail it to oneself."""
    issues.try_on(number, me().id)
    return see_other(f"{HERE}/{number}", "It is on its way to your own address, and to nobody else.")


@pages.post(f"{HERE}/<int:number>/send")
@staff(WRITERS)
@takes(sure=SURE)
def send_submit(number: int) -> Response:
    """Send it to everybody who asked for it."""
    if request.form.get("sure") != "yes":
        raise Invalid("Please tick that the issue is ready. Nothing was sent.")
    issues.release(number, acting_staff(WRITERS))
    return see_other(f"{HERE}/{number}", "It is on its way. Whoever stops in the meantime gets nothing.")


def _show(issue: NewsletterIssue | None, form: IssueForm, status: int = 200) -> Response:
    return render(
        "privacy/newsletter/staff_issue.html",
        status=status,
        issue=issue,
        form=form,
        run=issues.find_run(issue.id) if issue else None,
        parts=rules.paragraphs(issue.text) if issue else [],
        audience=issues.audience() if issue and issue.state == "draft" else 0,
    )
