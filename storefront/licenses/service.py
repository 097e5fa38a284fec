"""What can be done with licenses: hold, issue, reveal, suspend, expire."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    SQLColumnExpression,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    update,
)

from core import clock, db
from core.access import Actor
from core.db import session
from core.errors import NotFound
from core.events import emit, on
from core.jobs.service import job
from core.sealed import seal
from privacy import gate
from storefront.catalogue.models import Edition, Product
from storefront.licenses import certificates, letters, pool, resting, rules, seats
from storefront.licenses.models import License, PoolKey, Reveal
from storefront.licenses.pool import check_free, free_in_pool, reserve
from storefront.licenses.resting import change
from storefront.licenses.rules import LicenseState, LicenseVerb, RestCause, Term
from storefront.orders.models import Order, OrderLine
from storefront.orders.rules import OrderKind
from storefront.orders.service import OrderClosed, OrderRefunded, OrderSettled, lines_of
from storefront.payments.disputes import DisputeWon, OrderDisputed
from storefront.pools.rules import KeyVerb, PoolState

__all__ = ["change", "check_free", "free_in_pool", "held_products", "issue", "reserve"]

LIVE = (LicenseState.ISSUED.value, LicenseState.ACTIVE.value)


@dataclass(frozen=True, kw_only=True)
class LicensesIssued:
    """Licenses were issued for an order; told in the same transaction, and only of new ones."""

    order_id: int
    license_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class Held:
    """A license as its holder sees it. `state` counts at this moment, whatever a job has written down yet."""

    license: License
    product_slug: str
    product_name: str
    edition_name: str
    file_name: str
    file_bytes: int
    version: str
    devices: int
    order_number: str
    state: LicenseState
    is_expiring: bool
    waits_days: int = 0
    """For how many days it lasts once it is used, where none of them has begun."""

    @property
    def is_live(self) -> bool:
        """Whether it may be used now."""
        return self.state.value in LIVE


def held_products(account_id: int) -> frozenset[int]:
    """Products of which the account holds a license that counts now: neither expired, suspended nor revoked."""
    return frozenset(row[0] for row in db.rows(SELECT_HELD, {"me": account_id, "now": clock.now()}))


_lasting = or_(License.expires_at.is_(None), License.expires_at > bindparam("now"))
SELECT_HELD = select(License.product_id).where(License.account_id == bindparam("me"), License.state.in_(LIVE), _lasting)
"""The same as a select with the parameters `me` and `now`, for statements that ask something else along with it."""


def licenses_of(account_id: int, before: int = 0, most: int = 24) -> list[Held]:
    """One's own licenses, the latest first; `before` is the last id already shown. One more than `most` is answered."""
    wanted = _held().where(License.account_id == account_id).order_by(License.id.desc()).limit(most + 1)
    rows = session.execute(wanted.where(License.id < before) if before else wanted)
    return [_seen(row) for row in rows]


def licenses_of_order(order_id: int) -> list[Held]:
    """The licenses that an order brought, in the order of its lines, without those that were passed on and seats of others."""
    wanted = (
        _held()
        .where(Order.id == order_id, License.account_id == Order.account_id, License.seat_of.is_(None))
        .order_by(OrderLine.position, License.unit)
    )
    return [_seen(row) for row in session.execute(wanted)]


def get_for(account_id: int, public_id: str) -> Held:
    """One's own license. Raises NotFound, also for other people's."""
    row = session.execute(_held().where(License.public_id == public_id, License.account_id == account_id)).first()
    if row is None:
        raise NotFound("There is no such license in your account.")
    return _seen(row)


def find_by_key(product_id: int, key: str) -> License | None:
    """The license with this key, which counts for its own product only."""
    wanted = select(License).where(License.key_hash == key_hash(key), License.product_id == product_id)
    return session.scalar(wanted)


def key_hash(key: str) -> str:
    """What a key is found by."""
    return pool.key_hash(key)


def reveal(held: Held, actor: Actor) -> str:
    """The key itself, for its holder; that it was looked at is recorded. Refuses what may not be used.

    The license is held meanwhile: nobody looks at a key while it is passed on to somebody else.
    """
    session.refresh(held.license, with_for_update=True)
    rules.check_usable(LicenseState(held.license.state), held.license.expires_at, clock.now())
    seats.check_own_key(held.license)
    session.add(Reveal(license_id=held.license.id, account_id=actor.account_id, at=clock.now()))
    seen = update(PoolKey).where(PoolKey.license_id == held.license.id, pool.can_take(KeyVerb.REVEAL))
    looked_at = session.scalars(seen.values(state=PoolState.REVEALED.value).returning(PoolKey.id))
    pool.note(list(looked_at), KeyVerb.REVEAL, "buyer")
    return gate.disclose(held.license.key, purpose="licenses", actor=actor)


def reveals_of(license_id: int) -> list[datetime]:
    """When the key was looked at, the last five times, latest first."""
    wanted = select(Reveal.at).where(Reveal.license_id == license_id).order_by(Reveal.id.desc()).limit(5)
    return list(session.scalars(wanted))


def issue(order: Order) -> list[License]:
    """One license for each piece of a paid order, in the transaction that settles it; a second call finds them all."""
    issued = []
    for line in lines_of(order.id):
        made = _issue_line(order, line)
        if made:
            letters.tell_keys(order, line, made)
        issued += [license for license, _key in made]
    certificates.certify(order, issued)
    if issued:
        emit(LicensesIssued(order_id=order.id, license_ids=[license.id for license in issued]))
    return issued


@job("licenses.expire", every=60)
def expire_due() -> None:
    """Write down what counts already when reading: licenses past their end are expired."""
    due = select(License).where(License.state.in_(LIVE), License.expires_at <= clock.now()).limit(1000)
    for license in session.scalars(due):
        change(license, LicenseVerb.EXPIRE)


def listen() -> None:
    """Hear of orders: paid, closed, taken back."""
    on(OrderSettled, _issue_settled)
    on(OrderClosed, _release)
    on(OrderRefunded, _taken_back)
    on(OrderDisputed, _disputed)
    on(DisputeWon, _won)


def _issue_settled(event: OrderSettled) -> None:
    if event.kind in {OrderKind.PURCHASE, OrderKind.GIVEN}:
        issue(session.get_one(Order, event.order_id))


def _release(event: OrderClosed) -> None:
    pool.release([line.id for line in lines_of(event.order_id)])


def _taken_back(event: OrderRefunded) -> None:
    for license in _bought_with(event.order_id):
        resting.rest(license, RestCause.REFUND, event.order_id)


def _disputed(event: OrderDisputed) -> None:
    for license in _bought_with(event.order_id):
        resting.rest(license, RestCause.DISPUTE, event.order_id)


def _won(event: DisputeWon) -> None:
    for license in _bought_with(event.order_id):
        resting.wake(license, RestCause.DISPUTE, event.order_id)


def _bought_with(order_id: int) -> list[License]:
    """The licenses of an order, held; their seats follow them."""
    mine = (License.order_line_id.in_([line.id for line in lines_of(order_id)]), License.seat_of.is_(None))
    return list(session.scalars(select(License).where(*mine).order_by(License.id).with_for_update()))


def _issue_line(order: Order, line: OrderLine) -> list[tuple[License, str]]:
    have = set(session.scalars(select(License.unit).where(License.order_line_id == line.id)))
    edition = session.get_one(Edition, line.edition_id)
    missing = [unit for unit in range(1, 1 + (1 if edition.per_seat else line.quantity)) if unit not in have]
    if not missing:
        return []
    if line.source != "pool":
        fresh = [(unit, rules.make_key(secrets.token_bytes(rules.RANDOM_BYTES))) for unit in missing]
        return [(_write(order, line, unit, key), key) for unit, key in fresh]
    made = []
    for unit, kept in zip(missing, pool.take(line, len(missing)), strict=True):
        key = pool.open_key(kept)
        license = _write(order, line, unit, key)
        pool.deliver(kept, license.id)
        made.append((license, key))
    return made


def know_what_goes_on_by(says: Callable[[SQLColumnExpression[int]], ColumnElement[bool]]) -> None:
    """Let this say, as a part of the select that names a license, whether it goes on after its end: then it does not end soon."""
    _going_on[:] = [says]


def know_whose_days_wait(says: Callable[[int], bool]) -> None:
    """Let this say of an edition whether a trial's days begin with its use, and not when it is issued."""
    _waiting[:] = [says]


_waiting: list[Callable[[int], bool]] = []
_going_on: list[Callable[[SQLColumnExpression[int]], ColumnElement[bool]]] = []


def _held() -> Select[License, Product, Edition, str, bool]:
    goes_on = _going_on[0](func.coalesce(License.seat_of, License.id)) if _going_on else false()
    return (
        select(
            License, Product, Edition, case((Order.account_id == License.account_id, Order.number), else_=""), goes_on
        )
        .join(Product, Product.id == License.product_id)
        .join(Edition, Edition.id == License.edition_id)
        .join(OrderLine, OrderLine.id == License.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
    )


def _seen(row: Row[License, Product, Edition, str, bool]) -> Held:
    license, product, edition, number, goes_on = row
    now, state = clock.now(), LicenseState(license.state)
    return Held(
        license=license,
        product_slug=product.slug,
        product_name=product.name,
        edition_name=edition.name,
        file_name=product.file_name,
        file_bytes=product.file_bytes,
        version=product.version,
        devices=edition.devices * license.seats,
        order_number=number,
        state=rules.state_at(state, license.expires_at, now),
        waits_days=(edition.trial_days or 0) if license.expires_at is None else 0,
        is_expiring=not goes_on and rules.is_expiring(state, license.expires_at, now),
    )


def _ends_at(line: OrderLine, edition: Edition, now: datetime) -> datetime | None:
    if line.term == Term.TRIAL:
        waits = any(says(edition.id) for says in _waiting)
        return None if waits else now + timedelta(days=edition.trial_days or 0)
    return rules.ends_at(Term(line.term), now)


def _write(order: Order, line: OrderLine, unit: int, key: str) -> License:
    now, edition = clock.now(), session.get_one(Edition, line.edition_id)
    license = License(
        public_id=secrets.token_urlsafe(12),
        account_id=order.account_id,
        product_id=line.product_id,
        edition_id=line.edition_id,
        order_line_id=line.id,
        unit=unit,
        key=seal(key, "license.key", subject=order.account_id),
        key_hash=key_hash(key),
        last_five=rules.last_five(key),
        state=LicenseState.ISSUED.value,
        issued_at=now,
        expires_at=_ends_at(line, edition, now),
        updates_until=rules.after_months(now, edition.update_months) if edition.update_months else None,
        seats=line.quantity if edition.per_seat else 1,
    )
    session.add(license)
    session.flush()
    return license
