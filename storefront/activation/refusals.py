"""Why a program was refused: noted with the number it was told, so that the holder can read what to do."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select

from core import clock, later
from core.db import session
from core.errors import NextStep, NotFound
from core.inserting import insert_or
from core.jobs.service import job
from storefront.activation.models import LicenseRefusal
from storefront.licenses.models import License

KEPT = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A refusal in words for people: the rule that spoke, and the ways out."""

    code: str
    at: datetime
    rule: str
    way: str
    steps: tuple[NextStep, ...]


def note(license_id: int, trace: str, code: str) -> None:
    """Remember a refusal; it is written a moment later, since what was refused is undone."""
    later.note("license_refused", (license_id, trace, code), int(clock.now().timestamp()))


def of(license_id: int, most: int = 5) -> list[LicenseRefusal]:
    """The last refusals of a license."""
    wanted = select(LicenseRefusal).where(LicenseRefusal.license_id == license_id)
    return list(session.scalars(wanted.order_by(LicenseRefusal.id.desc()).limit(most)))


def get_for(account_id: int, trace: str) -> tuple[License, LicenseRefusal]:
    """A refusal of one's own license. Raises NotFound, also for other people's and for what is no longer kept."""
    wanted = select(License, LicenseRefusal).join(LicenseRefusal, LicenseRefusal.license_id == License.id)
    found = session.execute(wanted.where(LicenseRefusal.trace == trace, License.account_id == account_id)).first()
    if found is None:
        raise NotFound("There is no such refusal of your licenses. We keep them for 30 days.")
    return found[0], found[1]


def reason(license: License, refusal: LicenseRefusal) -> Reason:
    """What the refusal means, and what helps."""
    rule, way, steps = WAYS.get(refusal.code, OTHER)
    own = f"/account/licenses/{license.public_id}"
    links = tuple(NextStep(label=label, address=own + tail if tail[:1] != "=" else tail[1:]) for label, tail in steps)
    return Reason(code=refusal.code, at=refusal.at, rule=rule, way=way, steps=links)


Step = tuple[str, str]
Way = tuple[str, str, tuple[Step, ...]]

DEVICES: Step = ("See the devices", "/devices")
PLAN: Step = ("Change the plan or the seats", "/plan")
OTHER: Way = (
    "The program asked for something that this license does not give it.",
    "Look at the license; if it says that all is well, write to us with the number of this refusal.",
    (("To the license", ""), ("Write to us", "=/support")),
)
_FULL: Way = (
    "Every device that this license allows is in use.",
    "Take a device off that you do not use any more: its place is free at once. Or add seats.",
    (DEVICES, PLAN),
)
_UNKNOWN: Way = (
    "The program runs on a device that is not on this license.",
    "Activate it in the program. If no place is free, take another device off first.",
    (DEVICES,),
)
_ENDED: Way = (
    "The license has ended.",
    "Renew it, and the program works again with the same key and the same devices.",
    (("Renew it", "/plan"), ("To the license", "")),
)
_PRODUCT: Way = (
    "The key belongs to another product than the program that asked.",
    "Enter the key of this program; all your keys are under your licenses.",
    (("To your licenses", "=/account/licenses"),),
)
WAYS: dict[str, Way] = {
    "MACHINE_LIMIT_EXCEEDED": _FULL,
    "TOO_MANY_MACHINES": _FULL,
    "TOO_MANY_CORES": _FULL,
    "NO_MACHINE": _UNKNOWN,
    "NO_MACHINES": _UNKNOWN,
    "FINGERPRINT_SCOPE_MISMATCH": _UNKNOWN,
    "MACHINE_SCOPE_MISMATCH": _UNKNOWN,
    "FINGERPRINT_TAKEN": (
        "This device is on the license already.",
        "Nothing is wrong: restart the program and let it check the license again.",
        (DEVICES,),
    ),
    "HEARTBEAT_DEAD": (
        "The device has given no sign of life for longer than the license allows.",
        "Connect it to the network and restart the program; it comes back by itself.",
        (DEVICES,),
    ),
    "EXPIRED": _ENDED,
    "LICENSE_EXPIRED": _ENDED,
    "SUSPENDED": (
        "The license rests, because a question about its order is open.",
        "It works again once that is settled. If you know of no question, write to us.",
        (("To the license", ""), ("Write to us", "=/support")),
    ),
    "PRODUCT_SCOPE_MISMATCH": _PRODUCT,
    "POLICY_SCOPE_MISMATCH": _PRODUCT,
    "ENTITLEMENTS_MISSING": (
        "The edition you hold does not include what the program asked for.",
        "Another edition does: you pay only the difference.",
        (PLAN,),
    ),
    "OVERDUE": (
        "The program has not asked for longer than its license allows.",
        "Connect the device to the network and restart the program.",
        (DEVICES,),
    ),
    "TOO_MANY_USES": ("Every use that this license allows has been used.", "Change to a larger plan.", (PLAN,)),
}
WAYS["LICENSE_SUSPENDED"] = WAYS["SUSPENDED"]
WAYS["USES_LIMIT_EXCEEDED"] = WAYS["TOO_MANY_USES"]


@job("licenses.forget_refusals", every=1440)
def forget() -> None:
    """Refusals are kept for 30 days."""
    session.execute(delete(LicenseRefusal).where(LicenseRefusal.at < clock.now() - KEPT))


def write(notes: dict[Hashable, int]) -> None:
    """Store the refusals that were noted; of a license that is gone, none."""
    rows = [(key, at) for key, at in notes.items() if isinstance(key, tuple)]
    have = set(session.scalars(select(License.id).where(License.id.in_({key[0] for key, _at in rows}))))
    for (license_id, trace, code), at in rows:
        if license_id in have:
            row = {"license_id": license_id, "trace": trace, "code": code, "at": datetime.fromtimestamp(at, UTC)}
            session.execute(insert_or(LicenseRefusal).values(**row).on_conflict_do_nothing())


later.writes("license_refused", write)
