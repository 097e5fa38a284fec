"""What each request leaves: its route's name for the counter, and, where somebody asked for a list, an entry there."""

from flask import Flask, Response, g, request

from core import events, web
from privacy.consent import rules as signals
from privacy.consent import service as consent
from privacy.pageviews import service
from privacy.pageviews.counting import ROUTE

UNSEEN = ("/static/", "/staff", "/healthz", "/readyz", "/metrics", "/img/", "/.well-known/", "/demo/", "/v1/")
"""What is no page of a visitor: never counted, never on a list."""


def install(app: Flask) -> None:
    """Hear the browser's signal before each view, name the route after it, and delete lists that are switched off."""
    app.before_request(_hear)
    app.after_request(_name)
    events.on(consent.PurposeSwitched, service.on_switched)


def has_signal() -> bool:
    """True if this request carries Sec-GPC: 1 or DNT: 1."""
    return signals.has_signal(request.environ)


def _hear() -> None:
    person = g.get("person")
    consent.hear_signal(person.id if person is not None and has_signal() else 0)


def _name(response: Response) -> Response:
    asked = request._get_current_object()  # type: ignore[attr-defined]
    route = asked.url_rule.rule if asked.url_rule is not None else ""
    if response.status_code != 200 or response.mimetype != "text/html" or route.startswith(UNSEEN) or not route:
        asked.environ[ROUTE] = ""
        return response
    asked.environ[ROUTE] = route
    token = asked.cookies.get(service.COOKIE)
    if token and asked.method == "GET" and not has_signal():
        person = web.person()
        service.note_visit(token, person.id if person else None, route)
    return response
