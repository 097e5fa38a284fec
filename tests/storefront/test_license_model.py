"""License × verb × time: whatever is done in whatever order, the doors answer what a small model says."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from core import clock
from core.opening import reveal
from storefront.activation.models import LicensePolicy
from storefront.activation.rules import AfterEnd, Begins, Lock, Overage
from storefront.licenses.models import License
from storefront.licenses.rules import LicenseVerb
from storefront.licenses.service import change
from tests.shop import Shop
from tests.storefront.order_builders import buy, ware

MACHINES, USES = 2, 3
DEVICES = st.sampled_from(["kiln-1", "kiln-2", "kiln-3"])


class Doors:
    """A shop with one holder, who buys a license for each run."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.holder, self.ware = shop, shop.member(), ware(shop)
        with shop.transaction() as session:
            kept: dict[str, Any] = {"lock": Lock.FLOATING, "after_end": AfterEnd.RESTRICT, "begins": Begins.ISSUE}
            kept |= {"overage": Overage.NONE, "offline_days": 30, "entitlements": []}
            kept |= {"max_machines": MACHINES, "max_uses": USES}
            session.merge(LicensePolicy(edition_id=self.ware.edition_id, **kept))

    def buy(self) -> tuple[int, str, str]:
        """Number, public number and key of a new license."""
        buy(self.holder, self.ware)
        with self.shop.transaction() as session:
            license = session.scalars(select(License).order_by(License.id.desc()).limit(1)).one()
            return license.id, license.public_id, reveal(license.key)


class Machine(RuleBasedStateMachine):
    """The model: the devices, the uses, the state by name, and when it ends."""

    doors: Doors

    def __init__(self) -> None:
        super().__init__()
        self.id, self.public_id, self.key = self.doors.buy()
        self.devices: set[str] = set()
        self.beats: dict[str, timedelta] = {}
        self.uses, self.suspended, self.revoked = 0, False, False
        self.later, self.ends = timedelta(), None

    ends: datetime | None

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Status, and the code of a refusal."""
        with clock.moved(self.later):
            client = self.doors.shop.app.test_client(use_cookies=False)
            sent = {"Authorization": f"License {self.key}"}
            answer = client.open(f"/v1/{path}", method=method, json=body, headers=sent)
        said = answer.get_json(silent=True) or {}
        return answer.status_code, said["errors"][0]["code"] if "errors" in said else ""

    @property
    def ended(self) -> bool:
        """Whether its last day is over."""
        with clock.moved(self.later):
            return self.ends is not None and self.ends <= clock.now()

    def closed(self, *, by_end: bool = True) -> tuple[int, str] | None:
        """What every door answers, if the license is not open."""
        if self.revoked:
            return 403, "LICENSE_BANNED"
        if self.suspended:
            return 403, "LICENSE_SUSPENDED"
        return (403, "LICENSE_EXPIRED") if by_end and self.ended else None

    @rule(device=DEVICES)
    def activate(self, device: str) -> None:
        license = {"data": {"type": "licenses", "id": self.public_id}}
        data = {"type": "machines", "attributes": {"fingerprint": device}, "relationships": {"license": license}}
        wanted = self.closed() or (201, "")
        if wanted[0] == 201 and device in self.devices:
            wanted = (422, "FINGERPRINT_TAKEN")
        elif wanted[0] == 201 and len(self.devices) == MACHINES:
            wanted = (422, "MACHINE_LIMIT_EXCEEDED")
        assert self.call("POST", "machines", {"data": data}) == wanted
        if wanted[0] == 201:
            self.devices.add(device)

    @rule(device=DEVICES)
    def deactivate(self, device: str) -> None:
        wanted = self.closed(by_end=False) or ((204, "") if device in self.devices else (404, "NOT_FOUND"))
        assert self.call("DELETE", f"machines/{device}") == wanted
        if wanted[0] == 204:
            self.devices.discard(device)
            self.beats.pop(device, None)

    @rule(device=DEVICES)
    def ping(self, device: str) -> None:
        wanted = self.closed(by_end=False) or ((200, "") if device in self.devices else (404, "NOT_FOUND"))
        assert self.call("POST", f"machines/{device}/actions/ping", {}) == wanted
        if wanted[0] == 200:
            self.beats[device] = self.later

    @rule(many=st.integers(1, 2))
    def use(self, many: int) -> None:
        wanted = self.closed() or ((200, "") if self.uses + many <= USES else (422, "USES_LIMIT_EXCEEDED"))
        path = f"licenses/{self.public_id}/actions/increment-usage"
        assert self.call("POST", path, {"meta": {"increment": many}}) == wanted
        self.uses += many if wanted[0] == 200 else 0

    @precondition(lambda self: not self.revoked)
    @rule()
    def pause_or_restore(self) -> None:
        self.step(LicenseVerb.RESTORE if self.suspended else LicenseVerb.SUSPEND)
        self.suspended = not self.suspended

    @precondition(lambda self: not self.revoked)
    @rule()
    def revoke(self) -> None:
        self.step(LicenseVerb.REVOKE)
        self.revoked = True

    @rule(days=st.integers(1, 20))
    def time_passes(self, days: int) -> None:
        self.later += timedelta(days=days)

    @rule(days=st.integers(-1, 20))
    def staff_set_the_end(self, days: int) -> None:
        with clock.moved(self.later), self.doors.shop.transaction() as session:
            self.ends = clock.now() + timedelta(days=days)
            session.get_one(License, self.id).expires_at = self.ends

    @invariant()
    def validation_agrees(self) -> None:
        with clock.moved(self.later):
            asked = {"meta": {"key": self.key, "scope": {"fingerprint": "kiln-1"}}}
            client = self.doors.shop.app.test_client(use_cookies=False)
            meta = client.post("/v1/licenses/actions/validate-key", json=asked).get_json()["meta"]
        assert (meta["code"], meta["valid"]) == (self.judged(), self.judged() == "VALID")

    def judged(self) -> str:
        """The code for this license on the first device."""
        if self.revoked or self.suspended:
            return "BANNED" if self.revoked else "SUSPENDED"
        if not self.devices:
            return "NO_MACHINES"
        if "kiln-1" not in self.devices:
            return "FINGERPRINT_SCOPE_MISMATCH"
        if self.later - self.beats.get("kiln-1", self.later) >= timedelta(days=1):
            return "HEARTBEAT_DEAD"  # a sign of life counts for ten minutes, and runs move by whole days
        return "EXPIRED" if self.ended else "VALID"

    def step(self, verb: LicenseVerb) -> None:
        with clock.moved(self.later), self.doors.shop.transaction() as session:
            change(session.get_one(License, self.id), verb)


def test_no_order_of_verbs_and_days_makes_the_doors_differ_from_the_model(shop: Shop) -> None:
    made = type("Run", (Machine,), {"doors": Doors(shop)})
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        made, settings=settings(max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=quiet)
    )
