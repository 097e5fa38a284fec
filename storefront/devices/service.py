"""What a holder does with the devices on a license of theirs, and the proofs they take along."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from core import clock
from core.access import Actor
from core.db import session
from privacy import gate
from storefront.activation import closing, history, reading, rules
from storefront.activation import service as activation
from storefront.activation.reading import Found, Row
from storefront.activation.service import Newcomer
from storefront.licenses.models import License
from storefront.licenses.service import Held
from storefront.licensing_api import files, proofs

MOST = 200
"""How many devices one page shows."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A device as its holder sees it. name: as the program or the holder calls it, or its kind and number."""

    number: str
    name: str
    typed_name: str
    platform: str
    door: str
    added_at: datetime
    seen_at: datetime
    pulse: rules.Pulse
    is_readable: bool


@dataclass(frozen=True, kw_only=True)
class OfflineProof:
    """What a machine without a network is given: the file, the same as a short text, and until when they count."""

    device: str
    file: str
    text: str
    until: datetime


def found_of(license: License) -> Found:
    """The license as programs meet it, without its key."""
    return reading.of_license(license.id)


def devices_of(found: Found) -> list[Seen]:
    """The devices on the license, the latest first."""
    now = clock.now()
    return [_seen(found, one, now) for one in reading.devices_of(found.id, most=MOST)]


def add(held: Held, fingerprint: str, name: str, actor: Actor) -> Row:
    """Put a machine without a network on the license, by the fingerprint that its program shows.

    Refuses with BadFingerprint, DeviceKnown, DeviceLimit and what is not usable.
    """
    found = _opened(held, actor)
    newcomer = Newcomer(fingerprint=fingerprint, name=name, door="hand")
    return activation.activate(found, newcomer, by="holder")


def remove(license: License, number: str, by: str = "holder") -> None:
    """Take a device off; its place is free at once. `by`: the holder, or the organization. Raises NotFound."""
    found = found_of(license)
    activation.deactivate(found, activation.get_device(found, number), why=by)


def rename(held: Held, number: str, name: str) -> None:
    """Call a device by this name. Raises NotFound."""
    found = found_of(held.license)
    activation.rename(found, activation.get_device(found, number), name)


def rotate(held: Held, actor: Actor) -> None:
    """Another key, the same devices. Refuses with LicenseConflict where the key is not of our making."""
    license = session.scalars(select(License).where(License.id == held.license.id).with_for_update()).one()
    activation.rotate(license.id, actor)


def prove(held: Held, number: str, actor: Actor) -> OfflineProof:
    """An offline file for this device and the same as a short text. Refuses with what is not usable."""
    found = _opened(held, actor)
    device = activation.get_device(found, number)
    fingerprint = closing.open_(device.locked, found.key)
    wanted = files.wish("machine", {"include": "license,license.entitlements"}, found.policy.offline_days)
    written = files.write(found, wanted, device, fingerprint)
    text = proofs.write(found, fingerprint, written.expiry)
    return OfflineProof(device=device.public_id, file=written.certificate, text=text, until=written.expiry)


def record_of(held: Held) -> dict[str, Any]:
    """The whole history with its chain, for the holder to keep and to check (see the page on programs)."""
    entries = reversed(history.of(held.license.id, most=100_000))
    number, chain = history.head(held.license.id)
    return {
        "license": held.license.public_id,
        "entries": [{**history.words(one), "chain": one.chain} for one in entries],
        "head": {"number": number, "chain": chain},
        "start": rules.START,
        "chain": "sha256(previous chain, newline, entry without its chain as JSON: keys sorted, no spaces, UTF-8)",
    }


def free_after(found: Found) -> int | None:
    """How many more may be added; None where there is no limit."""
    allowed = found.policy.allowed(found.max_machines)
    return None if allowed is None else max(allowed - (found.row.machines or 0), 0)


def ends_file(found: Found) -> datetime:
    """Until when an offline file that is written now counts."""
    longest = timedelta(days=found.policy.offline_days)
    return clock.now() + min(longest, timedelta(seconds=files.USUAL))


def _opened(held: Held, actor: Actor) -> Found:
    key = gate.disclose(held.license.key, purpose="licenses", actor=actor)
    found = reading.find(key, product=str(held.license.product_id))
    assert found is not None and found.id == held.license.id
    return found


def _seen(found: Found, one: Row, now: datetime) -> Seen:
    return Seen(
        number=one.public_id,
        name=one.device_name or f"Device {one.public_id[:4]}",
        typed_name=one.device_name,
        platform=one.platform,
        door=one.door,
        added_at=one.added_at,
        seen_at=one.seen_at,
        pulse=found.pulse(one, now),
        is_readable=bool(one.locked),
    )
