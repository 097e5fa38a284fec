"""Signed, expiring texts: what leaves the program in a link or a form and must come back unchanged."""

from datetime import timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

from core import keys
from core.errors import Invalid


class LinkExpired(Invalid):
    """A signed link was altered, or is older than it may be."""

    code = "link_expired"
    title = "This link no longer works"
    sentence = "The link was used up, is too old or was cut off on its way. Ask for a new one."


def sign(purpose: str, value: object) -> str:
    """A text that carries the value (JSON types only), readable by anybody, alterable by nobody."""
    return _serializer(purpose).dumps(value)


def read(purpose: str, token: str, *, within: timedelta) -> object:
    """The value that was signed for this purpose within that time. Raises LinkExpired."""
    try:
        value: object = _serializer(purpose).loads(token, max_age=int(within.total_seconds()))
    except BadSignature:
        raise LinkExpired from None
    return value


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(keys.derived(f"token:{purpose}"), salt=purpose)
