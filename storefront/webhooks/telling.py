"""From a fact to what waits for each program: written in the transaction of the fact, so that it is told once and surely."""

import json
import secrets
from datetime import UTC
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from core import clock, db, snapshot
from core.db import session
from core.events import on
from core.jobs.service import start
from storefront.activation import history
from storefront.licenses.models import License
from storefront.orders.models import Order
from storefront.orders.service import OrderRefunded, OrderSettled
from storefront.releases.models import Release
from storefront.releases.service import ReleasePublished
from storefront.webhooks.models import Delivery, Endpoint
from storefront.webhooks.rules import OF_VERB, Kind, State

KEPT = Endpoint.__tablename__
Known = list[tuple[int, frozenset[str]]]


def listen() -> None:
    """Hear of licenses, orders and releases."""
    history.tell(_of_license)
    on(OrderSettled, lambda event: _of_order(event.order_id, Kind.ORDER_PAID))
    on(OrderRefunded, lambda event: _of_order(event.order_id, Kind.ORDER_REFUNDED))
    on(ReleasePublished, _of_release)


def put(connection: Connection, kind: Kind, data: dict[str, Any], only: int = 0) -> None:
    """Let it wait for every program that is told this kind; `only`: for this one, whatever it is told otherwise."""
    known = [only] if only else [one for one, kinds in _known(connection) if kind.value in kinds]
    if not known:
        return
    now, event = clock.now(), f"evt_{secrets.token_hex(16)}"
    said = {"type": kind.value, "timestamp": now.astimezone(UTC).isoformat(timespec="seconds"), "data": data}
    body = json.dumps(said, separators=(",", ":"))
    same = {"event": event, "kind": kind.value, "body": body, "made_at": now, "due_at": now}
    rows = [{"endpoint_id": one, "state": State.WAITING.value, **same} for one in known]
    connection.execute(insert(Delivery), rows)
    start("webhooks.send")


def _known(connection: Connection) -> Known:
    """Who is told what; asked again after some seconds, or once that was changed here."""
    wanted = select(Endpoint.id, Endpoint.kinds).where(Endpoint.paused_at.is_(None))

    def load() -> Known:
        return [(one.id, frozenset(one.kinds)) for one in connection.execute(wanted)]

    return snapshot.keep(KEPT, load, tables=(KEPT,))


def forget_known() -> None:
    """Ask again who is told what."""
    db.current().snapshots.pop(KEPT, None)


def _of_license(connection: Connection, license_id: int, verb: str, details: dict[str, Any]) -> None:
    kind = OF_VERB.get(verb)
    if kind is None or not any(kind.value in kinds for _one, kinds in _known(connection)):
        return
    wanted = select(License.public_id, License.product_id, License.edition_id).where(License.id == license_id)
    row = connection.execute(wanted).one()
    data = {"license": row.public_id, "product": row.product_id, "edition": row.edition_id}
    device = {"device": details["device"]} if "device" in details else {}
    put(connection, kind, {**data, **device})


def _of_order(order_id: int, kind: Kind) -> None:
    number = session.scalar(select(Order.number).where(Order.id == order_id))
    put(session.connection(), kind, {"order": number})


def _of_release(event: ReleasePublished) -> None:
    release = session.get_one(Release, event.release_id)
    data = {"product": release.product_id, "version": str(release.version), "channel": release.channel}
    put(session.connection(), Kind.RELEASE_PUBLISHED, data)
