"""Reading what programs send: JSON of a small size and depth, or a form; everything else is refused by name."""

import json
from collections.abc import Mapping
from typing import Any

from flask import request

from core.errors import Invalid
from storefront.activation.judging import Scope

LARGEST = 64 * 1024
DEEPEST = 12
MOST_ITEMS = 64


class BadBody(Invalid):
    """What was sent is not a document of the kind that this door takes."""

    code = "BAD_REQUEST"
    sentence = "The request could not be completed because its body is not a document that this address takes."


def read() -> dict[str, Any]:
    """The JSON object that was sent; nothing sent is an empty one. Refuses with BadBody."""
    if (request.content_length or 0) > LARGEST:
        raise BadBody
    raw = request.get_data(cache=True)
    if not raw:
        return {}
    try:
        found = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadBody from None
    if not isinstance(found, dict) or not _is_flat(found, DEEPEST):
        raise BadBody
    return found


def fields(*names: str) -> dict[str, str]:
    """The named fields of a form or of a JSON object, as text; what is missing is left out."""
    if request.mimetype in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        sent: Mapping[str, Any] = request.form
    else:
        sent = read() or request.args
    return {name: str(sent[name]) for name in names if name in sent and isinstance(sent[name], str | int)}


def at(document: Mapping[str, Any], *path: str, kind: type = dict) -> Any:
    """What stands there in a document, or an empty one of the kind. Refuses with BadBody what is of another kind."""
    found: Any = document
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    if found is None:
        return kind()
    if not isinstance(found, kind) or isinstance(found, bool):
        raise BadBody
    return found


def text(document: Mapping[str, Any], *path: str, most: int = 500) -> str:
    """The text that stands there ("": none). Refuses with BadBody what is no text, is too long or holds NUL."""
    found: str = at(document, *path, kind=str)
    if len(found) > most or "\x00" in found:
        raise BadBody
    return found


def scope(asked: Mapping[str, Any]) -> Scope:
    """What a program asks a check to be scoped to. Refuses with BadBody."""
    fingerprints = _texts(asked, "fingerprints")
    single = _text(asked, "fingerprint")
    if single is not None:
        fingerprints = (*(fingerprints or ()), single)
    return Scope(
        product=_text(asked, "product") or None,
        policy=_text(asked, "policy") or None,
        user=_text(asked, "user") or None,
        machine=_text(asked, "machine") or None,
        fingerprints=fingerprints,
        entitlements=_texts(asked, "entitlements"),
        version=_text(asked, "version"),
        checksum=_text(asked, "checksum"),
        asked=asked,
    )


def _text(asked: Mapping[str, Any], name: str) -> str | None:
    if asked.get(name) is None:
        return None
    if isinstance(asked[name], int) and not isinstance(asked[name], bool):
        return str(asked[name])
    return text(asked, name)


def _texts(asked: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    if asked.get(name) is None:
        return None
    found = at(asked, name, kind=list)
    if len(found) > MOST_ITEMS or not all(isinstance(one, str) and len(one) <= 500 for one in found):
        raise BadBody
    return tuple(found)


def _is_flat(value: object, depth: int) -> bool:
    if isinstance(value, dict):
        return depth > 0 and all(_is_flat(one, depth - 1) for one in value.values())
    if isinstance(value, list):
        return depth > 0 and all(_is_flat(one, depth - 1) for one in value)
    return True


def _no_constant(name: str) -> None:
    raise ValueError(name)
