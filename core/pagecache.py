"""Pages of strangers, ready-made: kept by address, wishes and content version, for some seconds, in this process.

A stranger is a request without any cookie but the preferences. Only answers of views marked `cached` are kept. Every commit
that touched a public table makes a new version; a page made by another process is at most LIFETIME seconds old.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from redis import Redis

from core import clock

LIFETIME = 10.0
ROOM = 2000
KEEP = "licensepal.keep"
UNTIL = "licensepal.until"
"""In the environ: the moment from which the page would say something else, if that is known."""
SHOWN_QUERY = 300

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Page:
    """A finished answer: body, headers, its ETag, when it was made (monotonic seconds) and until when it says what is."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    etag: str
    made: float
    until: datetime | None

    @property
    def lasts(self) -> bool:
        """Whether it may still be shown."""
        return time.monotonic() - self.made <= LIFETIME and (self.until is None or clock.now() < self.until)


class Versions:
    """The number of the content's version, counted here or in Redis for several processes."""

    def __init__(self, redis: "Redis | None" = None) -> None:
        self._redis, self._own = redis, 0

    def now(self) -> int:
        """The present version."""
        return int(self._redis.get("licensepal:content") or 0) if self._redis else self._own

    def raise_(self, _touched: object = None) -> None:
        """What strangers see has changed."""
        if self._redis:
            self._redis.incr("licensepal:content")
        self._own += 1


class PageCache:
    """WSGI middleware in front of the program."""

    def __init__(self, program: Callable[..., Iterable[bytes]], versions: Versions) -> None:
        self._program, self._versions = program, versions
        self._pages: OrderedDict[tuple[object, ...], Page] = OrderedDict()
        self._lock = Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from the cache, or let the program answer and keep what may be kept."""
        if not _is_stranger(environ):
            return self._program(environ, start_response)
        key = (*_address(environ), self._versions.now())
        page = self._pages.get(key)
        if page is None or not page.lasts:
            return self._make(key, environ, start_response)
        return _send(page, environ, start_response)

    def _make(self, key: tuple[object, ...], environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        seen: list[Any] = []

        def catch(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            seen[:] = [status, headers, rest]
            return lambda _data: None

        answer = self._program(environ, catch)
        if not environ.get(KEEP) or not seen or not seen[0].startswith("200"):
            start_response(seen[0], seen[1], *seen[2])
            return answer
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        page = _page(seen[0], seen[1], body, environ.get(UNTIL))
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > ROOM:
                self._pages.popitem(last=False)
        return _send(page, environ, start_response)


def _page(status: str, headers: list[tuple[str, str]], body: bytes, until: datetime | None) -> Page:
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    kept = [(name, value) for name, value in headers if name.lower() not in {"cache-control", "etag", "vary"}]
    kept += [
        ("Cache-Control", f"public, max-age=0, s-maxage={_seconds(until)}"),
        ("ETag", etag),
        ("Vary", "Cookie"),
    ]
    return Page(status=status, headers=kept, body=body, etag=etag, made=time.monotonic(), until=until)


def _seconds(until: datetime | None) -> int:
    """How long a proxy may keep it, counted from the last moment at which it may be sent from here."""
    is_long = until is None or (until - clock.now()).total_seconds() > 2 * LIFETIME
    return int(LIFETIME) if is_long else 0


def _send(page: Page, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    if environ.get("HTTP_IF_NONE_MATCH") == page.etag:
        start_response(
            "304 NOT MODIFIED",
            [pair for pair in page.headers if not pair[0].startswith("Content-")],
        )
        return []
    start_response(page.status, page.headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [page.body]


def _is_stranger(environ: Environ) -> bool:
    if environ["REQUEST_METHOD"] != "GET" or len(environ.get("QUERY_STRING", "")) > SHOWN_QUERY:
        return False
    cookies = environ.get("HTTP_COOKIE", "")
    return all(part.strip().startswith("lp_prefs=") or "lp_" not in part for part in cookies.split(";"))


def _address(environ: Environ) -> tuple[str, str, str, str, str]:
    """Where a page stands; under http it is another one, which leads to https (clause P19)."""
    cookies = environ.get("HTTP_COOKIE", "").split(";")
    wishes = next((part.strip() for part in cookies if part.strip().startswith("lp_prefs=")), "")
    host, scheme = environ.get("HTTP_HOST", ""), environ.get("wsgi.url_scheme", "")
    return scheme, host, environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""), wishes
