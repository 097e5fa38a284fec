"""Rosettes and seals as pictures, drawn once per word and process."""

import hashlib
from collections.abc import Callable
from functools import lru_cache

from flask import Response, request

from core.engraving import rosette_svg, seal_svg
from core.errors import NotFound

LONGEST_SEED = 120
DRAWN = {"rosette": rosette_svg, "seal": seal_svg}


def answer(kind: str, seed: str) -> Response:
    """The picture, which any cache may keep for ever. Raises NotFound for a word that is too long."""
    if not 0 < len(seed) <= LONGEST_SEED:
        raise NotFound
    svg, etag = _drawn(kind, seed)
    response = Response(svg, mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.set_etag(etag)
    response.make_conditional(request)
    return response


@lru_cache(maxsize=512)
def _drawn(kind: str, seed: str) -> tuple[bytes, str]:
    draw: Callable[[str], str] = DRAWN[kind]
    svg = draw(seed).encode("utf-8", "replace")
    return svg, hashlib.sha256(svg).hexdigest()[:24]
