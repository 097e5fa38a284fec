"""The one look-up behind every check: a license by its key, what its edition allows, and the devices a program names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from core import clock, db, keys
from core.db import session
from storefront.activation import rules
from storefront.activation.judging import Seen, Standing
from storefront.activation.models import Device, LicensePolicy, LicenseUse
from storefront.activation.rules import Lock, Policy
from storefront.catalogue.models import Edition, Product
from storefront.licenses import rules as licenses
from storefront.licenses import service as held
from storefront.licenses.models import License
from storefront.licenses.rules import LicenseState

MOST_NAMED = 16
"""How many fingerprints one check may name."""

Row = Any


@dataclass(frozen=True, kw_only=True)
class Found:
    """A license as a program meets it. key: as the program wrote it; salt: with what its fingerprints are hashed."""

    row: Row
    key: str
    policy: Policy
    state: LicenseState
    max_machines: int | None
    salt: str
    devices: tuple[Row, ...] = ()

    @property
    def id(self) -> int:
        """The license's own number."""
        return int(self.row.id)

    def seen(self, now: datetime) -> tuple[Seen, ...]:
        """The devices that were asked for, as a check sees them."""
        return tuple(Seen(pulse=self.pulse(one, now), public_id=one.public_id) for one in self.devices)

    def pulse(self, device: Row, now: datetime) -> rules.Pulse:
        """Whether this device gives signs of life."""
        return rules.pulse_of(device.beat_at, device.revived_at, self.policy.heartbeat, now)

    def hash_of(self, fingerprint: object) -> str:
        """What a fingerprint is known by on this license. Refuses with BadFingerprint."""
        return _hashed(rules.written(fingerprint, self.policy.lock), self.salt)

    def standing(self) -> Standing:
        """The license as the rules judge it."""
        return Standing(
            state=self.state.value,
            product=str(self.row.product_id),
            policy=str(self.row.edition_id),
            user="",
            machines=self.row.machines or 0,
            max_machines=self.max_machines,
            uses=self.row.uses or 0,
            cores=self.row.cores or 0,
            check_in_due=self.next_check_in,
        )

    @property
    def next_check_in(self) -> datetime | None:
        """Until when the program has to ask again, where the policy wants that."""
        if self.policy.check_in_days is None:
            return None
        since: datetime = self.row.checked_in_at or self.row.issued_at
        return since + timedelta(days=self.policy.check_in_days)


def find(key: str, *, product: str = "", fingerprints: Sequence[str] = (), machine: str = "") -> Found | None:
    """The license that this key opens, with the devices that are named, in one statement.

    A key counts for its own product only: where makers gave the same key twice, `product` decides.
    """
    key_hash = held.key_hash(key[:500])
    salt = keys.keyed_hash("license.salt", key_hash)
    named = _candidates(fingerprints[:MOST_NAMED], salt)
    given = {"key_hash": key_hash, "machine": machine or "-", "hashes": named or ["-"]}
    rows = db.rows(_SELECT, given)
    rows = [row for row in rows if str(row.product_id) == product] or rows
    if not rows:
        return None
    mine = [row for row in rows if row.id == rows[0].id]
    if mine[0].salt and mine[0].salt != salt and (fingerprints or machine):
        return _after_rotation(mine[0], key, fingerprints, machine)
    return _found(mine[0], key, mine[0].salt or salt, [row for row in mine if row.device_id is not None])


def devices_of(license_id: int, most: int = 100, before: int = 0) -> Sequence[Row]:
    """The devices on a license, the latest first."""
    wanted = select(*DEVICE).where(Device.license_id == license_id).order_by(Device.id.desc()).limit(most)
    return session.execute(wanted.where(Device.id < before) if before else wanted).all()


def device_for(found: Found, named: str) -> Row | None:
    """A device of this license by its number or its fingerprint."""
    hashes = _candidates([named], found.salt)
    same = or_(Device.public_id == named, Device.fingerprint_hash.in_(hashes))
    return session.execute(select(*DEVICE).where(Device.license_id == found.id, same)).first()


def policy_of(row: Row) -> tuple[Policy, int | None]:
    """What the edition of this row allows, and how many devices this license may have."""
    free = _free(row)
    policy = said_policy(row) if row.lock is not None else usual_policy(row.edition_devices, per_seat=row.seats > 1)
    return policy, None if policy.max_machines is None else policy.max_machines * free


def usual_policy(devices: int, *, per_seat: bool) -> Policy:
    """What an edition allows whose staff said nothing more."""
    return Policy(lock=Lock.NODE if devices == 1 and not per_seat else Lock.FLOATING, max_machines=devices)


def said_policy(row: Row) -> Policy:
    """What staff said of it: a row with the columns of license_policy."""
    said = {name: getattr(row, name) for name in POLICY}
    said.update(entitlements=tuple(row.entitlements), lock=Lock(row.lock), after_end=rules.AfterEnd(row.after_end))
    said.update(begins=rules.Begins(row.begins), overage=rules.Overage(row.overage))
    return Policy(**said)


def under(found: Found, policy: Policy) -> Found:
    """The same license, as it would be met under another policy."""
    free = _free(found.row)
    most = None if policy.max_machines is None else policy.max_machines * free
    return replace(found, policy=policy, max_machines=most)


def of_edition(edition_id: int, after: int, most: int) -> list[Found]:
    """Licenses of an edition in the order of their numbers, those behind `after`, without their keys."""
    wanted = _joined(select(*LICENSE)).where(License.edition_id == edition_id, License.id > after)
    rows = session.execute(wanted.order_by(License.id).limit(most)).all()
    return [_found(row, "", row.salt or "", ()) for row in rows]


def _free(row: Row) -> int:
    """For how many seats its own key counts: those of an organization that are given have keys of their own."""
    return int(max(row.seats - row.given, 0) if row.organization_id is not None else row.seats)


def _found(row: Row, key: str, salt: str, devices: Iterable[Row]) -> Found:
    policy, most = policy_of(row)
    state = licenses.state_at(LicenseState(row.state), row.expires_at, clock.now())
    return Found(row=row, key=key, policy=policy, state=state, max_machines=most, salt=salt, devices=tuple(devices))


def _after_rotation(row: Row, key: str, fingerprints: Sequence[str], machine: str) -> Found:
    """The key is a newer one than the devices were hashed with: they are asked for again, with the salt that is kept."""
    bare = _found(row, key, row.salt, ())
    same = or_(Device.public_id == machine, Device.fingerprint_hash.in_(_candidates(fingerprints, row.salt)))
    rows = session.execute(select(*DEVICE).where(Device.license_id == row.id, same)).all()
    return _found(row, key, bare.salt, rows)


def _candidates(fingerprints: Iterable[str], salt: str) -> list[str]:
    """The hashes under which these may be kept: as they are, and as domains."""
    forms: list[str] = []
    for one in fingerprints:
        for lock in (Lock.FLOATING, Lock.DOMAINS):
            try:
                forms.append(rules.written(one, lock))
            except rules.BadFingerprint:
                continue
    return [_hashed(form, salt) for form in dict.fromkeys(forms)]


def _hashed(fingerprint: str, salt: str) -> str:
    return rules.hashed(fingerprint, salt, keys.derived("license.fingerprints"))


POLICY = tuple(one.name for one in fields(Policy))
DEVICE = (
    Device.id.label("device_id"),
    Device.public_id,
    Device.fingerprint_hash,
    Device.locked,
    Device.name.label("device_name"),
    Device.platform,
    Device.cores.label("device_cores"),
    Device.door,
    Device.added_at,
    Device.seen_at,
    Device.beat_at,
    Device.revived_at,
    Device.checked_out_at.label("device_out_at"),
)
_seat = aliased(License)
_given = (
    select(func.count())
    .where(_seat.seat_of == License.id, _seat.state.not_in(("revoked", "transferred")))
    .correlate(License)
    .scalar_subquery()
)
LICENSE = (
    License.id,
    License.public_id.label("license_public_id"),
    License.account_id,
    License.product_id,
    License.edition_id,
    License.organization_id,
    License.order_line_id,
    License.state,
    License.seats,
    License.issued_at,
    License.expires_at,
    License.updates_until,
    License.last_five,
    License.key_hash,
    Product.slug.label("product_slug"),
    Product.name.label("product_name"),
    Edition.name.label("edition_name"),
    Edition.devices.label("edition_devices"),
    Edition.term,
    Edition.trial_days,
    LicenseUse.machines,
    LicenseUse.cores,
    LicenseUse.uses,
    LicenseUse.salt,
    LicenseUse.activated_at,
    LicenseUse.validated_at,
    LicenseUse.checked_in_at,
    LicenseUse.checked_out_at,
    *(getattr(LicensePolicy, name) for name in POLICY),
    _given.label("given"),
)


def of_license(license_id: int) -> Found:
    """The same about a license whose holder or staff look at it, without its key."""
    row = session.execute(_joined(select(*LICENSE)).where(License.id == license_id)).one()
    return _found(row, "", row.salt or keys.keyed_hash("license.salt", row.key_hash), ())


def _joined(wanted: Select[Any]) -> Select[Any]:
    return (
        wanted.join(Product, Product.id == License.product_id)
        .join(Edition, Edition.id == License.edition_id)
        .outerjoin(LicensePolicy, LicensePolicy.edition_id == License.edition_id)
        .outerjoin(LicenseUse, LicenseUse.license_id == License.id)
    )


_same = or_(Device.public_id == bindparam("machine"), Device.fingerprint_hash.in_(bindparam("hashes", expanding=True)))
_SELECT = (
    _joined(select(*LICENSE, *DEVICE))
    .outerjoin(Device, and_(Device.license_id == License.id, _same))
    .where(License.key_hash == bindparam("key_hash"))
    .order_by(License.id)
    .limit(200)
)
