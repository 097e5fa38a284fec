"""Programs that are told of events: made, changed, paused; their secrets; and what each was told."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select

from core import clock, outgoing
from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import NotFound
from core.jobs.service import start
from core.settings import Settings
from storefront.signing.locking import lock, unlock
from storefront.webhooks import rules, telling
from storefront.webhooks.models import Delivery, Endpoint
from storefront.webhooks.rules import AddressRefused, Kind, Paused, State

NAME = "webhook"
MOST = 50


def all_of_them() -> list[tuple[Endpoint, int]]:
    """Every program, with how much waits for it."""
    waiting = (
        select(func.count()).where(Delivery.endpoint_id == Endpoint.id, Delivery.state == State.WAITING.value)
    ).scalar_subquery()
    return [(one, count) for one, count in session.execute(select(Endpoint, waiting).order_by(Endpoint.id))]


def get(endpoint_id: int) -> Endpoint:
    """One of them. Raises NotFound."""
    found = session.get(Endpoint, endpoint_id)
    if found is None:
        raise NotFound("There is no such program.")
    return found


def add(address: str, kinds: Iterable[str], settings: Settings, actor: Actor) -> tuple[Endpoint, str]:
    """A new one and its secret, which is shown this once. Refuses with AddressRefused or NothingChosen."""
    address = address.strip()
    if len(address) > rules.LONGEST or not outgoing.is_reachable(address, settings):
        raise AddressRefused
    raw, wanted = secrets.token_bytes(rules.SECRET_BYTES), rules.read_kinds(kinds)
    made = Endpoint(address=address, kinds=wanted, locked=lock(raw, NAME), made_at=clock.now())
    session.add(made)
    _changed(made, "add", actor)
    return made, rules.secret_text(raw)


def choose(endpoint: Endpoint, kinds: Iterable[str], actor: Actor) -> None:
    """Tell it these kinds from now on. Refuses with NothingChosen."""
    endpoint.kinds = rules.read_kinds(kinds)
    _changed(endpoint, "change", actor)


def renew_secret(endpoint: Endpoint, actor: Actor) -> str:
    """Another secret, shown this once; for a day events are signed under both."""
    raw = secrets.token_bytes(rules.SECRET_BYTES)
    endpoint.before, endpoint.before_until = endpoint.locked, clock.now() + rules.OVERLAP
    endpoint.locked = lock(raw, NAME)
    _changed(endpoint, "renew secret of", actor)
    return rules.secret_text(raw)


def pause(endpoint: Endpoint, actor: Actor) -> None:
    """Send nothing more there; what waits stays."""
    endpoint.paused_at = endpoint.paused_at or clock.now()
    _changed(endpoint, "pause", actor)


def go_on(endpoint: Endpoint, actor: Actor) -> None:
    """Send again, what waited included."""
    endpoint.paused_at, endpoint.misses = None, 0
    _changed(endpoint, "let go on", actor)
    start("webhooks.send")


def remove(endpoint: Endpoint, actor: Actor) -> None:
    """Forget it, and what it was told."""
    number = endpoint.id
    session.execute(delete(Delivery).where(Delivery.endpoint_id == number))
    session.delete(endpoint)
    session.flush()
    telling.forget_known()
    audit.record(actor, "remove", NAME, number)


def try_out(endpoint: Endpoint, actor: Actor) -> None:
    """Tell it something that means nothing. Refuses with Paused."""
    if endpoint.paused_at is not None:
        raise Paused
    telling.put(session.connection(), Kind.TEST, {"words": "Nothing happened; this is a test."}, only=endpoint.id)
    audit.record(actor, "test", NAME, endpoint.id)


def replay(endpoint: Endpoint, delivery_id: int, actor: Actor) -> None:
    """Tell it an event once more, under the same number. Raises NotFound, Paused."""
    found = session.get(Delivery, delivery_id)
    if found is None or found.endpoint_id != endpoint.id:
        raise NotFound("There is no such event for this program.")
    if endpoint.paused_at is not None:
        raise Paused
    found.state, found.attempts, found.due_at = State.WAITING.value, 0, clock.now()
    session.flush()
    audit.record(actor, "replay", NAME, endpoint.id, event=found.event)
    start("webhooks.send")


def told(endpoint: Endpoint, before: int = 0) -> Sequence[Delivery]:
    """What it was told, the latest first."""
    wanted = select(Delivery).where(Delivery.endpoint_id == endpoint.id)
    wanted = wanted.where(Delivery.id < before) if before else wanted
    return session.scalars(wanted.order_by(Delivery.id.desc()).limit(MOST)).all()


def secrets_of(endpoint: Endpoint, now: datetime) -> list[bytes]:
    """Under what its events are signed now."""
    both = endpoint.before and endpoint.before_until is not None and now < endpoint.before_until
    return [unlock(one, NAME) for one in ((endpoint.locked, endpoint.before) if both else (endpoint.locked,))]


def _changed(endpoint: Endpoint, verb: str, actor: Actor) -> None:
    session.flush()
    telling.forget_known()
    audit.record(actor, verb, NAME, endpoint.id, kinds=", ".join(endpoint.kinds))
