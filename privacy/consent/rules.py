"""From a ledger to what holds now, and what a browser's signal says. Pure."""

from collections.abc import Iterable, Mapping

SIGNALS = ("HTTP_SEC_GPC", "HTTP_DNT")


def state(entries: Iterable[tuple[str, bool]]) -> dict[str, bool]:
    """What holds after these entries (purpose, given), oldest first: the last word counts."""
    return dict(entries)


def has_signal(environ: Mapping[str, object]) -> bool:
    """True if the browser asks not to be followed: Sec-GPC or DNT with a 1, even when sent twice ("0, 1")."""
    return any(part.strip() == "1" for name in SIGNALS for part in str(environ.get(name, "")).split(","))
