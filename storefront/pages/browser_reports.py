"""What browsers report of our own pages: what the policy of content stopped. Counted and logged without a word about who.

Both forms are read: the list of the Reporting API and the single `csp-report` of older browsers. Of a report remain its
kind, the rule that spoke, the kind of page it was, and whether the stopped thing was ours, inline or from elsewhere.
"""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request
from prometheus_client import Counter
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from core import logs
from core.access import public
from core.limits import limited
from storefront.pages import metrics

pages = Blueprint("browser_reports", __name__)
LARGEST, MOST = 16 * 1024, 10
KINDS = {"csp-violation": "policy", "deprecation": "deprecation", "intervention": "intervention", "crash": "crash"}
REPORTS = Counter(
    "licensepal_browser_reports", "What browsers reported of our pages", ["kind"], registry=metrics.REGISTRY
)
_WORD = re.compile(r"[a-z][a-z-]{1,40}", re.ASCII)


@pages.post("/reports")
@limited("report")
@public(form_token=False, own_transactions=True)
def take() -> Response:
    """Count what can be read; the answer is the same to everything."""
    for kind, body in _read(request.get_data(cache=False)[: LARGEST + 1]):
        REPORTS.labels(kind).inc()
        place = f"{_rule(body)} {_blocked(body)}".strip()
        logs.log().warning("browser_report", kind=kind, route=_route(body), place=place)
    return Response(status=204)


def _read(raw: bytes) -> list[tuple[str, dict[str, Any]]]:
    if len(raw) > LARGEST:
        return []
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        return []
    if isinstance(said, dict):
        body = said.get("csp-report")
        return [("policy", body)] if isinstance(body, dict) else []
    found = [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []
    known = [(KINDS.get(str(one.get("type"))), one.get("body")) for one in found[:MOST]]
    return [(kind, body) for kind, body in known if kind and isinstance(body, dict)]


def _rule(body: dict[str, Any]) -> str:
    said = body.get("effectiveDirective") or body.get("effective-directive") or body.get("violated-directive") or ""
    word = str(said).split(" ")[0]
    return word if _WORD.fullmatch(word) else ""


def _blocked(body: dict[str, Any]) -> str:
    said = str(body.get("blockedURL") or body.get("blocked-uri") or "")
    if said in {"inline", "eval", "wasm-eval", "trusted-types-sink", "trusted-types-policy", "data", "blob"}:
        return said
    if not said:
        return ""
    return "own" if urlsplit(said).netloc in {"", request.host} else "elsewhere"


def _route(body: dict[str, Any]) -> str:
    """The kind of page, as the map of addresses writes it: never the address itself."""
    path = urlsplit(str(body.get("documentURL") or body.get("document-uri") or "")).path or "/"
    try:
        rule, _given = current_app.url_map.bind("localhost").match(path, "GET", return_rule=True)
    except (HTTPException, RequestRedirect, ValueError):
        return "another"
    return str(rule.rule)
