"""The forms of accounts. What they hold is judged by core.accounts.rules; the sentence stands beside its field."""

from collections.abc import Callable
from typing import Any

from wtforms import BooleanField, EmailField, HiddenField, PasswordField, StringField, ValidationError
from wtforms.validators import InputRequired

from core import web
from core.accounts import rules
from core.asking import CHECKED, NEXT, kept, nothing
from core.errors import Invalid
from core.forms import Form
from storefront.account.service import Newcomer

_EMAIL = {"autocomplete": "username", "inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}
_ADDRESS = {**_EMAIL, "autocomplete": "email"}
_PRESENT = {"autocomplete": "current-password", "autocapitalize": "none"}
_CODE = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false", "maxlength": "20"}
_NEW = {"autocomplete": "new-password", "autocapitalize": "none", "minlength": str(rules.PASSWORD_LEAST)}


_LOOKED_UP = nothing("looked up, and forgotten")


def judged(read: Callable[[str], object]) -> Callable[[Form, Any], None]:
    """A validator that says what the rule says."""

    def validate(_form: Form, field: Any) -> None:
        try:
            read(field.data or "")
        except Invalid as refused:
            raise ValidationError(refused.sentence) from None

    return validate


class Flagged:
    """A validator that checks nothing and marks a field as needed, so that no "optional" stands beside it."""

    field_flags = {"required": True}

    def __call__(self, _form: Form, _field: Any) -> None:
        """The field's rule says what is missing in its own words."""


class SignUpForm(Form):
    """Who opens an account."""

    ties = {
        "email": kept("account.email"),
        "name": kept("account.name_shown"),
        "password": kept("account.password_hash"),
        "agreed": kept("acceptance.version"),
    }
    email = EmailField("E-mail address", validators=[Flagged(), judged(rules.read_email)], render_kw=_EMAIL)
    name = StringField(
        "Name shown", validators=[Flagged(), judged(rules.read_name)], render_kw={"autocomplete": "nickname"}
    )
    password = PasswordField("Password", validators=[Flagged()], render_kw=_NEW)
    agreed = BooleanField(
        "I accept the Terms of Service and the privacy policy",
        validators=[InputRequired("Please read and accept both: without them we cannot open an account.")],
    )

    def validate_password(self, field: Any) -> None:
        """Strong enough for somebody who knows the name, the address and the shop."""
        check_strength(field.data or "", self.email.data or "", self.name.data or "")

    def newcomer(self) -> Newcomer:
        """What was typed, read by the rules."""
        return Newcomer(
            email=rules.read_email(self.email.data or ""),
            name_shown=rules.read_name(self.name.data or ""),
            password=self.password.data or "",
        )


class SignInForm(Form):
    """The pair that opens a session. Neither is judged by itself: the answer is the same for every wrong pair."""

    ties = {"email": _LOOKED_UP, "password": CHECKED, "remembered": kept("account_session.remembered"), "next": NEXT}
    email = EmailField("E-mail address", validators=[Flagged()], render_kw=_EMAIL)
    password = PasswordField("Password", validators=[Flagged()], render_kw=_PRESENT)
    remembered = BooleanField("Stay signed in on this device for 30 days")
    next = HiddenField()


class CodeForm(Form):
    """The second step of signing in."""

    ties = {"code": CHECKED, "ticket": CHECKED, "next": NEXT}
    code = StringField("Code", validators=[Flagged()], render_kw=_CODE)
    ticket = HiddenField()
    next = HiddenField()


class ProveForm(Form):
    """The password, or a code, once more."""

    ties = {"proof": CHECKED, "next": NEXT}
    proof = PasswordField("Password", validators=[Flagged()], render_kw=_PRESENT)
    next = HiddenField()


class AskResetForm(Form):
    """Where to mail the link to."""

    ties = {"email": _LOOKED_UP}
    email = EmailField("E-mail address", validators=[Flagged(), judged(rules.read_email)], render_kw=_EMAIL)


class NewPasswordForm(Form):
    """A new password. `known` is what others know about its owner."""

    ties = {"password": kept("account.password_hash")}
    password = PasswordField("New password", validators=[Flagged()], render_kw=_NEW)
    known: tuple[str, ...] = ()

    def validate_password(self, field: Any) -> None:
        """Strong enough for somebody who knows its owner and the shop."""
        check_strength(field.data or "", *self.known)


class ChangePasswordForm(NewPasswordForm):
    """A new password, asked for by somebody who is signed in."""

    ties = {**NewPasswordForm.ties, "current_password": CHECKED}
    current_password = PasswordField("Present password", validators=[Flagged()], render_kw=_PRESENT)


class NameForm(Form):
    """Another name to show, under the rules of sign-up."""

    ties = {"name": kept("account.name_shown")}
    name = StringField(
        "Name shown", validators=[Flagged(), judged(rules.read_name)], render_kw={"autocomplete": "nickname"}
    )


class EmailForm(Form):
    """Another address, asked for by somebody who knows the password."""

    ties = {"email": kept("account.email", "mailed_link.address"), "password": CHECKED}
    email = EmailField("New e-mail address", validators=[Flagged(), judged(rules.read_email)], render_kw=_ADDRESS)
    password = PasswordField("Password", validators=[Flagged()], render_kw=_PRESENT)


def check_strength(password: str, *known: str) -> None:
    """Says beside the field what would help. Raises ValidationError."""
    try:
        rules.check_password(password, (*known, web.settings().site_name))
    except Invalid as refused:
        raise ValidationError(refused.sentence) from None
