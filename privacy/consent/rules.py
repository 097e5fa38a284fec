"""From a ledger to what holds now, and what a browser's signal says. Pure."""

from collections.abc import Iterable, Mapping

SIGNALS = ("HTTP_SEC_GPC", "HTTP_DNT")
WAYS = {
    "changes": "on the page of changes",
    "panel": "here in your panel",
    "beside": "beside what it showed you",
    "link": "by the link in a mail",
    "one-click": "by the button of your mail program",
    "mail": "by a mail to us",
    "letter": "by a letter, entered by our staff",
    "telephone": "by telephone, entered by our staff",
    "form": "by a form on our pages",
    "sign-up": "when you signed up",
    "checkout": "at checkout",
    "confirmed mail": "by confirming a mail",
}


def state(entries: Iterable[tuple[str, bool]]) -> dict[str, bool]:
    """What holds after these entries (purpose, given), oldest first: the last word counts."""
    return dict(entries)


def has_signal(environ: Mapping[str, object]) -> bool:
    """True if the browser asks not to be followed: Sec-GPC or DNT with a 1, even when sent twice ("0, 1")."""
    return any(part.strip() == "1" for name in SIGNALS for part in str(environ.get(name, "")).split(","))


def how(way: str) -> str:
    """The way a choice came, as the person reads it."""
    return WAYS.get(way, way)
