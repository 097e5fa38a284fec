"""The error pages: one sentence of what happened, what is kept, and where to go next; JSON for programs."""

import secrets
from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask, Response, g, jsonify, redirect, request
from flask_limiter.errors import RateLimitExceeded
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from core import logs, web
from core.access import Door
from core.errors import (
    FormExpired,
    Invalid,
    NextStep,
    NotFound,
    NotSignedIn,
    ProofNeeded,
    Refusal,
    TooMany,
)
from core.forms import TOKEN_FIELD, came_from_here
from core.limits import too_many

SECRET_FIELDS = frozenset({TOKEN_FIELD, "password", "password_again", "current_password", "card"})


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What an error page shows. `typed` are the fields of an expired form, to send again."""

    status: int
    title: str
    sentence: str
    kept: str
    next: list[tuple[str, str]]
    typed: list[tuple[str, str]]


def install(app: Flask) -> None:
    """Answer refusals, HTTP errors, reached limits and the unforeseen."""
    app.register_error_handler(Refusal, answer)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(RateLimitExceeded, _limit)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _unforeseen)


def answer(refusal: Refusal) -> Response:
    """Page or JSON for a refusal; strangers at a private page are sent to sign in and brought back."""
    if wants_json():
        response = jsonify(
            errors=[
                {
                    "code": refusal.code,
                    "title": refusal.title,
                    "detail": refusal.sentence,
                }
            ]
        )
        response.status_code = refusal.status
    elif isinstance(refusal, NotSignedIn):
        return _to("/sign-in")
    elif isinstance(refusal, ProofNeeded) and request.method == "GET":
        return _to("/account/prove")
    else:
        response = _page(refusal)
    if refusal.challenge:
        response.headers["WWW-Authenticate"] = refusal.challenge
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def wants_json() -> bool:
    """True for programs: the APIs, and whoever prefers JSON to a page."""
    mark = g.get("mark")
    if request.path.startswith("/v1/") or (mark is not None and mark.door is Door.API):
        return True
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _page(refusal: Refusal) -> Response:
    steps = [(step.label, step.address) for step in refusal.next_steps]
    if isinstance(refusal, ProofNeeded):
        steps = [("Show that it is you", "/account/prove"), *steps]
    trouble = Trouble(
        status=refusal.status,
        title=refusal.title,
        sentence=refusal.sentence,
        kept="Nothing you had before was changed or lost.",
        next=steps or [("To the first page", "/"), ("Write to us", "/support")],
        typed=_typed() if isinstance(refusal, FormExpired | ProofNeeded) and came_from_here() else [],
    )
    return web.render("errors/page.html", status=refusal.status, error=trouble)


def _typed() -> list[tuple[str, str]]:
    pairs = ((name, value) for name, values in request.form.lists() for value in values)
    return [(name, value) for name, value in pairs if name not in SECRET_FIELDS]


def _to(door: str) -> Response:
    """Away to a door that leads back to the page that was asked for."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    query = f"?next={quote(wanted, safe='/')}" if wanted else ""
    return redirect(f"{door}{query}", 303)  # type: ignore[return-value]


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status in {301, 302, 303, 307, 308}:
        return error.get_response()  # type: ignore[return-value]
    refusal = NotFound() if status == 404 else Invalid(_sentence(status))
    refusal.status = status
    refusal.title = NotFound.title if status == 404 else error.name
    response = answer(refusal)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _sentence(status: int) -> str:
    sentences = {
        405: "This address does not take that kind of request. Nothing was changed.",
        413: "What was sent is larger than we can take. Nothing was changed.",
        415: "What was sent is of a kind that this address does not understand.",
    }
    return sentences.get(status, "The request could not be understood. Nothing was changed.")


def _limit(error: RateLimitExceeded) -> Response:
    return answer(too_many(error))


def _busy(error: OperationalError) -> Response:
    logs.log().error("store_busy", request=_reference(), error=logs.describe(error))
    refusal = TooMany(
        "The shop is very busy just now and could not store that. Nothing was changed.",
        retry_after=5,
    )
    refusal.status = 503
    return answer(refusal)


def _unforeseen(error: Exception) -> Response:
    reference = _reference()
    logs.log().error(
        "unforeseen",
        request=reference,
        route=str(request.url_rule),
        error=logs.describe(error),
    )
    sentence = (
        f"That is our fault, not yours. What you did was undone as a whole. Quote {reference} if you write to us."
    )
    refusal = Refusal(sentence, next_steps=(NextStep(label="To the first page", address="/"),))
    refusal.status, refusal.title = 500, "Something broke on our side"
    return answer(refusal)


def _reference() -> str:
    if "reference" not in g:
        g.reference = secrets.token_hex(4)
    return str(g.reference)
