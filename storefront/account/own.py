"""Pages of one's own account: the overview, and what keeps it safe."""

from flask import Blueprint, Response

from core import db, web
from core.access import signed_in
from core.accounts import service as accounts
from core.asking import takes
from core.limits import limited
from storefront.account import service
from storefront.account.forms import ChangePasswordForm
from storefront.account.service import WrongPassword
from storefront.account.views import this_browser, with_session
from storefront.secondfactor import service as secondfactor

pages = Blueprint("own_account", __name__)


@pages.get("/account")
@signed_in
def overview() -> Response:
    """Who one is here, and the ways to everything of one's own."""
    account = accounts.get(web.me().id)
    return web.render("storefront/account/overview.html", account=account, email=service.email_of(account))


@pages.get("/account/security")
@signed_in
def security() -> Response:
    """The browsers that are signed in, and the form for another password."""
    return _show_security(ChangePasswordForm(formdata=None))


@pages.post("/account/security/password")
@signed_in(own_transactions=True)
@limited("sign_in")
@takes(ChangePasswordForm)
def change_password_submit() -> Response:
    """Keep another password and end all other sessions."""
    form, me = ChangePasswordForm(), web.me()
    with db.transaction(reading=True):
        form.known = service.known_about(me.id)
        if not form.validate():
            return _show_security(form, status=422)
    present, chosen = form.current_password.data or "", form.password.data or ""
    try:
        opened = service.change_password(me, present, chosen, this_browser(), cost=web.settings().bcrypt_cost)
    except WrongPassword as refused:
        form.current_password.errors = [refused.sentence]
        with db.transaction(reading=True):
            return _show_security(form, status=422)
    say = "Your new password is kept, and every other browser is signed out."
    return with_session(web.see_other("/account/security", say), opened)


@pages.post("/account/security/end/<int:number>")
@signed_in
def end_submit(number: int) -> Response:
    """Sign one of one's own browsers out."""
    accounts.end_session(web.me().id, number)
    return web.see_other("/account/security", "That browser is signed out.")


@pages.post("/account/security/end-others")
@signed_in
def end_others_submit() -> Response:
    """Sign all browsers out but this one."""
    ended = service.end_others(web.me())
    return web.see_other("/account/security", _ended(ended), "done" if ended else "info")


def _ended(number: int) -> str:
    if not number:
        return "No other browser was signed in."
    return "One other browser is signed out." if number == 1 else f"{number} other browsers are signed out."


def _show_security(form: ChangePasswordForm, status: int = 200) -> Response:
    me = web.me()
    held = accounts.sessions_of(me.id)
    sessions = sorted(held, key=lambda one: one.id != me.session_id)
    return web.render(
        "storefront/account/security.html",
        status=status,
        form=form,
        sessions=sessions,
        has_second_factor=secondfactor.is_on(me.id),
    )
