"""Pages on which contact data are corrected: /account/details, and the links that were mailed for it."""

from flask import Blueprint, Response

from core import db, web
from core.access import public, signed_in
from core.accounts import correcting as links
from core.accounts import rules
from core.accounts import service as accounts
from core.asking import takes
from core.limits import limited
from core.tokens import LinkExpired
from storefront.account import correcting, service
from storefront.account.correcting import SameAddress
from storefront.account.forms import EmailForm, NameForm
from storefront.account.service import NameTaken, WrongPassword
from storefront.account.views import typed_address, unreferred

pages = Blueprint("account_details", __name__)

HERE = "/account/details"


@pages.get(HERE)
@signed_in
def details() -> Response:
    """The name and the address, each with its form."""
    return _show()


@pages.post(f"{HERE}/name")
@signed_in(own_transactions=True)
@limited("form")
@takes(NameForm)
def name_submit() -> Response:
    """Show another name at once."""
    form = NameForm()
    if form.validate():
        try:
            correcting.rename(web.me(), rules.read_name(form.name.data or ""))
            return web.see_other(HERE, "Your new name is shown from now on, on what you wrote before, too.")
        except NameTaken as refused:
            form.name.errors = [refused.sentence]
    with db.transaction(reading=True):
        return _show(name=form, status=422)


@pages.post(f"{HERE}/email")
@signed_in(own_transactions=True)
@limited("sign_in")
@takes(EmailForm)
def email_submit() -> Response:
    """Mail a link to the new address; the answer is the same whosever it is."""
    form = EmailForm()
    if form.validate():
        try:
            return _ask_email(form)
        except WrongPassword as refused:
            form.password.errors = [refused.sentence]
        except SameAddress as refused:
            form.email.errors = [refused.sentence]
    with db.transaction(reading=True):
        return _show(email=form, status=422)


@pages.get("/new-address/<token>")
@public
def new_address(token: str) -> Response:
    """A button. Programs that open every link in a mail change nothing."""
    _check(token, links.CHANGE)
    return unreferred(web.render("storefront/account/new_address.html"))


@pages.post("/new-address/<token>")
@public(own_transactions=True)
@limited("form")
def new_address_submit(token: str) -> Response:
    """The address is theirs: it is the account's from now on."""
    with db.transaction(reading=True):
        _check(token, links.CHANGE)
    correcting.confirm_email(token)
    say = "Your new address is confirmed. Our mails go there from now on, and you sign in with it."
    return web.see_other(HERE if web.person() else "/sign-in", say)


@pages.get("/former-address/<token>")
@public
def former_address(token: str) -> Response:
    """A button that gives the former address back."""
    _check(token, links.UNDO)
    return unreferred(web.render("storefront/account/former_address.html"))


@pages.post("/former-address/<token>")
@public(own_transactions=True)
@limited("form")
def former_address_submit(token: str) -> Response:
    """The former address is back, nobody is signed in any more, and a new password can be chosen."""
    with db.transaction(reading=True):
        _check(token, links.UNDO)
    reset = correcting.undo_email(token)
    say = "Your former address is back, and every browser is signed out. Choose a new password now."
    answer = web.see_other(f"/reset/{reset}", say)
    web.drop_cookie(answer, web.SESSION_COOKIE)
    return answer


@limited("change_email")
@limited("change_email", key=typed_address)
def _ask_email(form: EmailForm) -> Response:
    email = rules.read_email(form.email.data or "")
    correcting.ask_email(web.me(), email, form.password.data or "", cost=web.settings().bcrypt_cost)
    with db.transaction(reading=True):
        return web.render("storefront/account/new_address_mailed.html", address=email)


def _check(token: str, purpose: str) -> None:
    try:
        accounts.check_link(token, purpose)
    except LinkExpired:
        lasts = "one day" if purpose == links.CHANGE else "seven days"
        raise LinkExpired(f"This link works once, and for {lasts}. Nothing was changed just now.") from None


def _show(name: NameForm | None = None, email: EmailForm | None = None, status: int = 200) -> Response:
    account = accounts.get(web.me().id)
    return web.render(
        "storefront/account/details.html",
        status=status,
        name_form=name or NameForm(formdata=None, data={"name": account.name_shown}),
        email_form=email or EmailForm(formdata=None),
        present=service.email_of(account),
    )
