"""/account/privacy/erase: everything is said first, then asked for with the password, then done; and the receipt."""

from datetime import date
from typing import Any

from flask import Blueprint, Flask, Response, request
from wtforms import BooleanField, HiddenField, PasswordField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from core import db, forgotten, web
from core.access import public, signed_in
from core.asking import CHECKED, SURE, kept, nothing, takes
from core.errors import Conflict
from core.forms import Form
from core.limits import limited
from privacy import register
from privacy.contact import farewell
from privacy.erasure import commands, own, service, work
from privacy.erasure.forgetting import LEDGER
from privacy.erasure.rules import Fate, Posts
from privacy.erasure.service import NotNow, WrongPassword
from privacy.panel import sections
from privacy.requests import service as requests
from privacy.requests import words

pages = Blueprint("privacy_erasure", __name__)

ADDRESS = "/account/privacy/erase"
LINE = "What would go, what would stay and until when; then erase it"
JOBS, COMMANDS = (work.sweep,), (commands.erase,)
CHOICES = {Posts(one): label for one, label in words.POSTS_CHOICES.items()}


class EraseForm(Form):
    """The person's choice, their password, and that they mean it. seen: what the page showed."""

    ties = {
        "posts": kept("erasure.posts"),
        "password": CHECKED,
        "sure": SURE,
        "seen": nothing("what the page had said"),
    }
    posts = RadioField(
        words.POSTS_ASKED,
        choices=[SelectChoice(one.value, label) for one, label in CHOICES.items()],
        validators=[InputRequired(words.POSTS_UNSAID)],
    )
    password = PasswordField(
        "Your password",
        validators=[InputRequired("Please type your password, so that nobody else can erase you.")],
        render_kw={"autocomplete": "current-password", "autocapitalize": "none"},
    )
    sure = BooleanField(
        "I have read what goes and what stays, and I know that it cannot be undone",
        validators=[InputRequired("Please tick this if you mean it.")],
    )
    seen = HiddenField()


@pages.get(ADDRESS)
@signed_in
def erase() -> Response:
    """Everything that would happen, and the form."""
    return _show(EraseForm(formdata=None))


@pages.post(ADDRESS)
@signed_in(own_transactions=True)
@limited("sign_in")
@takes(EraseForm)
def erase_submit() -> Response:
    """Erase the person; on to the receipt, without any cookie."""
    form = EraseForm()
    if not form.validate():
        return _show_again(form)
    typed = {"posts": form.posts.data, "seen": form.seen.data or "-"}
    try:
        done = service.erase_own(web.me().id, form.password.data or "", cost=web.settings().bcrypt_cost, **typed)
    except WrongPassword as refused:
        form.password.errors = [refused.sentence]
        return _show_again(form)
    except NotNow as refused:
        form.form_errors.append(f"{refused.sentence} {_kept(form.posts.data)}")
        return _show_again(form, refused.status)
    except Conflict as refused:
        form.form_errors.append(refused.sentence)
        return _show_again(form, refused.status)
    return _without_cookies(web.see_other(f"/privacy/erased/{done.reference}"))


@pages.get("/privacy/erased/<reference>")
@public
def erased(reference: str) -> Response:
    """The receipt. Whoever has its secret address sees it; nothing in it says who it was."""
    record = service.get_receipt(reference)
    answer = web.render("privacy/erasure/erased.html", record=record, said=_sorted(record.said))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def install(app: Flask) -> None:
    """Give the program these pages, and privacy its share in every erasure."""
    app.register_blueprint(pages)
    app.add_template_filter(date.fromisoformat, "as_date")
    own.install()
    forgotten.replays(LEDGER, service.replay)
    farewell.listen()
    requests.fulfil("erasure", service.fulfill)
    sections.add("Erase your account", ADDRESS, line, rank=90)


def line(_account_id: int) -> str:
    """The row in the panel's overview."""
    return LINE


def _kept(posts: str) -> str:
    with db.transaction():
        kept = service.keep_wish(web.me().id, posts)
        return (
            f"Your wish is kept as request {kept.number}: you need not come back. We carry it out as soon as that is "
            f"settled and answer by {kept.due_at.date().isoformat()} at the latest; withdraw it under Your requests."
        )


def _show_again(form: EraseForm, status: int = 422) -> Response:
    with db.transaction(reading=True):
        return _show(form, status)


def _show(form: EraseForm, status: int = 200) -> Response:
    shown = service.preview(web.me().id)
    form.seen.data = shown.seen
    return web.render(
        "privacy/erasure/erase.html",
        status=status,
        form=form,
        shown=shown,
        goes=shown.of(Fate.GOES),
        stays=shown.of(Fate.STAYS),
        nameless=shown.of(Fate.NAMELESS),
        choices=[(one, label, shown.choices(one)) for one, label in CHOICES.items()],
    )


def _sorted(said: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    return {fate.value: [line for line in said if line["fate"] == fate.value] for fate in Fate}


def _without_cookies(answer: Response) -> Response:
    """Take back every cookie of ours that this browser has."""
    for cookie in register.cookies.values():
        if cookie.name in request.cookies or cookie.path != "/":
            web.drop_cookie(answer, cookie.name, path=cookie.path)
    return answer
