"""The program put together: one request is one transaction, every view is marked, every refusal has its page."""

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from flask import Flask, Response, abort, current_app, g, redirect, request
from flask.sessions import NullSession, SessionInterface
from flask.templating import Environment
from flask_babel import Babel
from flask_login import LoginManager
from jinja2 import StrictUndefined, Template
from redis import Redis
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from core import (
    db,
    evenly,
    forms,
    headers,
    keeping,
    keys,
    later,
    limits,
    logs,
    pagecache,
    pages,
    snapshot,
    standing,
    web,
)
from core.access import Door, Mark, SharedAddress, UnmarkedView, mark_of
from core.accounts import apitokens
from core.accounts import service as accounts
from core.accounts.person import Person
from core.asking import Ties, ties_of
from core.errors import Invalid, NotAllowed
from core.jobs import service as jobs
from core.settings import Environment as Kind
from core.settings import Settings

Area = Callable[[Flask], None]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS = SAFE | {"POST"}
DATES = {
    "date.medium": "d MMM y",
    "date.long": "d MMMM y",
    "datetime.short": "d MMM y, HH:mm",
    "datetime.medium": "d MMM y, HH:mm",
    "datetime.long": "d MMMM y, HH:mm z",
}
"""Dates are written one way on every page: the day first, the month as a word."""
QUIET = {"HEAD", "OPTIONS"}
STATIC = Mark(door=Door.PUBLIC, own_transactions=True)


class NoSession(SessionInterface):
    """Flask's own session stays empty: its cookie would be readable, and survive signing out as a copy."""

    def open_session(self, app: Flask, request: Any) -> NullSession:
        """Nothing, and nothing can be put into it."""
        return NullSession()

    def save_session(self, app: Flask, session: Any, response: Any) -> None:
        """Nothing to save."""


class Number(IntegerConverter):
    """Numbers in addresses that a database can hold; longer ones are no page."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.max = self.max or 2**53


class Page(Template):
    """A template whose macros are drawn without the page around them, as everywhere here."""

    def _get_default_module(self, ctx: Any = None) -> Any:
        return super()._get_default_module(None)


class Drawing(Environment):
    """Flask's drawing of pages with our templates; each is looked up once, since a page asks for ten of them."""

    template_class = Page

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._known: dict[str, Template] = {}

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:
        """The template of that name."""
        found = self._known.get(name) if globals is None and isinstance(name, str) else None
        if found is None:
            found = super().get_template(name, parent, globals)
            if not self.auto_reload and globals is None and isinstance(name, str):
                self._known[name] = found
        return found

    def make_globals(self, d: Any) -> Any:
        """The words of every page: Jinja's own answer is a chain of dictionaries, walked again for every page."""
        return super().make_globals(d) if d else self.globals


class House(Flask):
    """Flask with the house's rule: commit after the view returned, undo whatever raised."""

    session_interface = NoSession()
    jinja_environment = Drawing

    def full_dispatch_request(self, *given: Any) -> Response:
        """Answer one request inside its transaction."""
        db.use(self.extensions["database"])
        mark = self._mark()
        around: Any = g._get_current_object()
        around.mark, around.undo, around.person, around.started = mark, False, None, time.perf_counter()
        keeping.wished.set(web.wishes_sent())
        with self._around(mark):
            response: Response = super().full_dispatch_request(*given)
            if g.undo:
                db.undo()
        if mark.even and self.extensions["settings"].environment is not Kind.TEST:
            evenly.wait(around.started)
        return response

    def handle_user_exception(self, *given: Any) -> Any:
        """Undo first, then let the handlers draw the page."""
        g.undo = True
        db.undo()
        return super().handle_user_exception(*given)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: there are no coroutines here, and Flask would look for them twenty times a request."""
        return func

    def log_exception(self, exc_info: Any) -> None:
        """Flask would write path and exception text; `core.pages` writes where and what kind instead."""

    def _mark(self) -> Mark:
        rule = request.url_rule
        return (mark_of(self.view_functions[rule.endpoint]) if rule else None) or STATIC

    def _around(self, mark: Mark) -> AbstractContextManager[Any]:
        if mark.own_transactions:
            return nullcontext()
        return db.transaction(reading=request.method in SAFE and not mark.writes)


def build(
    settings: Settings,
    areas: Iterable[Area],
    *,
    root: str,
    config: dict[str, Any] | None = None,
) -> Flask:
    """A program from settings and areas (each registers its pages). Raises UnmarkedView, MissingSetting."""
    keys.use(settings.secret_key)
    logs.configure(quiet=settings.environment is Kind.TEST)
    app = House("licensepal", root_path=root, instance_path=str(settings.instance.resolve()))
    app.config.update(
        MAX_CONTENT_LENGTH=12 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        **(config or {}),
    )
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, PROPAGATE_EXCEPTIONS=False)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.strict_slashes = False
    app.url_map.converters["int"] = Number
    app.extensions["settings"], app.extensions["database"] = (
        settings,
        db.Database(settings.store_url),
    )
    _install_parts(app, settings)
    for area in areas:
        area(app)
    database = app.extensions["database"]
    database.queue = jobs.Queue(settings, database, app.app_context)
    _check_marked(app)
    _wrap(app, settings)
    return app


def _install_parts(app: Flask, settings: Settings) -> None:
    login = LoginManager()
    login.init_app(app, add_context_processor=False)
    login.request_loader(lambda _request: g.get("person"))
    app.after_request_funcs[None].remove(login._update_remember_cookie)  # the house remembers by its own session
    Babel(
        app,
        date_formats={**Babel.default_date_formats, **DATES},
        locale_selector=lambda: web.wished().language,
        timezone_selector=lambda: web.wished().zone,
    )
    app.before_request(_let_in)
    limits.install(app, settings)
    web.install(app, settings)
    headers.install(app, settings)
    pages.install(app)
    later.writes("session_seen", accounts.write_seen)
    app.after_request(_log)


def _let_in() -> None:
    """Before each view: who is it, may they, and did the form come from us?"""
    _check_encrypted()
    _check_readable()
    token, mark = request.cookies.get(web.SESSION_COOKIE), g.mark
    if mark.door is Door.API:
        header = request.headers.get("Authorization", "")
        g.person = apitokens.bearer(header, mark.scope, hold=request.method not in SAFE)
    elif token and mark is not STATIC:
        g.person = _load(token)
    standing.check_door(g.person, mark, web.settings(), is_reading=request.method in SAFE)
    if request.method not in SAFE and request.url_rule is not None:
        _take_form(mark, ties_of(current_app.view_functions[request.url_rule.endpoint]))


def _take_form(mark: Mark, ties: Ties) -> None:
    """Whence it came, and of its fields those that are tied. A door that takes no form reads the body itself."""
    if mark.form_token:
        forms.check_posted()
    if mark.form_token or ties:
        forms.read_only(ties)


def _check_encrypted() -> None:
    """Under an https address nothing is taken over plain HTTP (clause P19): pages redirect, posts are refused."""
    if not web.settings().secure or request.is_secure or request.path in {"/healthz", "/readyz"}:
        return
    if request.method in SAFE:
        abort(redirect(web.settings().base_url.rstrip("/") + request.full_path.rstrip("?"), 308))
    raise NotAllowed(
        "This was sent without encryption, so it was not read. Open the shop under https and send it again."
    )


def _load(token: str) -> Person | None:
    if db.in_transaction():
        return accounts.person_for(token, hold=request.method not in SAFE)
    with db.transaction(reading=True):
        return accounts.person_for(token)


def _check_readable() -> None:
    """Refuse NUL: no text of ours has it, PostgreSQL cannot keep it, and only an attack sends it."""
    texts = [request.path, *request.args.values()]
    if request.mimetype in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        texts += [*request.form.keys()]
    if any("\x00" in text for text in texts):
        raise Invalid("The address holds a character that cannot be part of one.")


def _log(response: Response) -> Response:
    asked, mark, started = request._get_current_object(), g.get("mark"), g.get("started")  # type: ignore[attr-defined]
    if mark is not None and mark.cached and response.status_code == 200 and g.person is None:
        asked.environ[pagecache.KEEP] = "Set-Cookie" not in response.headers
    milliseconds = round((time.perf_counter() - started) * 1000, 1) if started else 0.0
    logs.log().info(
        "request",
        route=str(asked.url_rule.rule) if asked.url_rule else "-",
        method=asked.method if asked.method in METHODS else "other",
        status=response.status_code,
        milliseconds=milliseconds,
    )
    return response


def _check_marked(app: Flask) -> None:
    for endpoint, view in app.view_functions.items():
        if endpoint != "static" and mark_of(view) is None:
            raise UnmarkedView(f"The view {endpoint} wears no mark: @public, @signed_in, @staff, @license_key or @api.")
    doors = [(rule.rule, method) for rule in app.url_map.iter_rules() for method in (rule.methods or set()) - QUIET]
    if len(doors) != len(set(doors)):
        raise SharedAddress(f"Two views share an address: {max(doors, key=doors.count)}.")


def _wrap(app: Flask, settings: Settings) -> None:
    redis = Redis.from_url(settings.redis_url) if settings.redis_url else None
    versions = pagecache.Versions(redis)
    store = app.extensions["database"]
    store.listeners += [versions.raise_, lambda touched: snapshot.forget(store.snapshots, touched)]
    app.extensions["versions"] = versions
    app.wsgi_app = pagecache.PageCache(app.wsgi_app, versions)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
