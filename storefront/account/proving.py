"""Showing who one is: the second step of signing in, and once more before something that matters."""

from flask import Blueprint, Response, request

from core import db, web
from core.access import public, signed_in
from core.asking import takes
from core.errors import NextStep
from core.limits import limited
from core.tokens import LinkExpired
from storefront.account import secondstep
from storefront.account.forms import CodeForm, ProveForm
from storefront.account.service import Opened
from storefront.account.views import show_code, this_browser, with_session
from storefront.secondfactor import service as secondfactor

pages = Blueprint("proving", __name__)


@pages.get("/sign-in/code")
@public
def code() -> Response:
    """There is nothing here without a password before it."""
    return web.see_other("/sign-in")


@pages.post("/sign-in/code")
@public(own_transactions=True)
@limited("sign_in")
@takes(CodeForm)
def code_submit() -> Response:
    """The second step."""
    form = CodeForm()
    try:
        opened = secondstep.sign_in(form.ticket.data or "", form.code.data or "", this_browser())
    except LinkExpired:
        again = NextStep(label="Sign in again", address="/sign-in")
        raise LinkExpired("The code has to come within ten minutes of the password.", next_steps=(again,)) from None
    if not isinstance(opened, Opened):
        form.code.errors = [opened.sentence]
        with db.transaction(reading=True):
            return show_code(form, status=422)
    say = f"You are signed in. {opened.sentence}".strip()
    return with_session(web.see_other(web.local_path(form.next.data, "/account"), say), opened)


@pages.get("/account/prove")
@signed_in
def prove() -> Response:
    """The form; whence one came stands in the address."""
    return _show(ProveForm(formdata=None, data={"next": web.local_path(request.args.get("next"), default="")}))


@pages.post("/account/prove")
@signed_in(own_transactions=True)
@limited("sign_in")
@takes(ProveForm)
def prove_submit() -> Response:
    """On to where one wanted to go."""
    form = ProveForm()
    wrong = secondstep.prove(web.me(), form.proof.data or "", cost=web.settings().bcrypt_cost)
    if wrong:
        form.proof.errors = [wrong]
        with db.transaction(reading=True):
            return _show(form, status=422)
    return web.see_other(web.local_path(form.next.data, "/account"))


def _show(form: ProveForm, status: int = 200) -> Response:
    by_code = secondfactor.is_on(web.me().id)
    form.next.data = web.local_path(form.next.data, default="")
    return web.render("storefront/account/prove.html", status=status, form=form, by_code=by_code)
