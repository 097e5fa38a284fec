"""Refusals as programs read them: a code, a sentence, the place in what was sent, and the number of this request."""

import json
from typing import Any

from flask import Blueprint, Response, g, request
from flask_limiter.errors import RateLimitExceeded
from werkzeug.exceptions import HTTPException

from core import limits
from core.errors import Invalid, NotFound, Refusal, TooMany
from storefront.activation import refusals
from storefront.activation.rules import BadFingerprint, DeviceKnown, DeviceLimit, UseLimit
from storefront.licenses.rules import LicenseExpired, LicensePassedOn, LicenseRevoked, LicenseSuspended

MEDIA = "application/vnd.api+json"


class KeyMissing(Refusal):
    """A door that needs a key was opened without one."""

    status = 401
    code = "TOKEN_MISSING"
    title = "Unauthorized"
    sentence = "You must be authenticated to complete the request"


class KeyWrong(Refusal):
    """The key is on no license."""

    status = 401
    code = "LICENSE_INVALID"
    title = "Unauthorized"
    sentence = "License key is invalid"


class BadAsk(Invalid):
    """A file was asked for in a way that does not exist; `parameter` says which part of the address is meant."""

    title = "Bad request"

    def __init__(self, code: str, sentence: str, parameter: str) -> None:
        super().__init__(sentence)
        self.code, self.parameter = code, parameter


NAMES: dict[type[Refusal], tuple[int, str, str, str]] = {
    DeviceKnown: (422, "FINGERPRINT_TAKEN", "has already been taken", "/data/attributes/fingerprint"),
    DeviceLimit: (422, "MACHINE_LIMIT_EXCEEDED", "", "/data"),
    UseLimit: (422, "USES_LIMIT_EXCEEDED", "usage exceeds maximum allowed for license", "/data/attributes/uses"),
    BadFingerprint: (
        422,
        "FINGERPRINT_INVALID",
        "must be a text of 1 to 200 characters",
        "/data/attributes/fingerprint",
    ),
    LicenseSuspended: (403, "LICENSE_SUSPENDED", "License is suspended", ""),
    LicenseExpired: (403, "LICENSE_EXPIRED", "License is expired", ""),
    LicenseRevoked: (403, "LICENSE_BANNED", "License is revoked", ""),
    LicensePassedOn: (403, "LICENSE_BANNED", "License was passed on to somebody else", ""),
    NotFound: (404, "NOT_FOUND", "The requested resource was not found", ""),
}
TITLES = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Access denied",
    404: "Not found",
    422: "Unprocessable resource",
}


def install(pages: Blueprint) -> None:
    """Answer every refusal of these doors in their own format."""
    pages.register_error_handler(Refusal, answer)
    pages.register_error_handler(RateLimitExceeded, lambda error: answer(limits.too_many(error)))
    pages.register_error_handler(HTTPException, lambda error: answer(_http(error)))


def answer(refusal: Refusal) -> Response:
    """The document for a refusal. What failed on a known license is noted for its holder."""
    status, code, detail, pointer = _named(refusal)
    found = g.get("license_found")
    if found is not None and status in {403, 422}:
        refusals.note(found.id, g.trace, code)
    entry: dict[str, Any] = {"title": TITLES.get(status, refusal.title), "detail": detail, "code": code}
    if pointer:
        entry["source"] = {"pointer": pointer}
    if isinstance(refusal, BadAsk):
        entry["source"] = {"parameter": refusal.parameter}
    response = document({"meta": {"id": g.get("trace", "")}, "errors": [entry]}, status)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'License realm="licensepal"'
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def document(body: dict[str, Any], status: int = 200) -> Response:
    """A document of JSON:API."""
    return Response(json.dumps(body, separators=(",", ":")), status, mimetype=MEDIA)


def _named(refusal: Refusal) -> tuple[int, str, str, str]:
    for kind, (status, code, detail, pointer) in NAMES.items():
        if isinstance(refusal, kind):
            return status, code, detail or refusal.sentence, pointer
    if isinstance(refusal, TooMany):
        return 429, "TOO_MANY_REQUESTS", refusal.sentence, ""
    code = refusal.code if refusal.code.isupper() else refusal.code.upper()
    return refusal.status, code, refusal.sentence, ""


def _http(error: HTTPException) -> Refusal:
    status = error.code or 500
    refusal: Refusal = NotFound() if status == 404 else Invalid(f"{request.method} is not possible here: {error.name}.")
    refusal.status = status
    refusal.code = "NOT_FOUND" if status == 404 else error.name.upper().replace(" ", "_")
    return refusal
