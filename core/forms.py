"""Forms and their tokens. With a session the token is bound to it; a stranger's is signed, expiring, the same for all.

A stranger's form is guarded by `Sec-Fetch-Site` and `Origin` as well, so that no cookie is set merely to carry a form and
a stranger's page is the same bytes for every stranger.
"""

import hashlib
import hmac
from functools import lru_cache
from typing import Any, ClassVar
from urllib.parse import urlsplit

from flask import current_app, g, request
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from wtforms import Field, HiddenField
from wtforms.csrf.core import CSRF
from wtforms.i18n import DummyTranslations

from core import clock, keys
from core.asking import Ties, tie_for
from core.errors import FormExpired

TOKEN_FIELD = "form_token"
TOKEN_HEADER = "X-Form-Token"
HOURS_OPEN = 12


def form_token() -> str:
    """The token for a form on this page."""
    person = g.get("person")
    return _session_token(person.session_hash) if person else _stranger_token(_hour())


def form_token_field() -> Markup:
    """The token as a hidden input, for forms written by hand."""
    return _field(form_token())


def check_posted() -> None:
    """Let the request pass only if it came from our own page with a good token. Raises FormExpired."""
    if not came_from_here():
        raise FormExpired("This form was sent from another site, so it was not carried out. Nothing was changed.")
    given = request.headers.get(TOKEN_HEADER) or request.form.get(TOKEN_FIELD, "")
    if not is_good(given):
        raise FormExpired


def read_only(ties: Ties) -> None:
    """Keep from the view what is not tied to anything: a field nobody answers for is not read (clause P3c).

    What is read comes without NUL, which PostgreSQL does not keep and nobody types."""
    typed = request.form.items(multi=True)
    tied = [(name, value.replace("\x00", "")) for name, value in typed if name == TOKEN_FIELD or tie_for(ties, name)]
    request.form = ImmutableMultiDict(tied)


def came_from_here() -> bool:
    """True unless the browser says that another site sent the request.

    A page that is sent without a referrer (one with a secret in its address) posts with `Origin: null`; then the
    browser's own word `Sec-Fetch-Site: same-origin` is asked for.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site not in {None, "same-origin", "none"}:
        return False
    origin = request.headers.get("Origin")
    if origin == "null":
        return site == "same-origin"
    return origin is None or urlsplit(origin).netloc == request.host


def is_good(token: str) -> bool:
    """True for a token of this session or, without one, of the last hours."""
    person = g.get("person")
    if person is not None:
        return keys.same(token, _session_token(person.session_hash))
    return any(keys.same(token, _stranger_token(_hour() - back)) for back in range(HOURS_OPEN + 1))


class HouseToken(CSRF):  # type: ignore[misc]
    """Puts the house's token into WTForms; it is checked for every POST before the view, not form by form."""

    def generate_csrf_token(self, csrf_token_field: Field) -> str:
        """The token of this page."""
        return form_token()

    def validate_csrf_token(self, form: Any, field: Field) -> None:
        """Checked already, in `check_posted`."""


class Form(FlaskForm):  # type: ignore[misc]
    """Base of all forms: our token, and texts stripped of what nobody types on purpose. `ties` says what becomes of each
    field (`core.asking`)."""

    ties: ClassVar[Ties] = {}

    @property
    def look(self) -> tuple[object, ...]:
        """All that its visible fields are drawn from, so that a form nobody has typed into is drawn once and kept."""
        shown = (field for field in self if not isinstance(field, HiddenField))
        return (type(self).__qualname__, *(_looks(field) for field in shown))

    class Meta:
        """WTForms' settings."""

        csrf = True
        csrf_class = HouseToken
        csrf_field_name = TOKEN_FIELD

        def get_translations(self, form: Any) -> DummyTranslations:
            """WTForms' own sentences as they are: every form has its own, and reading a catalogue costs more than a form."""
            return DummyTranslations()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was typed, alone: a file or a JSON document under a field's name is no answer to it."""
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            return request.form if request.method == "POST" else None

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            """Add the house's filter to every field of one line, and to each field its tie."""
            filters = unbound_field.kwargs.get("filters", [])
            if unbound_field.field_class.__name__ in {
                "StringField",
                "EmailField",
                "TelField",
                "SearchField",
            }:
                options = dict(options, filters=[*filters, tidy])
            field = unbound_field.bind(form=form, **options)
            field.tie = form.ties.get(options["name"])
            return field


def _looks(field: Field) -> tuple[str, ...]:
    return field.name, repr(field.data), repr(field.errors), repr(getattr(field, "choices", None))


def tidy(text: str | None) -> str | None:
    """Without surrounding space."""
    return text.strip() if isinstance(text, str) else text


@lru_cache(maxsize=4096)
def _field(token: str) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(TOKEN_FIELD, escape(token))


def _hour() -> int:
    return int(clock.now().timestamp()) // 3600


def _stranger_token(hour: int) -> str:
    return f"{hour}-{_signed(keys.derived('form token'), f'{current_app.name}:{hour}')}"


@lru_cache(maxsize=64)
def _signed(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:40]


def _session_token(session_hash: str) -> str:
    return keys.keyed_hash("form token of a session", session_hash)[:40]
