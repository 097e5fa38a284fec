"""The doors of accounts: sign up, confirm, sign in and out, choose a new password."""

from typing import cast

from flask import Blueprint, Response, request

from core import db, keys, web
from core.access import public, signed_in
from core.accounts import rules
from core.accounts import service as accounts
from core.asking import takes
from core.errors import NextStep
from core.limits import limited
from core.tokens import LinkExpired
from privacy.policies import service as policies
from storefront.account import service
from storefront.account.forms import AskResetForm, CodeForm, NewPasswordForm, SignInForm, SignUpForm
from storefront.account.rules import browser_name
from storefront.account.service import Browser, HalfOpened, NameTaken, Opened, SignInRefused
from storefront.cart.service import COOKIE as CART_COOKIE
from storefront.pages.rules import TERMS_VERSION

pages = Blueprint("account", __name__)

_REMEMBERED = int(accounts.REMEMBERED.total_seconds())


def typed_address() -> str:
    """Whose mailbox a form asks to fill: limits count per address too, so that nobody's is flooded."""
    return keys.keyed_hash("limit", rules.normalise_email(request.form.get("email", "")))


@pages.get("/sign-up")
@public
def sign_up() -> Response:
    """The form for a new account."""
    return web.see_other("/account") if web.person() else _show_sign_up(SignUpForm(formdata=None))


@pages.post("/sign-up")
@public(own_transactions=True, even=True)
@limited("form")
@takes(SignUpForm)
def sign_up_submit() -> Response:
    """Open an account, or mail its owner that there is one: the answer is the same."""
    form = SignUpForm()
    if form.validate():
        try:
            return _sign_up(form)
        except NameTaken as refused:
            form.name.errors = [refused.sentence]
    with db.transaction(reading=True):
        return _show_sign_up(form, status=422)


@limited("sign_up")
@limited("sign_up", key=typed_address)
def _sign_up(form: SignUpForm) -> Response:
    service.sign_up(form.newcomer(), cost=web.settings().bcrypt_cost)
    with db.transaction(reading=True):
        return web.render("storefront/account/mailed.html", address=form.email.data)


@pages.get("/confirm/<token>")
@public
def confirm(token: str) -> Response:
    """A button. Programs that open every link in a mail confirm nothing."""
    try:
        accounts.check_link(token, "confirm")
    except LinkExpired:
        return _confirmed_before()
    return unreferred(web.render("storefront/account/confirm.html"))


@pages.post("/confirm/<token>")
@public
def confirm_submit(token: str) -> Response:
    """The address is theirs: confirm it and let them in."""
    try:
        opened = service.confirm(token, this_browser())
    except LinkExpired:
        return _confirmed_before()
    if opened is None:  # signed in already, or about to be with a second factor
        return web.see_other("/account", "Thank you. Your address is confirmed.")
    say = f"Your address is confirmed, and you are signed in. {opened.sentence}".strip()
    return with_session(web.see_other("/cart" if opened.sentence else "/account", say), opened)


@pages.get("/sign-in")
@public
def sign_in() -> Response:
    """The form for those who have an account."""
    wanted = web.local_path(request.args.get("next"), default="")
    if web.person():
        return web.see_other(wanted or "/account")
    return _show_sign_in(SignInForm(formdata=None, data={"next": wanted}))


@pages.post("/sign-in")
@public(own_transactions=True, even=True)
@limited("sign_in")
@takes(SignInForm)
def sign_in_submit() -> Response:
    """Check the pair and let them in, back to where they wanted to go."""
    form = SignInForm()
    pair = (form.email.data or "", form.password.data or "")
    try:
        opened = service.sign_in(
            *pair, this_browser(), remembered=bool(form.remembered.data), cost=web.settings().bcrypt_cost
        )
    except SignInRefused as refused:
        form.password.errors = [refused.sentence]
        with db.transaction(reading=True):
            return _show_sign_in(form, status=422)
    wanted = web.local_path(form.next.data, "")
    if isinstance(opened, HalfOpened):
        with db.transaction(reading=True):
            return show_code(CodeForm(formdata=None, data={"ticket": opened.ticket, "next": wanted}))
    answer = web.see_other(wanted or "/account", f"You are signed in. {opened.sentence}".strip())
    return with_session(answer, opened)


@pages.post("/sign-out")
@public
def sign_out() -> Response:
    """End the session here; a copy of its cookie is worthless from now on."""
    person = web.person()
    if person:
        service.end_quietly(person)
    answer = web.see_other("/", "You are signed out.")
    web.drop_cookie(answer, web.SESSION_COOKIE)
    return answer


@pages.get("/reset")
@public
def reset() -> Response:
    """Where to mail the link to."""
    return web.render("storefront/account/reset.html", form=AskResetForm(formdata=None))


@pages.post("/reset")
@public(even=True)
@limited("form")
@takes(AskResetForm)
def reset_submit() -> Response:
    """Mail a link, if the address has an account; the answer is the same."""
    form = AskResetForm()
    if not form.validate():
        return web.render("storefront/account/reset.html", status=422, form=form)
    return _ask_reset(form.email.data or "")


@limited("reset")
@limited("reset", key=typed_address)
def _ask_reset(email: str) -> Response:
    service.ask_reset(rules.read_email(email))
    return web.render("storefront/account/reset_mailed.html", address=email)


@pages.get("/reset/<token>")
@public
def choose_password(token: str) -> Response:
    """The form for a new password."""
    _check_reset(token)
    return _show_choose(NewPasswordForm(formdata=None))


@pages.post("/reset/<token>")
@public(own_transactions=True)
@limited("form")
@takes(NewPasswordForm)
def choose_password_submit(token: str) -> Response:
    """Keep the new password. A password that is refused leaves the link as it was."""
    form = NewPasswordForm()
    with db.transaction(reading=True):
        form.known = service.known_about(_check_reset(token))
        if not form.validate():
            return _show_choose(form, status=422)
    service.reset_password(token, form.password.data or "", cost=web.settings().bcrypt_cost)
    answer = web.see_other(
        "/sign-in", "Your new password is kept, and every browser is signed out. Sign in with it now."
    )
    web.drop_cookie(answer, web.SESSION_COOKIE)
    return answer


@pages.post("/account/confirm-again")
@signed_in
@limited("confirm_again")
def confirm_again_submit() -> Response:
    """Mail a fresh link for the address."""
    service.confirm_again(web.me().id)
    return web.see_other(
        "/account", "The mail is on its way. Please look into your mailbox, and among the unwanted mail."
    )


def show_code(form: CodeForm, status: int = 200) -> Response:
    """The second step. Nothing of it is kept by the browser."""
    form.next.data = web.local_path(cast(str, form.next.data), default="")
    return unreferred(web.render("storefront/account/code.html", status=status, form=form))


def this_browser() -> Browser:
    """The browser that sent this request."""
    return Browser(
        label=browser_name(request.headers.get("User-Agent", "")),
        person=web.person(),
        cart_token=request.cookies.get(CART_COOKIE, ""),
    )


def with_session(answer: Response, opened: Opened) -> Response:
    """Carry the fresh session out; the cart's cookie has done its work."""
    seconds = _REMEMBERED if opened.remembered else None
    web.put_cookie(answer, web.SESSION_COOKIE, opened.token, seconds=seconds)
    if CART_COOKIE in request.cookies:
        web.drop_cookie(answer, CART_COOKIE)
    return answer


def _show_sign_up(form: SignUpForm, status: int = 200) -> Response:
    versions = {"terms_version": TERMS_VERSION, "policy_version": policies.current_version()}
    return web.render("storefront/account/sign_up.html", status=status, form=form, coming=policies.coming(), **versions)


def _show_sign_in(form: SignInForm, status: int = 200) -> Response:
    form.next.data = web.local_path(cast(str, form.next.data), default="")
    return web.render("storefront/account/sign_in.html", status=status, form=form)


def _show_choose(form: NewPasswordForm, status: int = 200) -> Response:
    return unreferred(web.render("storefront/account/choose_password.html", status=status, form=form))


def unreferred(answer: Response) -> Response:
    """The address of the page is a secret: browsers must not name it to the next one."""
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _check_reset(token: str) -> int:
    try:
        return accounts.check_link(token, "reset")
    except LinkExpired:
        again = NextStep(label="Have a new link mailed", address="/reset")
        raise LinkExpired(
            "A link for a new password works once, and for one hour. Nothing was changed.", next_steps=(again,)
        ) from None


def _confirmed_before() -> Response:
    person = web.person()
    if person and person.confirmed:
        return web.see_other("/account", "Your address is confirmed already.", "info")
    again = NextStep(label="Sign in", address="/sign-in?next=/account")
    raise LinkExpired(
        "A link for confirming works once, and for three days. If you have confirmed your address already, just sign "
        "in; if not, sign in and have a new link mailed.",
        next_steps=(again,),
    )
