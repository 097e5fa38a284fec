"""Access asked for in the panel: a request that waits for its export, and is answered by it."""

from core import events
from core.access import actor_of
from privacy.export.service import Asked, GivenUp, Made
from privacy.requests import service
from privacy.requests.rules import Door, Kind

ANSWER = "Your data was put together as a file, ready to be fetched in your panel for seven days."


def listen() -> None:
    """Hear of exports: asked for, finished, deleted by their person."""
    events.on(Asked, _ask)
    events.on(Made, _answer)
    events.on(GivenUp, _withdraw)


def _ask(event: Asked) -> None:
    """Whoever presses twice has asked once."""
    if service.lock_open(event.account_id, Kind.ACCESS, Door.PANEL) is None:
        service.open(event.account_id, kind=Kind.ACCESS, door=Door.PANEL, actor=actor_of(event.account_id))


def _answer(event: Made) -> None:
    found = service.lock_open(event.account_id, Kind.ACCESS, Door.PANEL)
    if found is not None:
        service.fulfilled(found, ANSWER)


def _withdraw(event: GivenUp) -> None:
    found = service.lock_open(event.account_id, Kind.ACCESS, Door.PANEL)
    if found is not None:
        service.withdraw(found, actor_of(event.account_id))
