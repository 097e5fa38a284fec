"""Who may: every view wears one mark, and the program refuses to start with an unmarked one."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar, overload

View = TypeVar("View", bound=Callable[..., Any])


class Permission(StrEnum):
    """What a member of staff may do; roles are sets of these."""

    CATALOGUE = "catalogue"
    SALES = "sales"
    SUPPORT = "support"
    MODERATION = "moderation"
    PRIVACY = "privacy"
    ACCOUNTS = "accounts"
    AUDIT = "audit"


class Scope(StrEnum):
    """What a program may do with a token that its owner made for it; never more than the owner may."""

    FORUM_READ = "forum:read"
    FORUM_POST = "forum:post"
    RELEASES_READ = "releases:read"
    RELEASES_WRITE = "releases:write"


class Door(StrEnum):
    """Which kind of caller a view is for."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    STAFF = "staff"
    LICENSE_KEY = "license_key"
    API = "api"


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What a view says about itself.

    cached: strangers get it from the page cache. own_transactions: it opens its own (payments). writes: it writes even
    on GET (staff pages leave access rows). form_token: False for doors that are no forms (one-click, APIs). fresh: its
    person shows first that it is they, unless they did a moment ago. even: its
    answers leave on a grid of time, so that nobody learns from them whether an address is known. scope: what the token of
    a program must allow.
    """

    door: Door
    permission: Permission | None = None
    cached: bool = False
    own_transactions: bool = False
    writes: bool = False
    form_token: bool = True
    fresh: bool = False
    even: bool = False
    scope: Scope | None = None


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who does something: a person about themselves, a member of staff in a role, or the program itself."""

    kind: str
    account_id: int = 0
    role: str = ""


PROGRAM = Actor(kind="program")


def actor_of(account_id: int) -> Actor:
    """A person acting for themselves."""
    return Actor(kind="person", account_id=account_id)


def staff_actor(account_id: int, permission: Permission) -> Actor:
    """A member of staff acting in the role that the permission names."""
    return Actor(kind="staff", account_id=account_id, role=permission.value)


class SharedAddress(SystemExit):
    """Two views answer at one address: one of them would never be reached."""


class UnmarkedView(SystemExit):
    """A view without a mark: nobody decided who may open it."""


@overload
def public(view: View) -> View: ...
@overload
def public(**says: Any) -> Callable[[View], View]: ...
def public(view: View | None = None, **says: Any) -> Any:
    """Open to everybody. Keywords as in Mark."""
    return _marker(Mark(door=Door.PUBLIC, **says), view)


@overload
def signed_in(view: View) -> View: ...
@overload
def signed_in(**says: Any) -> Callable[[View], View]: ...
def signed_in(view: View | None = None, **says: Any) -> Any:
    """For people with an account, about their own things."""
    return _marker(Mark(door=Door.SIGNED_IN, **says), view)


def staff(permission: Permission, *, fresh: bool = False) -> Callable[[View], View]:
    """For staff who hold this permission. Reading writes too: it leaves access rows. `fresh` as in Mark."""
    return lambda view: _put(view, Mark(door=Door.STAFF, permission=permission, writes=True, fresh=fresh))


@overload
def staff_any(view: View) -> View: ...
@overload
def staff_any(**says: Any) -> Callable[[View], View]: ...
def staff_any(view: View | None = None, **says: Any) -> Any:
    """For everybody on the staff, whatever their permissions: the door to the back office, with nothing behind it."""
    return _marker(Mark(door=Door.STAFF, **says), view)


@overload
def license_key(view: View) -> View: ...
@overload
def license_key(**says: Any) -> Callable[[View], View]: ...
def license_key(view: View | None = None, **says: Any) -> Any:
    """For programs that prove themselves with a key; no cookies, hence no form token."""
    return _marker(Mark(door=Door.LICENSE_KEY, form_token=False, **says), view)


def api(scope: Scope | None = None) -> Callable[[View], View]:
    """For programs that act for somebody, with a token of theirs (`Authorization: Bearer lpat_…`) that has this scope, or with
    any.

    Cookies count for nothing here, hence no form token; the token's owner is `web.me()`, and refusals are JSON."""
    return lambda view: _put(view, Mark(door=Door.API, scope=scope, form_token=False))


def mark_of(view: object) -> Mark | None:
    """The mark a view wears, or None."""
    found: Mark | None = getattr(view, "__mark__", None)
    return found


def _marker(mark: Mark, view: View | None) -> Any:
    return (lambda later: _put(later, mark)) if view is None else _put(view, mark)


def _put(view: View, mark: Mark) -> View:
    if mark_of(view) is not None:
        raise UnmarkedView(f"{view.__module__}.{view.__name__} wears two marks")
    view.__mark__ = mark  # type: ignore[attr-defined]
    return view
