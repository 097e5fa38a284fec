"""Counts and durations of requests by route and status for Prometheus: no address, no query, nobody's name."""

import time

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from core import keys, web
from core.errors import NotFound

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "licensepal_requests", "Requests answered by a view", ["route", "method", "status"], registry=REGISTRY
)
SECONDS = Histogram("licensepal_request_seconds", "Time until the answer was ready", ["route"], registry=REGISTRY)
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})


def install(app: Flask) -> None:
    """Count every request from now on. Pages that the page cache answered never reach this point."""
    app.after_request(_count)


def page() -> Response:
    """All numbers of this process. Raises NotFound for everybody without the bearer token that is set."""
    wanted = web.settings().metrics_token
    said = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not wanted or not keys.same(said, wanted):
        raise NotFound
    response = Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response


def _count(response: Response) -> Response:
    asked, now = request._get_current_object(), time.perf_counter()  # type: ignore[attr-defined]
    route = str(asked.url_rule.rule) if asked.url_rule else "-"
    method = asked.method if asked.method in METHODS else "other"
    REQUESTS.labels(route, method, str(response.status_code)).inc()
    SECONDS.labels(route).observe(now - g.get("started", now))
    return response
