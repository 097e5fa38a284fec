"""Handing events to programs: outside of any transaction, each try written down, given up after the last."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update

from core import clock, db, outgoing, web
from core.db import session
from core.jobs.service import job
from core.outgoing import Told
from storefront.webhooks import rules, service, telling
from storefront.webhooks.models import Delivery, Endpoint
from storefront.webhooks.rules import GONE, State

AT_ONCE = 50
STUCK = timedelta(minutes=2)
"""After so long somebody else tries what a worker took and never finished."""
KEPT = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """An event on its way."""

    id: int
    address: str
    event: str
    body: bytes
    secrets: tuple[bytes, ...]


@job("webhooks.send", own_transactions=True, every=1)
def send() -> None:
    """Send what is due."""
    for _one in range(AT_ONCE):
        with db.transaction():
            parcel = take()
        if parcel is None:
            return
        answer = hand_over(parcel)
        with db.transaction():
            note(parcel.id, answer)


@job("webhooks.forget", every=1440)
def forget() -> None:
    """What was told is kept for 30 days."""
    done = Delivery.state != State.WAITING.value
    session.execute(delete(Delivery).where(done, Delivery.made_at < clock.now() - KEPT))


def take() -> Parcel | None:
    """The next event that is due; nobody else takes it for a while."""
    now = clock.now()
    due = select(Delivery, Endpoint).join(Endpoint, Endpoint.id == Delivery.endpoint_id)
    due = (
        due.where(Delivery.due_at <= now, Endpoint.paused_at.is_(None)).order_by(Delivery.due_at, Delivery.id).limit(1)
    )
    found = session.execute(due.with_for_update(skip_locked=True, of=Delivery)).first()
    if found is None:
        return None
    delivery, endpoint = found
    mine = update(Delivery).where(Delivery.id == delivery.id, Delivery.due_at == delivery.due_at)
    if not session.execute(mine.values(due_at=now + STUCK)).rowcount:  # type: ignore[attr-defined]
        return None
    secrets = tuple(service.secrets_of(endpoint, now))
    body = delivery.body.encode()
    return Parcel(id=delivery.id, address=endpoint.address, event=delivery.event, body=body, secrets=secrets)


def hand_over(parcel: Parcel) -> Told:
    """Send it; what was answered."""
    seconds = int(clock.now().timestamp())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": parcel.event,
        "webhook-timestamp": str(seconds),
        "webhook-signature": rules.signature(parcel.secrets, parcel.event, seconds, parcel.body),
    }
    return outgoing.tell_program(parcel.address, parcel.body, headers, web.settings(), purpose="licenses")


def note(delivery_id: int, answer: Told) -> None:
    """Write down how a try ended, and when the next one follows."""
    delivery = session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None or delivery.state != State.WAITING.value:
        return
    endpoint, now = session.get_one(Endpoint, delivery.endpoint_id, with_for_update=True), clock.now()
    delivery.attempts, delivery.tried_at = delivery.attempts + 1, now
    delivery.status, delivery.words = answer.status, answer.words[:400].replace("\x00", "")
    wait = rules.next_wait(delivery.attempts)
    if rules.is_taken(answer.status):
        delivery.state, delivery.due_at, endpoint.misses = State.TAKEN.value, None, 0
    elif wait is None or answer.status == GONE:
        delivery.state, delivery.due_at, endpoint.misses = State.GIVEN_UP.value, None, endpoint.misses + 1
    else:
        delivery.due_at = now + wait
    if answer.status == GONE or endpoint.misses >= rules.PAUSED_AFTER:
        endpoint.paused_at = now
        telling.forget_known()
    session.flush()
