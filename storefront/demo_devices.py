"""The demo's devices: on most licenses of our own making somebody uses the program, on machines of all kinds."""

import random
from datetime import timedelta

from sqlalchemy import select

from core import clock, db
from core.access import PROGRAM
from core.db import session
from privacy import gate
from storefront.activation import reading
from storefront.activation import service as activation
from storefront.activation.service import Newcomer
from storefront.catalogue.models import Product, Source
from storefront.licenses.models import License
from storefront.licenses.service import LIVE

MACHINES = (
    ("Workshop", "windows"),
    ("Laptop", "darwin"),
    ("Desk", "linux"),
    ("Studio", "windows"),
    ("Travel", "linux"),
)
LATEST = 25
"""So many days ago the last of them was seen, at most."""


def plant() -> None:
    """Put one or two devices on three of four licenses, each on a day of its own."""
    drawn = random.Random(7)  # noqa: S311 - invented machines, always the same
    with db.transaction(reading=True):
        wanted = select(License.id).join(Product, Product.id == License.product_id)
        mine = wanted.where(Product.source == Source.OWN.value, License.state.in_(LIVE))
        ids = list(session.scalars(mine.order_by(License.id)))
    for license_id in ids:
        if drawn.random() < 0.75:
            _use(license_id, drawn.sample(MACHINES, drawn.choice((1, 1, 2))), drawn.randint(0, LATEST))


def _use(license_id: int, machines: list[tuple[str, str]], days_ago: int) -> None:
    with clock.moved(-timedelta(days=days_ago)), db.transaction():
        license = session.get_one(License, license_id)
        key = gate.disclose(license.key, purpose="licenses", actor=PROGRAM)
        found = reading.find(key, product=str(license.product_id))
        if found is None or (found.row.machines or 0):
            return
        for name, platform in machines[: found.max_machines]:
            newcomer = Newcomer(fingerprint=f"demo-{license_id}-{name.lower()}", name=name, platform=platform)
            activation.activate(found, newcomer)
