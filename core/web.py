"""What every page needs: who is here, what to say next, where to go, and the words that templates may use."""

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, cast
from urllib.parse import quote, urlsplit

from flask import Flask, Response, current_app, g, redirect, render_template, request
from jinja2.filters import do_urlencode

from core import keeping, menus, pagecache, tokens, wishes
from core.access import Actor, Permission, actor_of, staff_actor
from core.accounts.person import Person
from core.errors import NotSignedIn
from core.forms import form_token, form_token_field
from core.settings import Settings

SESSION_COOKIE = "lp_session"
NOTE_COOKIE = "lp_note"
PREFS_COOKIE = "lp_prefs"
KINDS = ("done", "info", "warning", "error")


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One sentence carried from the page that was posted to the page that is shown next."""

    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class MenuLine:
    """A menu's entry as a page draws it."""

    label: str
    address: str
    is_current: bool


class Here(NamedTuple):
    """Where a page stands: the address of the current line of each menu, empty for none."""

    main: str = ""
    account: str = ""
    staff: str = ""
    footer: str = ""


@dataclass(frozen=True, kw_only=True)
class Site:
    """What pages and mails say about the shop itself."""

    name: str
    support_email: str
    address: str
    demo: bool
    company_name: str
    company_address: str
    company_vat_id: str


def settings() -> Settings:
    """The settings of the running program."""
    return cast(Settings, current_app.extensions["settings"])


def person() -> Person | None:
    """The signed-in person, or None for a stranger."""
    return cast("Person | None", g.get("person"))


def me() -> Person:
    """The signed-in person. Raises NotSignedIn."""
    found = person()
    if found is None:
        raise NotSignedIn
    return found


def actor() -> Actor:
    """The signed-in person acting for themselves. Raises NotSignedIn."""
    return actor_of(me().id)


def acting_staff(permission: Permission) -> Actor:
    """The signed-in member of staff acting in a role. Raises NotSignedIn."""
    return staff_actor(me().id, permission)


def render(template: str, status: int = 200, **given: Any) -> Response:
    """A page."""
    return Response(render_template(template, **given), status=status, mimetype="text/html")


def part(template: str, **given: Any) -> str:
    """A part of a page for a slot: it sees what it is given and the global words, and asks for nothing else."""
    return current_app.jinja_env.get_template(template).render(given)


def see_other(address: str, say: str = "", kind: str = "done") -> Response:
    """Go there with GET, and say this sentence on the page that is shown (kind as in KINDS)."""
    answer = cast(Response, redirect(local_path(address), 303))
    if say:
        put_cookie(answer, NOTE_COOKIE, tokens.sign("note", [[kind, say[:900]]]), seconds=60)
    return answer


def local_path(address: str | None, default: str = "/") -> str:
    """The address if it is a path of this host, otherwise the default: no open redirect."""
    text = (address or "").strip()
    if not text.startswith("/") or text.startswith(("//", "/\\")) or re.search(r"[\x00-\x1f\\]", text):
        return default
    parts = urlsplit(text)
    return text if not parts.scheme and not parts.netloc else default


def put_cookie(
    answer: Response,
    name: str,
    value: str,
    *,
    seconds: int | None = None,
    path: str = "/",
) -> None:
    """Set a cookie as all of ours are: HttpOnly, SameSite=Lax, Secure under https. The register must know it."""
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path=path,
        httponly=True,
        samesite="Lax",
        secure=settings().secure,
    )


def drop_cookie(answer: Response, name: str, *, path: str = "/") -> None:
    """Take a cookie back."""
    answer.delete_cookie(name, path=path, httponly=True, samesite="Lax", secure=settings().secure)


def notices() -> list[Notice]:
    """The sentences that were carried here; shown once, because the cookie is dropped with this answer."""
    carried = request.cookies.get(NOTE_COOKIE)
    if not carried:
        return []
    g.drop_note = True
    try:
        pairs = tokens.read("note", carried, within=timedelta(seconds=90))
    except tokens.LinkExpired:
        return []
    return [Notice(kind=kind, text=text) for kind, text in cast(list[list[str]], pairs)]


class CarriedNotices:
    """What templates loop over: read only when a page really shows it, so that mails and fragments do not use it up."""

    def __iter__(self) -> Iterator[Notice]:
        return iter(notices())


def menu(name: str) -> list[MenuLine]:
    """A menu's lines for the person who is here."""
    found = person()
    current = menus.current(name, request.path) if request else ""
    return menu_at(name, current, found.permissions if found else ())


def menu_at(name: str, current: str, held: Collection[str] = ()) -> list[MenuLine]:
    """A menu's lines for somebody who stands at that one of them and holds these permissions."""
    shown = [entry for entry in menus.entries(name) if not entry.permission or entry.permission in held]
    return [MenuLine(label=entry.label, address=entry.address, is_current=entry.address == current) for entry in shown]


def wishes_sent() -> wishes.Wishes:
    """What the preferences cookie of this request says."""
    return wishes.read(request.cookies.get(PREFS_COOKIE, ""))


def wished() -> wishes.Wishes:
    """How this visitor wants pages to look; outside a request, as strangers see them."""
    return (keeping.wished.get() or wishes_sent()) if request else wishes.read("")


def keep_until(moment: datetime) -> None:
    """Let nobody keep the page of this request beyond the moment from which it says something else."""
    if request:
        before = request.environ.get(pagecache.UNTIL)
        request.environ[pagecache.UNTIL] = min(before, moment) if before else moment


def install(app: Flask, of: Settings) -> None:
    """Give templates their words and let a shown notice go."""
    site = Site(
        name=of.site_name,
        support_email=of.support_email,
        address=of.base_url.rstrip("/"),
        demo=of.demo,
        company_name=of.company_name,
        company_address=of.company_address,
        company_vat_id=of.company_vat_id,
    )

    @app.context_processor
    def words() -> dict[str, object]:
        return {
            "site": site,
            "person": g.get("person"),
            "prefs": wished(),
            "here": _here(),
            "cart_count": None,
        }

    app.jinja_env.filters["urlencode"] = in_address
    app.jinja_env.add_extension(keeping.Keeping)
    app.jinja_env.globals.update(
        asset=asset,
        menu=menu,
        menu_at=menu_at,
        notices=CarriedNotices(),
        slot=menus.slot,
        form_token=form_token_field,
        form_token_value=form_token,
    )

    @app.after_request
    def let_note_go(answer: Response) -> Response:
        if g.get("drop_note"):
            drop_cookie(answer, NOTE_COOKIE)
        return answer


def asset(name: str) -> str:
    """Address of a file under static/ that changes with its content, so that browsers may keep it for ever."""
    return f"/static/{name}?v={_fingerprint(cast(str, current_app.static_folder), name)}"


def in_address(value: object) -> str:
    """What Jinja's filter `urlencode` does; the same few names stand on every page, so each is written once."""
    return _quoted(value) if isinstance(value, str) else do_urlencode(value)  # type: ignore[arg-type]


def _here() -> Here:
    return _stands(request.path) if request else Here()


@lru_cache(maxsize=4096)
def _stands(path: str) -> Here:
    return Here(*[menus.current(name, path) for name in Here._fields])


@lru_cache(maxsize=8192)
def _quoted(text: str) -> str:
    return quote(text, safe="/")


@lru_cache(maxsize=256)
def _fingerprint(folder: str, name: str) -> str:
    return hashlib.sha256(Path(folder, name).read_bytes()).hexdigest()[:12]
