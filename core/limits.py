"""Named rate limits. An address is needed for a moment here: it is kept only as a hash under a key that is random,
lives in memory or in the shared cache, and is replaced daily (clause P2)."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from threading import Timer
from typing import Any, TypeVar, cast

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded
from limits.storage import MemoryStorage
from redis import Redis

from core import clock
from core.errors import TooMany
from core.settings import Environment, Settings

View = TypeVar("View", bound=Callable[..., Any])

LIMITS = {
    "sign_in": "10 per minute; 60 per hour",
    "sign_up": "10 per hour",
    "reset": "6 per hour",
    "confirm_again": "6 per hour",
    "change_email": "6 per hour",
    "checkout": "20 per minute",
    "post": "12 per minute; 200 per hour",
    "preview": "60 per minute",
    "draft": "60 per minute",
    "search": "60 per minute",
    "reveal": "30 per minute",
    "voucher": "10 per minute; 60 per hour",
    "form": "60 per minute",
    "report": "20 per minute; 200 per hour",
    "try": "20 per minute; 200 per hour",
    "export": "6 per hour",
    "api": "120 per minute; 3000 per hour",
    "license": "600 per minute",
    "license_key": "120 per minute",
    "lemon": "60 per minute",
    "whmcs": "30 per minute; 200 per hour",
}


class QuietMemory(MemoryStorage):
    """Counts in memory. The library starts a thread at every hit to forget what is over; here one does it for all."""

    STORAGE_SCHEME = ["quiet"]  # noqa: RUF012 - the library reads it as its own classes say it
    SECONDS = 10.0

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: str) -> None:
        super().__init__(uri, wrap_exceptions, **options)
        self.timer.cancel()
        self.timer = Sweep(self.SECONDS, self._MemoryStorage__expire_events)  # type: ignore[attr-defined]
        self.timer.daemon = True
        self.timer.start()


class Sweep(Timer):
    """A timer that goes on."""

    def run(self) -> None:
        """Do it again and again, until the process ends or somebody cancels it."""
        while not self.finished.wait(self.interval):
            self.function(*self.args, **self.kwargs)


class DailyKey:
    """The random key of the day, shared through Redis where there are several processes."""

    def __init__(self, redis: "Redis | None" = None) -> None:
        self._redis, self._own = redis, {0: b""}

    def of(self, day: int) -> bytes:
        """The key of that day (days since 1970), made when first asked for; older ones are forgotten."""
        if day not in self._own:
            self._own = {day: self._shared(day) if self._redis else secrets.token_bytes(32)}
        return self._own[day]

    def _shared(self, day: int) -> bytes:
        assert self._redis is not None
        name = f"licensepal:day-key:{day}"
        self._redis.set(name, secrets.token_bytes(32), nx=True, ex=2 * 86400)
        found = self._redis.get(name)
        return found if isinstance(found, bytes) else secrets.token_bytes(32)


_daily = DailyKey()
limiter = Limiter(key_func=lambda: visitor_hash(), headers_enabled=False, strategy="moving-window")


def visitor_hash() -> str:
    """Who counts as one caller: the account if signed in, otherwise the hashed address of the connection."""
    person = g.get("person")
    text = f"account:{person.id}" if person else f"address:{request.remote_addr or ''}"
    day = int(clock.now().timestamp()) // 86400
    return hmac.new(_daily.of(day), text.encode(), hashlib.sha256).hexdigest()[:32]


def limited(
    name: str, *, key: Callable[[], str] | None = None, only_when: Callable[[Response], bool] | None = None
) -> Callable[[View], View]:
    """Apply the named limit to a view, once per caller, or per what `key` answers. only_when: which answers count."""
    more: dict[str, Any] = {"deduct_when": only_when} if only_when else {}
    limit: Any = limiter.limit(LIMITS[name], key_func=key, **more) if key else limiter.limit(LIMITS[name], **more)
    return cast(Callable[[View], View], limit)


def install(app: Flask, settings: Settings) -> None:
    """Keep counts in memory, or in Redis or Valkey where one is set."""
    global _daily
    store = settings.redis_url or "quiet://"
    app.config["RATELIMIT_STORAGE_URI"] = store
    app.config["RATELIMIT_ENABLED"] = settings.environment is not Environment.TEST or app.config.get("LIMITS", False)
    _daily = DailyKey(Redis.from_url(settings.redis_url) if settings.redis_url else None)
    limiter.init_app(app)
    _ask_only_where_marked(app)


def _ask_only_where_marked(app: Flask) -> None:
    """A limit stands on its view and is asked there; flask-limiter would look for others around every request."""
    around: tuple[list[Any], ...] = (app.before_request_funcs[None], app.after_request_funcs[None])
    for hooks in around:
        hooks[:] = [hook for hook in hooks if not _is_limiters(hook)]


def _is_limiters(hook: Any) -> bool:
    return limiter in (getattr(hook, "__self__", None), *getattr(hook, "args", ()))


def too_many(error: RateLimitExceeded) -> TooMany:
    """The refusal for a limit that was reached, with an honest time to wait in seconds."""
    seconds = int(error.limit.limit.get_expiry()) if error.limit else 60
    wait = f"{seconds} seconds" if seconds < 120 else f"{seconds // 60} minutes"
    return TooMany(
        f"That was asked for more often than we allow. Nothing is lost; it works again within {wait}.",
        retry_after=seconds,
    )
