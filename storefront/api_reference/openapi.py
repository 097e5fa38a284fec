"""The description of every door for programs, as OpenAPI 3.1 writes it. Pure."""

import re
from typing import Any

from storefront.api_reference.operations import BYTES, HTML, OPERATIONS, Operation
from storefront.api_reference.schemas import NAMED, SENT, ref

GROUPS = {
    "Licenses": "Keygen's licensing API, as far as its published clients use it. The same doors answer below "
    "`/v1/accounts/licensepal/`. Every answer is signed (`Keygen-Signature`).",
    "Devices": "The machines, users or domains on a license. Fingerprints are kept as salted hashes, addresses never.",
    "Lemon Squeezy": "Lemon Squeezy's License API, for the same keys.",
    "Keys": "What checks signatures.",
    "Releases": "For build servers, with a token from the page of one's tokens.",
    "Downloads": "Files, packages and update feeds, for whoever has a license.",
}
SECURITY = {
    "key": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "`License LPAL-…`"},
    "basic": {"type": "http", "scheme": "basic", "description": "any name, the license key as the password"},
    "token": {"type": "http", "scheme": "bearer", "description": "`lpat_…`"},
}
SAYS = {
    200: "Done",
    201: "Made",
    202: "Here so far",
    204: "Done, and nothing to say",
    206: "The asked-for range",
    304: "As you have it",
    400: "Not understood",
    401: "No key or token that works",
    403: "The license does not allow it now",
    404: "Nothing here",
    409: "Not as things are",
    416: "No such range",
    422: "Refused by a rule of the license",
    429: "Too often; `Retry-After` says when",
    503: "Busy; `Retry-After` says when",
}


def document(site: str, address: str) -> dict[str, Any]:
    """The whole of it. site: the shop's name; address: where it stands."""
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method.lower()] = _described(one)
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{site}: licenses for programs", "version": "1", "summary": "Check, activate, update."},
        "servers": [{"url": address}],
        "tags": [{"name": name, "description": says} for name, says in GROUPS.items()],
        "paths": paths,
        "components": {"schemas": {**NAMED, **SENT}, "securitySchemes": SECURITY},
    }


def _described(one: Operation) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": _name(one),
        "tags": [one.group],
        "summary": one.says,
        "parameters": _parameters(one),
        "responses": {str(status): _answer(one, status) for status in sorted(one.answers)},
    }
    if one.sends:
        said["requestBody"] = {"required": True, "content": {kind: _shape(one.sends, kind) for kind in one.sent_as}}
    if one.auth:
        said["security"] = [{one.auth: []}]
    return said


def _answer(one: Operation, status: int) -> dict[str, Any]:
    shape, kinds = one.answers[status]
    said: dict[str, Any] = {"description": SAYS[status]}
    if kinds:
        said["content"] = {kind: _shape(shape, kind) for kind in kinds}
    return said


def _shape(shape: str, kind: str) -> dict[str, Any]:
    if kind == BYTES:
        return {"schema": {"type": "string", "format": "binary"}}
    return {"schema": ref(shape) if shape and kind != HTML else {"type": "string"}}


def _parameters(one: Operation) -> list[dict[str, Any]]:
    words = {"schema": {"type": "string"}}
    path = [{"name": name, "in": "path", "required": True, **words} for name in re.findall(r"{(\w+)}", one.path)]
    return path + [{"name": name, "in": "query", "description": says, **words} for name, says in one.query.items()]


def _name(one: Operation) -> str:
    parts = re.findall(r"\w+", one.path.removeprefix("/v1/"))
    return one.method.lower() + "".join(part.capitalize() for part in parts)
