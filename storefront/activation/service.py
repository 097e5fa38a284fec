"""What programs and holders do with licenses: put a device on one, take it off, give signs of life, count a use."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from core import clock, later
from core.access import Actor
from core.db import session
from core.errors import NotFound
from core.inserting import insert_or
from core.jobs.service import job
from privacy import gate
from storefront.activation import beginning, closing, history, judging, reading, rules
from storefront.activation.judging import Scope, Verdict
from storefront.activation.models import Device, LicensePolicy, LicenseUse
from storefront.activation.reading import Found, Row
from storefront.activation.rules import AfterEnd, DeviceKnown, DeviceLimit, Pulse, UseLimit
from storefront.licenses import seats
from storefront.licenses.models import License
from storefront.licenses.rules import (
    LicenseExpired,
    LicensePassedOn,
    LicenseRevoked,
    LicenseState,
    LicenseSuspended,
    LicenseVerb,
)
from storefront.licenses.service import change

_REFUSED = {
    LicenseState.REVOKED: LicenseRevoked,
    LicenseState.TRANSFERRED: LicensePassedOn,
    LicenseState.SUSPENDED: LicenseSuspended,
}


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """A device that wants to be on a license. door: which interface brought it."""

    fingerprint: str
    name: str = ""
    platform: str = ""
    cores: int = 0
    door: str = "keygen"


def validate(found: Found | None, scope: Scope) -> Verdict:
    """What a check answers. It uses nothing up; that it was made is noted a moment later."""
    if found is None:
        return judging.not_found()
    now = clock.now()
    later.note("license_validated", found.id, int(now.timestamp()))
    return judging.judge(found.policy, found.standing(), scope, found.seen(now), now)


def check_answering(found: Found) -> None:
    """Refuses with LicenseSuspended, LicenseRevoked, LicensePassedOn or LicenseExpired a key that opens nothing now."""
    if found.state in _REFUSED:
        raise _REFUSED[found.state]()
    if found.state is LicenseState.EXPIRED and found.policy.after_end is AfterEnd.REVOKE:
        raise LicenseExpired


def check_usable(found: Found) -> None:
    """The same for what asks for more than an answer: a device, a use, a file."""
    check_answering(found)
    if found.state is LicenseState.EXPIRED and found.policy.after_end is AfterEnd.RESTRICT:
        raise LicenseExpired


def activate(found: Found, newcomer: Newcomer, by: str = "") -> Row:
    """Put a device on the license; by: who did it by hand. Refuses with DeviceKnown, DeviceLimit, BadFingerprint and what is not usable.

    The count changes in one conditional statement, so that of any number at once no more get in than the license allows.
    """
    check_usable(found)
    fingerprint = rules.written(newcomer.fingerprint, found.policy.lock)
    use = _use_of(found)
    public_id = _write(found, newcomer, fingerprint)
    _count(found, newcomer.cores)
    if use.activated_at is None:
        _begin(found)
    history.note(found.id, "activate", device=public_id, **({"by": by} if by else {}))
    device = reading.device_for(found, public_id)
    assert device is not None
    return device


def deactivate(found: Found, device: Row, why: str = "program") -> None:
    """Take a device off the license; its place is free at once. Twice is once."""
    gone = session.execute(delete(Device).where(Device.id == device.device_id, Device.license_id == found.id))
    if not gone.rowcount:  # type: ignore[attr-defined]
        return
    fewer = update(LicenseUse).where(LicenseUse.license_id == found.id)
    session.execute(fewer.values(machines=LicenseUse.machines - 1, cores=LicenseUse.cores - device.device_cores))
    history.note(found.id, "deactivate", device=device.public_id, by=why)


def ping(found: Found, device: Row) -> Row:
    """A sign of life. A device that was taken for dead comes back."""
    check_answering(found)
    now = clock.now()
    values: dict[str, Any] = {"beat_at": now, "seen_at": now}
    if found.pulse(device, now) is Pulse.DEAD:
        values["revived_at"] = now
    return _changed(found, device, values)


def reset(found: Found, device: Row) -> Row:
    """Forget a device's signs of life."""
    check_answering(found)
    return _changed(found, device, {"beat_at": None, "revived_at": None})


def check_in(found: Found) -> None:
    """The program asked again, as its policy wants."""
    check_usable(found)
    _use_of(found)
    session.execute(_own(found).values(checked_in_at=clock.now()))


def count_uses(found: Found, by: int = 1) -> int:
    """Count uses up (or down); how many there are then. Refuses with UseLimit, and never counts below nothing."""
    check_usable(found)
    _use_of(found)
    allowed = found.policy.allowed(found.policy.max_uses)
    fits: list[ColumnElement[bool]] = [LicenseUse.uses + by >= 0]
    if allowed is not None and by > 0:
        fits.append(LicenseUse.uses + by <= allowed)
    counted = session.execute(_own(found).where(*fits).values(uses=LicenseUse.uses + by).returning(LicenseUse.uses))
    uses: int | None = counted.scalar()
    if uses is None:
        raise UseLimit
    return uses


def rename(found: Found, device: Row, name: str) -> None:
    """Give a device the name that its holder wants to read."""
    _changed(found, device, {"name": name.strip()[: rules.MOST_NAME]})


def note_file(found: Found, device: Row | None, until: datetime) -> tuple[int, str]:
    """An offline file was written: number and chain of the entry that says so, which the file carries."""
    now = clock.now()
    _use_of(found)
    session.execute(_own(found).values(checked_out_at=now))
    if device is not None:
        session.execute(update(Device).where(Device.id == device.device_id).values(checked_out_at=now))
    details = {"device": device.public_id} if device is not None else {}
    history.note(found.id, "check out", until=until.astimezone(UTC).isoformat(timespec="seconds"), **details)
    return history.head(found.id)


def rotate(license_id: int, actor: Actor) -> None:
    """The license has another key from now on, and keeps its devices. The caller holds the row.

    Only of keys of our own making. Fingerprints are closed with the new key: the old one opens them once more here.
    """
    license = session.get_one(License, license_id)
    seats.check_own_key(license)
    old, found = gate.disclose(license.key, purpose="licenses", actor=actor), reading.of_license(license_id)
    _use_of(found, salt=found.salt)
    seats.renew_key(license)
    new = gate.disclose(license.key, purpose="licenses", actor=actor)
    for device in session.scalars(select(Device).where(Device.license_id == license_id)):
        fingerprint = closing.open_(device.locked, old)
        device.locked = closing.close(fingerprint, new) if fingerprint else ""


def get_device(found: Found, named: str) -> Row:
    """A device of this license by its number or fingerprint. Raises NotFound, also for other licenses' devices."""
    device = reading.device_for(found, named)
    if device is None:
        raise NotFound("There is no such device on this license.")
    return device


@job("licenses.cull", every=10)
def cull() -> None:
    """Devices that gave no sign of life for as long as their policy asks make room for others."""
    asked = select(Device, License.id, LicensePolicy.heartbeat_seconds).join(License, License.id == Device.license_id)
    asked = asked.join(LicensePolicy, LicensePolicy.edition_id == License.edition_id)
    limit = clock.now() - timedelta(minutes=1)
    beating = (LicensePolicy.heartbeat_seconds.is_not(None), Device.beat_at < limit)
    for device, license_id, seconds in session.execute(asked.where(*beating).order_by(Device.beat_at).limit(500)).all():
        if device.beat_at and device.beat_at + timedelta(seconds=seconds or 0) < clock.now():
            found = reading.of_license(license_id)
            deactivate(found, get_device(found, device.public_id), why="no sign of life")


def write_validated(notes: dict[Any, int]) -> None:
    """Store when licenses were last checked, as the checks noted it."""
    have = set(session.scalars(select(License.id).where(License.id.in_(notes))))
    for license_id, seconds in notes.items():
        if license_id in have:
            at = datetime.fromtimestamp(seconds, UTC)
            put = insert_or(LicenseUse).values(license_id=license_id, validated_at=at)
            session.execute(put.on_conflict_do_update(index_elements=["license_id"], set_={"validated_at": at}))


def recount() -> int:
    """Count the devices of every license anew; how many counts were wrong."""
    counted = select(func.count()).where(Device.license_id == LicenseUse.license_id).scalar_subquery()
    cores = select(func.coalesce(func.sum(Device.cores), 0)).where(Device.license_id == LicenseUse.license_id)
    wrong = or_(LicenseUse.machines != counted, LicenseUse.cores != cores.scalar_subquery())
    done = session.execute(update(LicenseUse).where(wrong).values(machines=counted, cores=cores.scalar_subquery()))
    return int(done.rowcount)  # type: ignore[attr-defined]


later.writes("license_validated", write_validated)


def _use_of(found: Found, salt: str = "") -> LicenseUse:
    put = insert_or(LicenseUse).values(license_id=found.id, salt=salt or found.salt)
    session.execute(put.on_conflict_do_nothing())
    use = session.get_one(LicenseUse, found.id, with_for_update=True, populate_existing=True)
    if not use.salt:
        use.salt = salt or found.salt
    session.flush()
    return use


def _own(found: Found) -> Any:
    return update(LicenseUse).where(LicenseUse.license_id == found.id).execution_options(synchronize_session=False)


def _write(found: Found, newcomer: Newcomer, fingerprint: str) -> str:
    now, public_id = clock.now(), str(uuid.uuid4())
    row = insert_or(Device).values(
        public_id=public_id,
        license_id=found.id,
        fingerprint_hash=found.hash_of(fingerprint),
        locked=closing.close(fingerprint, found.key) if found.key else "",
        name=newcomer.name.strip()[: rules.MOST_NAME],
        platform=newcomer.platform.strip()[: rules.MOST_NAME],
        cores=newcomer.cores,
        door=newcomer.door,
        added_at=now,
        seen_at=now,
    )
    if session.execute(row.on_conflict_do_nothing().returning(Device.id)).first() is None:
        raise DeviceKnown
    return public_id


def _count(found: Found, cores: int) -> None:
    allowed = found.policy.allowed(found.max_machines)
    free: list[Callable[[], ColumnElement[bool]]] = []
    if allowed is not None:
        free.append(lambda: LicenseUse.machines < allowed)
    most = found.policy.allowed(found.policy.max_cores)
    if most is not None:
        free.append(lambda: LicenseUse.cores + cores <= most)
    one_more = _own(found).where(*(one() for one in free))
    done = session.execute(one_more.values(machines=LicenseUse.machines + 1, cores=LicenseUse.cores + cores))
    if not done.rowcount:  # type: ignore[attr-defined]
        limit = found.max_machines or 0
        raise DeviceLimit(f"machine count has exceeded maximum allowed for license ({limit})")


def _begin(found: Found) -> None:
    """The first device: the license is in use, and a trial whose days wait for that begins."""
    session.execute(_own(found).values(activated_at=clock.now()))
    license = session.get_one(License, found.id)
    if license.state == LicenseState.ISSUED.value:
        change(license, LicenseVerb.ACTIVATE)
    beginning.begin(license, found, clock.now())
    session.flush()


def _changed(found: Found, device: Row, values: dict[str, Any]) -> Row:
    changed = update(Device).where(Device.id == device.device_id, Device.license_id == found.id).values(**values)
    session.execute(changed.execution_options(synchronize_session=False))
    return get_device(found, device.public_id)
