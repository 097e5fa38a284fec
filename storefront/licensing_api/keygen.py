"""Keygen's licensing API, as far as its published clients use it: licenses."""

from typing import Any

from flask import Blueprint, Response, g, request

from core import clock
from storefront.activation import reading, refusals, service
from storefront.activation.judging import Scope, Verdict
from storefront.activation.reading import Found
from storefront.licensing_api import bodies, documents, files
from storefront.licensing_api.bodies import BadBody
from storefront.licensing_api.doors import door, license_at_door, own, prepare, sent_key
from storefront.licensing_api.refusals import KeyWrong, document

pages = Blueprint("keygen", __name__)
prepare(pages)


@door(pages, "POST", "licenses/actions/validate-key")
def validate_key() -> Response:
    """Check a key. Always 200 where the body is well formed; without the key it needs nothing else."""
    body = bodies.read()
    key = bodies.text(body, "meta", "key")
    if not key.strip():
        raise BadBody
    return _validated(_looked_up(key.strip(), bodies.scope(bodies.at(body, "meta", "scope"))), body)


@door(pages, "POST", "licenses/<named>/actions/validate")
def validate(named: str) -> Response:
    """Check the license of the key that was sent."""
    body = bodies.read()
    return _validated(_knocking(named, bodies.scope(bodies.at(body, "meta", "scope"))), body)


@door(pages, "GET", "licenses/<named>/actions/validate")
def quick_validate(named: str) -> Response:
    """The same without a scope."""
    return _validated(_knocking(named, Scope()), {})


@door(pages, "GET", "me")
def me() -> Response:
    """The license of the key that was sent."""
    return document({"data": documents.license_of(license_at_door())})


@door(pages, "GET", "licenses/<named>")
def license_(named: str) -> Response:
    """One's own license, by its number or its key."""
    return document({"data": documents.license_of(own(license_at_door(), named))})


@door(pages, "GET", "licenses/<named>/entitlements")
def entitlements(named: str) -> Response:
    """What the license's edition includes."""
    return document({"data": documents.entitlements_of(own(license_at_door(), named))})


@door(pages, "GET", "licenses/<named>/machines")
def machines_of(named: str) -> Response:
    """The devices on the license, the latest first."""
    found = own(license_at_door(), named)
    devices = reading.devices_of(found.id, most=limit())
    return document({"data": [documents.machine_of(found, one) for one in devices]})


@door(pages, "POST", "licenses/<named>/actions/check-in")
def check_in(named: str) -> Response:
    """The program asks again, as its policy wants."""
    found = own(license_at_door(), named)
    service.check_in(found)
    return document({"data": documents.license_of(reading.find(found.key) or found)})


@door(pages, "POST", "licenses/<named>/actions/increment-usage")
def increment(named: str) -> Response:
    """Count uses up."""
    return _used(named, 1, "increment")


@door(pages, "POST", "licenses/<named>/actions/decrement-usage")
def decrement(named: str) -> Response:
    """Count uses down."""
    return _used(named, -1, "decrement")


@door(pages, "POST", "licenses/<named>/actions/check-out")
def check_out(named: str) -> Response:
    """An offline file of the license, as a resource."""
    found, written = _file(named)
    return document({"data": files.resource(written, found, None)})


@door(pages, "GET", "licenses/<named>/actions/check-out", writes=True)
def check_out_file(named: str) -> Response:
    """The same as a file to keep."""
    found, written = _file(named)
    return as_file(written, f"{found.row.license_public_id}.lic")


def as_file(written: files.Written, name: str) -> Response:
    """A file to keep."""
    response = Response(written.certificate, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def limit() -> int:
    """How many the list was asked for, 100 at most."""
    typed = request.args.get("limit", "")
    return min(max(int(typed), 1), 100) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 100


def _looked_up(key: str, scope: Scope) -> tuple[Found | None, Scope]:
    named = {"product": scope.product or "", "fingerprints": scope.fingerprints or (), "machine": scope.machine or ""}
    found = reading.find(key, **named)  # type: ignore[arg-type]
    g.license_found = found
    return found, scope


def _knocking(named: str, scope: Scope) -> tuple[Found, Scope]:
    found, _scope = _looked_up(sent_key(), scope)
    if found is None:
        raise KeyWrong
    service.check_answering(found)
    return own(found, named), scope


def _validated(asked: tuple[Found | None, Scope], body: dict[str, Any]) -> Response:
    found, scope = asked
    verdict = service.validate(found, scope)
    if found is not None and not verdict.valid:
        refusals.note(found.id, g.trace, verdict.code)
    meta = _meta(verdict, scope, bodies.at(body, "meta"))
    return document({"data": documents.license_of(found) if found is not None else None, "meta": meta})


def _meta(verdict: Verdict, scope: Scope, asked: dict[str, Any]) -> dict[str, Any]:
    nonce = asked.get("nonce")
    if nonce is not None and not isinstance(nonce, int | str):
        raise BadBody
    return {
        "ts": documents.moment(clock.now()),
        "valid": verdict.valid,
        "detail": verdict.detail,
        "code": verdict.code,
        "nonce": nonce,
        "scope": dict(scope.asked) or None,
        "id": g.trace,
    }


def _used(named: str, sign: int, word: str) -> Response:
    found = own(license_at_door(), named)
    body = bodies.read()
    count = bodies.at(body, "meta", word, kind=int) or 1
    if not 0 < count <= 1_000_000:
        raise BadBody
    service.count_uses(found, sign * count)
    return document({"data": documents.license_of(reading.find(found.key) or found)})


def _file(named: str) -> tuple[Found, files.Written]:
    found = own(license_at_door(), named)
    return found, files.write(found, files.wish("license", request.args, found.policy.offline_days))
