"""/newsletter: what it is, signing up without an account, confirming, and every issue that was sent."""

from flask import Blueprint, Response
from wtforms import EmailField
from wtforms.validators import DataRequired, Length

from core.access import public
from core.accounts.rules import EmailRefused
from core.asking import kept, takes
from core.forms import Form
from core.limits import limited
from core.web import person, render, see_other
from privacy.consent import service as consent
from privacy.newsletter import issues, rules, service

pages = Blueprint("privacy_newsletter", __name__)


class SignUpForm(Form):
    """An address, and nothing else."""

    ties = {"email": kept("newsletter_reader.address")}
    email = EmailField(
        "E-mail",
        [DataRequired("Please write your e-mail address."), Length(max=254)],
        render_kw={"autocomplete": "email"},
    )


@pages.get("/newsletter")
@public(cached=True)
def newsletter() -> Response:
    """The form for strangers, the switch for members, and the archive."""
    return _page(SignUpForm())


@pages.post("/newsletter")
@limited("form")
@public(even=True)
@takes(SignUpForm)
def newsletter_submit() -> Response:
    """Note the wish; the answer is the same whatever we know of the address."""
    form = SignUpForm()
    if not form.validate():
        return _page(form, status=400)
    try:
        service.sign_up(form.email.data)
    except EmailRefused as refused:
        form.email.errors = [refused.sentence]
        return _page(form, status=400)
    return see_other("/newsletter/asked")


@pages.get("/newsletter/asked")
@public(cached=True)
def asked() -> Response:
    """What happens next."""
    return render("privacy/newsletter/asked.html", days=service.WAITS.days)


@pages.get("/newsletter/confirm/<token>")
@public
def confirm(token: str) -> Response:
    """A button; looking confirms nothing, so that mail scanners subscribe nobody."""
    service.check(token)
    return render("privacy/newsletter/confirm.html", receipt="")


@pages.post("/newsletter/confirm/<token>")
@public
def confirm_submit(token: str) -> Response:
    """The second yes, with its receipt."""
    return render("privacy/newsletter/confirm.html", receipt=service.confirm(token).public_id)


@pages.get("/newsletter/<slug>")
@public(cached=True)
def issue(slug: str) -> Response:
    """An issue as it was sent."""
    found = issues.get_public(slug)
    return render("privacy/newsletter/issue.html", issue=found, parts=rules.paragraphs(found.text))


def _page(form: SignUpForm, status: int = 200) -> Response:
    here = person()
    return render(
        "privacy/newsletter/newsletter.html",
        status=status,
        form=form,
        is_on=here is not None and consent.is_given(here.id, service.PURPOSE),
        archive=issues.archive(),
    )
