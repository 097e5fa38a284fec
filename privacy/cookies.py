"""The cookie guard: a cookie that the register does not know, or not like this, never leaves the program (clause P5).

WSGI middleware, because Flask and its extensions still write cookies after the last `after_request`.
"""

from collections.abc import Callable, Iterable
from typing import Any

from core import logs
from privacy import register

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class UndeclaredCookie(AssertionError):
    """A cookie was about to leave that the register does not declare like this. Raised in tests only."""


class Guard:
    """Drops faulty cookies from answers; with `strict`, raises UndeclaredCookie instead. secure: under https."""

    def __init__(self, inner: Callable[..., Iterable[bytes]], *, strict: bool, secure: bool) -> None:
        self._inner, self._strict, self._secure = inner, strict, secure

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as the program does, with declared cookies only."""

        def answer(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if any(name.lower() == "set-cookie" for name, _value in headers):
                headers = [pair for pair in headers if self._may_leave(*pair)]
            return start_response(status, headers, *rest)

        return self._inner(environ, answer)

    def _may_leave(self, name: str, value: str) -> bool:
        found = fault(value, secure=self._secure) if name.lower() == "set-cookie" else ""
        if found and self._strict:
            raise UndeclaredCookie(found)
        if found:
            logs.log().error("cookie_dropped", error=found)
        return not found


def fault(set_cookie: str, *, secure: bool) -> str:
    """What is wrong with a Set-Cookie header, as a sentence without its value; empty if it may leave. Pure."""
    first, *rest = (part.strip() for part in set_cookie.split(";"))
    name = first.partition("=")[0].strip()
    said = {key.strip().lower(): value.strip() for key, _, value in (part.partition("=") for part in rest)}
    cookie = register.cookies.get(name)
    if cookie is None:
        return f"the cookie {name!r} is not in the register"
    wrong = _wrong_place(cookie, said) or _wrong_life(cookie, said) or _wrong_care(said, secure=secure)
    return f"the cookie {name!r} {wrong}" if wrong else ""


def _wrong_place(cookie: register.Cookie, said: dict[str, str]) -> str:
    if "domain" in said:
        return "names a domain: ours belong to this host alone"
    return "" if said.get("path") == cookie.path else f"must have the path {cookie.path}"


def _wrong_life(cookie: register.Cookie, said: dict[str, str]) -> str:
    if "max-age" not in said:
        return "says when it ends in one way only: use Max-Age" if "expires" in said else ""
    seconds = said["max-age"]
    if not seconds.lstrip("-").isdigit() or int(seconds) > cookie.seconds:
        return f"may live {cookie.seconds} seconds at most"
    return ""


def _wrong_care(said: dict[str, str], *, secure: bool) -> str:
    if "httponly" not in said:
        return "must be HttpOnly"
    if said.get("samesite", "").lower() not in {"lax", "strict"}:
        return "must be SameSite=Lax or Strict"
    return "must be Secure under https" if secure and "secure" not in said else ""
