"""The page of one's second factor: set up, confirmed, removed, and its recovery codes."""

from flask import Blueprint, Response
from wtforms import StringField
from wtforms.validators import InputRequired

from core import qr, web
from core.access import signed_in
from core.accounts import service as accounts
from core.asking import CHECKED, takes
from core.forms import Form
from core.limits import limited
from storefront.secondfactor import rules, service

pages = Blueprint("second_factor", __name__)
HERE = "/account/security/second-factor"


class CodeForm(Form):
    """The code that an authenticator shows."""

    ties = {"code": CHECKED}
    code = StringField(
        "Code",
        validators=[InputRequired("Please type the six digits that your authenticator shows.")],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "12", "spellcheck": "false"},
    )


@pages.get(HERE)
@signed_in
def second_factor() -> Response:
    """How it stands, and what can be done."""
    return _kept_nowhere(
        web.render("storefront/secondfactor/overview.html", status_=service.status(web.me().id), codes=())
    )


@pages.post(f"{HERE}/begin")
@signed_in(fresh=True)
@limited("form")
def begin_submit() -> Response:
    """To the code that an authenticator scans."""
    service.begin(web.me().id)
    return web.see_other(f"{HERE}/set-up")


@pages.get(f"{HERE}/set-up")
@signed_in(fresh=True, writes=True)
def set_up() -> Response:
    """The secret as a code to scan, and the form that confirms it."""
    return _show_set_up(CodeForm(formdata=None))


@pages.post(f"{HERE}/set-up")
@signed_in(fresh=True)
@limited("sign_in")
@takes(CodeForm)
def set_up_submit() -> Response:
    """Confirm it. The recovery codes are on the page that answers, and nowhere else."""
    form, me = CodeForm(), web.me()
    codes = service.confirm(me.id, form.code.data or "") if form.validate() else ()
    if not codes:
        form.code.errors = form.code.errors or [
            "This is not the code that belongs to this moment. Please try the next one."
        ]
        return _show_set_up(form, status=422)
    accounts.prove(me.session_id, two_factors=True)
    return _show_codes(codes)


@pages.post(f"{HERE}/codes")
@signed_in(fresh=True)
@limited("form")
def codes_submit() -> Response:
    """Ten new recovery codes."""
    return _show_codes(service.renew_codes(web.me().id))


@pages.post(f"{HERE}/remove")
@signed_in(fresh=True)
def remove_submit() -> Response:
    """The password alone, from now on."""
    service.remove(web.me().id)
    return web.see_other(HERE, "Removed. Your password alone opens your account now, and a mail says so.")


def _show_set_up(form: CodeForm, status: int = 200) -> Response:
    secret = service.begin(web.me().id)
    code = qr.draw(rules.address(secret, web.me().number, web.settings().site_name))
    return _kept_nowhere(
        web.render(
            "storefront/secondfactor/set_up.html", status=status, form=form, code=code, secret=rules.spelled(secret)
        )
    )


def _show_codes(codes: tuple[str, ...]) -> Response:
    return _kept_nowhere(
        web.render("storefront/secondfactor/overview.html", status_=service.status(web.me().id), codes=codes)
    )


def _kept_nowhere(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
