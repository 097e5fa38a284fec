"""A license that somebody bought, and the shop answering at an address, for programs of all kinds to ask."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from werkzeug.serving import make_server

from core import clock
from core.opening import reveal
from storefront.activation.models import LicensePolicy
from storefront.activation.rules import AfterEnd, Begins, Lock, Overage
from storefront.licenses.models import License
from storefront.licenses.rules import LicenseVerb
from storefront.licenses.service import change
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import buy, ware


@dataclass(frozen=True)
class Sold:
    """A license somebody bought, in a shop that answers at this address."""

    shop: Shop
    address: str
    holder: Visitor
    id: int
    public_id: str
    key: str

    def change(self, verb: LicenseVerb) -> None:
        """Take a step."""
        with self.shop.transaction() as session:
            change(session.get_one(License, self.id), verb)

    def end(self, days: int = -1) -> None:
        """Let it end so many days from now."""
        with self.shop.transaction() as session:
            session.get_one(License, self.id).expires_at = clock.now() + timedelta(days=days)

    def allow(self, **said: Any) -> None:
        """Give its edition a policy."""
        usual = {"lock": Lock.FLOATING, "after_end": AfterEnd.RESTRICT, "begins": Begins.ISSUE, "overage": Overage.NONE}
        with self.shop.transaction() as session:
            edition = session.get_one(License, self.id).edition_id
            session.merge(LicensePolicy(edition_id=edition, offline_days=30, **{"entitlements": [], **usual, **said}))


def serving(shop: Shop) -> Iterator[Sold]:
    """Buy a license for three devices, and let the shop answer."""
    holder = shop.member()
    buy(holder, ware(shop))
    with shop.transaction() as session:
        license = session.scalars(select(License)).one()
        found = (license.id, license.public_id, reveal(license.key))
    server = make_server("127.0.0.1", 0, shop.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Sold(shop, f"http://127.0.0.1:{server.server_port}", holder, *found)
    server.shutdown()
    thread.join()
    server.server_close()
