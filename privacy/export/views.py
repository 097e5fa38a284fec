"""/account/privacy/export: have everything put together, see how far it is, take it home."""

from collections.abc import Iterator

from flask import Blueprint, Response
from wtforms import PasswordField
from wtforms.validators import InputRequired

from core import db, web
from core.access import public, signed_in
from core.accounts import passwords
from core.accounts import service as accounts
from core.asking import CHECKED, takes
from core.forms import Form
from core.limits import limited
from privacy.export import rules, service
from privacy.export.rules import State

pages = Blueprint("privacy_export", __name__)

PAGE = "/account/privacy/export"
LONGEST = 1024
WRONG = "This is not your password. Nothing was handed over; the export stays where it is."


class HandOverForm(Form):
    """The password once more: whoever sits at an open browser shall not carry everything away."""

    ties = {"password": CHECKED}
    password = PasswordField(
        "Your password",
        validators=[InputRequired()],
        render_kw={"autocomplete": "current-password", "autocapitalize": "none"},
    )


@pages.get(PAGE)
@signed_in
def overview() -> Response:
    """Where the export stands."""
    return _page(HandOverForm(formdata=None))


@pages.post(PAGE)
@signed_in
@limited("export")
def start_submit() -> Response:
    """Have a fresh one made."""
    service.ask(web.me().id)
    return web.see_other(PAGE, "Your export is being put together. A mail tells you when it is ready.")


@pages.post(f"{PAGE}/delete")
@signed_in
def delete_submit() -> Response:
    """Delete it before its time."""
    service.give_up(web.me().id)
    return web.see_other(PAGE, "The export is deleted. You can have a fresh one made at any time.")


@pages.post(f"{PAGE}/download")
@signed_in(own_transactions=True)
@limited("sign_in")
@takes(HandOverForm)
def download_submit() -> Response:
    """Hand it over, after the password."""
    form, me = HandOverForm(), web.me()
    with db.transaction(reading=True):
        kept = accounts.get(me.id).password_hash
    typed = (form.password.data or "")[:LONGEST]
    if not passwords.matches(typed, kept, cost=web.settings().bcrypt_cost):
        form.password.errors = [WRONG]
        with db.transaction(reading=True):
            return _page(form, status=422)
    with db.transaction():
        found = service.open_download(me.id)
    return _hand_over(found)


@pages.get("/privacy/export/<token>")
@public
def linked(token: str) -> Response:
    """A button. Programs that open every link in a mail use nothing up."""
    until = service.check_link(token)
    return _secret(web.render("privacy/export/linked.html", until=until, tries=rules.LINK_TRIES))


@pages.post("/privacy/export/<token>")
@public(own_transactions=True)
@limited("form")
def linked_submit(token: str) -> Response:
    """Hand the export over to whoever can read the mail to the address on file; the link ends with the last byte."""
    with db.transaction():
        found = service.use_link(token)
    return _secret(_hand_over(found, token))


def _page(form: HandOverForm, status: int = 200) -> Response:
    found = service.find(web.me().id)
    return web.render(
        "privacy/export/overview.html",
        status=status,
        form=form,
        export=found,
        running=found is not None and found.state in rules.RUNNING,
        ready=found is not None and found.state == State.READY,
        failed=found is not None and found.state == State.FAILED,
        percent=rules.percent(found.done, found.steps) if found else 0,
        left_out=rules.NOT_INCLUDED,
    )


def _hand_over(found: service.Download, token: str = "") -> Response:
    answer = Response(_pieces(found, token), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    answer.headers["Cache-Control"] = "no-store"
    answer.content_length = found.size
    return answer


def _pieces(found: service.Download, token: str) -> Iterator[bytes]:
    database = db.current()
    yield from found.pieces
    if token:
        db.use(database)
        with db.transaction():
            service.end_link(token)


def _secret(answer: Response) -> Response:
    """The address of the page is a secret: browsers must not name it to the next one."""
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer
