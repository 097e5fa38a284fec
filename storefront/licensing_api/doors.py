"""What the doors of programs have in common: who knocks, how often, and the number of each request."""

import base64
import binascii
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response, g, request

from core import keys
from core.access import license_key
from core.errors import NotFound
from core.limits import limited, limiter
from storefront.activation import reading, service
from storefront.activation.reading import Found
from storefront.licensing_api import refusals, signing
from storefront.licensing_api.refusals import KeyMissing, KeyWrong
from storefront.signing import service as ring

View = TypeVar("View", bound=Callable[..., Response])


def prepare(pages: Blueprint) -> None:
    """Number and sign every answer of these doors, count how often who knocks, and answer refusals in their format."""
    refusals.install(pages)
    pages.before_request(_number)
    pages.after_request(_finish)
    pages.url_value_preprocessor(_of_this_account)


def door(pages: Blueprint, method: str, path: str, *, writes: bool = False) -> Callable[[View], View]:
    """A view at `/v1/…` and at `/v1/accounts/<account>/…`, for whoever brings a key."""

    def put(view: View) -> View:
        marked = license_key(writes=writes)(limited("license_key", key=caller)(limited("license")(view)))
        for prefix in ("/v1/", "/v1/accounts/<account>/"):
            pages.add_url_rule(prefix + path, view_func=marked, methods=[method])
        return view

    return put


def sent_key() -> str:
    """The license key of the request: `License KEY`, `Bearer KEY` or Basic with the user `license`. Refuses with KeyMissing."""
    kind, _, given = request.headers.get("Authorization", "").strip().partition(" ")
    if kind.lower() in {"license", "bearer"} and given.strip():
        return given.strip()
    if kind.lower() == "basic":
        return _basic(given)
    raise KeyMissing


def license_at_door(**named: Any) -> Found:
    """The license that the sent key opens. Refuses with KeyMissing, KeyWrong, and what is suspended or revoked."""
    found = reading.find(sent_key(), **named)
    if found is None:
        raise KeyWrong
    g.license_found = found
    service.check_answering(found)
    return found


def own(found: Found, named: str) -> Found:
    """The same license, if the address names it by its number or its key. Raises NotFound."""
    if named != found.row.license_public_id and named != found.key:
        raise NotFound
    return found


def caller() -> str:
    """Which key is used, as a hash: each is counted by itself."""
    given = request.headers.get("Authorization", "") or request.get_data(cache=True)[:2000].decode(errors="replace")
    return keys.keyed_hash("license.caller", given)


def _basic(given: str) -> str:
    try:
        name, _, key = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise KeyWrong from None
    if name != "license" or not key:
        raise KeyWrong
    return key


def _number() -> None:
    g.trace = secrets.token_hex(16)
    ring.current()  # which keys there are is known from here on, also where the request is undone


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("trace", "")
    counted = limiter.current_limit
    if counted is not None:
        window = int(counted.limit.get_expiry())
        response.headers["X-RateLimit-Window"] = f"{window}s"
        response.headers["X-RateLimit-Limit"] = str(counted.limit.amount)
        response.headers["X-RateLimit-Remaining"] = str(max(counted.remaining, 0))
        response.headers["X-RateLimit-Count"] = str(counted.limit.amount - max(counted.remaining, 0))
        response.headers["X-RateLimit-Reset"] = str(int(counted.reset_at))
    return signing.sign_answer(request, response)


def _of_this_account(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values is not None and values.pop("account", signing.ACCOUNT) != signing.ACCOUNT:
        raise NotFound
