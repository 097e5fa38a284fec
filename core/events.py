"""Call down, emit up: what happened below is told to whoever listens above, inside the same transaction."""

from collections.abc import Callable
from typing import TypeVar

from blinker import Signal

Event = TypeVar("Event")

_signals: dict[type, Signal] = {}
_kept: dict[tuple[type, str], object] = {}


def on(kind: type[Event], handler: Callable[[Event], None]) -> None:
    """Call this function for every event of that kind; the second time for the same function changes nothing."""
    name = f"{handler.__module__}.{handler.__qualname__}"
    if (kind, name) in _kept:
        return

    def receive(_sender: object, *, event: Event) -> None:
        handler(event)

    _kept[(kind, name)] = receive
    _signals.setdefault(kind, Signal()).connect(receive, weak=False)


def emit(event: object) -> None:
    """Tell all listeners now. What one of them raises undoes the whole transaction."""
    signal = _signals.get(type(event))
    if signal is not None:
        signal.send(None, event=event)
